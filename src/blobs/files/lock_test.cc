#include "blobs/files/lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <optional>
#include <string>

namespace cadre::blobs::files {
namespace {

class FolderLocks : public testing::Test {
protected:
    FolderLocks() {
        std::string pattern = (std::filesystem::temp_directory_path() / "cadre-lock-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~FolderLocks() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_;
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
    std::optional<Result<FolderLock>> first = lock_folder(folder_);
    ASSERT_TRUE(*first);
    first.reset();
    EXPECT_TRUE(lock_folder(folder_));
}

TEST_F(FolderLocks, AProcessThatWasKilledHoldsNothing) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto lock = lock_folder(folder_);
        const char byte = lock ? 'y' : 'n';
        (void)!::write(ready[1], &byte, 1);
        ::pause();
        ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(byte, 'y');
    const auto refused = lock_folder(folder_);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("process " + std::to_string(child)), std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(lock_folder(folder_));
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
