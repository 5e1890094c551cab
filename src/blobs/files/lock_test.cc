#include "blobs/files/lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <optional>
#include <string>

#include "base/testing.h"

namespace cadre::blobs::files {
namespace {

class FolderLocks : public ::testing::Test {
protected:
    test::TemporaryFolder folder_;
};

TEST_F(FolderLocks, ASecondIsRefusedWithTheNumberOfTheFirst) {
    const auto first = lock_folder(folder_ / "data");
    ASSERT_TRUE(first);
    const auto second = lock_folder(folder_ / "data");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
    EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())), std::string::npos);
}

TEST_F(FolderLocks, ItEndsWithItsHolder) {
    std::optional<Result<FolderLock>> first = lock_folder(folder_.path());
    ASSERT_TRUE(*first);
    first.reset();
    EXPECT_TRUE(lock_folder(folder_.path()));
}

TEST_F(FolderLocks, AProcessThatWasKilledHoldsNothing) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto lock = lock_folder(folder_.path());
        const char byte = lock ? 'y' : 'n';
        (void)!::write(ready[1], &byte, 1);
        ::pause();
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'y');
    const auto refused = lock_folder(folder_.path());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("process " + std::to_string(child)), std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(lock_folder(folder_.path()));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST_F(FolderLocks, AFolderThatCannotBeWrittenIsASentence) {
    const auto refused = lock_folder("/proc/nothing");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_NE(refused.error().message.find("/proc/nothing"), std::string::npos);
}

}  // namespace
}  // namespace cadre::blobs::files
