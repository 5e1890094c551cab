// The folder driver when its disk is full, and when its folder is gone.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <fstream>

#include "base/disk.h"
#include "base/testing.h"
#include "blobs/files/reserve.h"
#include "blobs/files/store.h"

namespace cadre::blobs {
namespace {

namespace fs = std::filesystem;
using test::run;

const std::string kFullPhoto = "photos/01900000-0000-7000-8000-000000000abc/";
const std::string kMedia = "media/AAAAAAAAAAAAAAAAAAAAAA/";

Put fact(std::string key, std::string content = "{}") { return {std::move(key), std::move(content)}; }

/// Full until a file has gone `left` times.
class FullDisk final : public files::SystemFiles {
public:
    explicit FullDisk(std::function<int()> left) : left_(std::move(left)) {}
    files::Outcome<UniqueFd> create(const std::string& path) override {
        if (full && left_() > 0) return tl::unexpected<int>(ENOSPC);
        return SystemFiles::create(path);
    }
    std::atomic<bool> full{false};

private:
    std::function<int()> left_;
};

std::string webp() { return std::string("RIFF\x08\0\0\0WEBPpppp", 16); }

class FullFolder : public ::testing::Test {
protected:
    FullFolder() { fs::create_directories(root()); }
    [[nodiscard]] fs::path root() const { return folder_ / "blobs"; }
    [[nodiscard]] int files_left() const {
        int files = fs::exists(folder_ / "reserve") ? 1 : 0;
        for (const auto& entry : fs::recursive_directory_iterator(root() / "media")) files += entry.is_regular_file();
        return files - keep_;
    }
    std::unique_ptr<Store> open(files::Reserve* reserve) {
        fs::create_directories(root() / "media");
        return files::open({.root = root(), .layer = &disk_, .reserve = reserve}, pool_).value();
    }

    test::TemporaryFolder folder_;
    int keep_ = 0;  // how many may stay until there is room
    FullDisk disk_{[this] { return files_left(); }};
    Pool pool_{2, 100};
};

TEST_F(FullFolder, SmallObjectsUseTheReserveAndThenTheRoomOfDerivativesTheLargestFirst) {
    files::Reserve reserve({folder_.path(), root()}, root());
    reserve.make();
    ASSERT_TRUE(fs::exists(folder_ / "reserve"));
    struct stat found {};
    ASSERT_EQ(::stat((folder_ / "reserve").c_str(), &found), 0);
    EXPECT_GE(static_cast<std::uint64_t>(found.st_blocks) * 512, std::uint64_t{4} << 20) << "it holds no room";
    const auto store = open(&reserve);
    for (const char* variant : {"s.webp", "xl.webp"})
        ASSERT_TRUE(run(store->put({{kMedia + variant, webp(), Durability::disposable}})));
    ASSERT_TRUE(run(store->open(kMedia + "xl.webp"))) << "kept open";

    disk_.full = true;
    keep_ = 2;
    EXPECT_TRUE(run(store->put({fact(kFullPhoto + "tomb")})));
    EXPECT_FALSE(fs::exists(folder_ / "reserve"));
    EXPECT_TRUE(store->at_hand(kMedia + "xl.webp"));

    keep_ = 1;
    EXPECT_TRUE(run(store->put({fact(kFullPhoto + "f/1.json")})));
    EXPECT_FALSE(store->at_hand(kMedia + "xl.webp")) << "an open file keeps its room";
    EXPECT_EQ(run(store->open(kMedia + "xl.webp")).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(run(store->open(kMedia + "s.webp")));

    keep_ = 0;
    EXPECT_TRUE(run(store->put({fact(kFullPhoto + "f/2.json")})));
    keep_ = -1;
    EXPECT_EQ(run(store->put({fact(kFullPhoto + "f/3.json")})).error().kind, ErrorKind::no_space);

    disk_.full = false;
    reserve.make();
    EXPECT_TRUE(fs::exists(folder_ / "reserve"));
}

TEST_F(FullFolder, OriginalsAndDerivativesNeverUseIt) {
    files::Reserve reserve({folder_.path()}, root());
    reserve.make();
    const auto store = open(&reserve);
    disk_.full = true;
    const auto original = folder_.write("original", std::string(100'000, 'o'));
    std::FILE* file = std::fopen(original.c_str(), "rb");
    EXPECT_EQ(run(store->put({{kFullPhoto + "original", FileRange{::fileno(file), 0, 100'000}},
                              fact(kFullPhoto + "f/1.json")}))
                  .error()
                  .kind,
              ErrorKind::no_space);
    EXPECT_EQ(run(store->put({{kMedia + "s.webp", webp(), Durability::disposable}})).error().kind, ErrorKind::no_space);
    EXPECT_EQ(run(store->put({fact(kFullPhoto + "f/1.json", std::string(100'000, ' '))})).error().kind,
              ErrorKind::no_space);
    EXPECT_TRUE(fs::exists(folder_ / "reserve"));
    EXPECT_TRUE(run(store->check())) << "reading and deleting go on";
    std::fclose(file);
}

class GoneFolder : public ::testing::Test {
protected:
    void expect_away() {
        const auto kind = [](const auto& outcome) {
            return outcome ? std::nullopt : std::optional(outcome.error().kind);
        };
        const std::optional away = ErrorKind::unavailable;
        EXPECT_EQ(kind(run(store_->put({fact(kFullPhoto + "f/2.json")}))), away);
        EXPECT_EQ(kind(run(store_->put({{kMedia + "s.webp", webp(), Durability::disposable}}))), away);
        EXPECT_EQ(kind(run(store_->open(kFullPhoto + "original"))), away);
        EXPECT_EQ(kind(run(store_->get(kFullPhoto + "f/1.json"))), away);
        EXPECT_EQ(kind(run(store_->list("", "", 10))), away);
        EXPECT_EQ(kind(run(store_->list(kFullPhoto, "", 10))), away);
        EXPECT_EQ(kind(run(store_->remove({kFullPhoto + "f/1.json"}))), away);
        EXPECT_EQ(kind(run(store_->copy(kFullPhoto + "original", kMedia + "xl.webp", Durability::disposable))), away);
        EXPECT_EQ(kind(run(store_->check())), away);
    }

    test::TemporaryFolder folder_;
    fs::path root_ = folder_ / "data/blobs";
    Pool pool_{2, 100};
    std::unique_ptr<Store> store_ = files::open({.root = root_}, pool_).value();
};

TEST_F(GoneFolder, IsAwayAndNotEmptyAndComesBackByItself) {
    ASSERT_TRUE(run(store_->put({fact(kFullPhoto + "original"), fact(kFullPhoto + "f/1.json")})));
    fs::rename(folder_ / "data", folder_ / "elsewhere");
    expect_away();
    fs::create_directories(folder_ / "data");  // as a mount point that lost its disk
    expect_away();
    EXPECT_TRUE(fs::is_empty(folder_ / "data"));
    fs::create_directories(root_ / "photos");  // another library
    expect_away();
    EXPECT_TRUE(fs::is_empty(root_ / "photos"));
    fs::remove_all(folder_ / "data");
    fs::rename(folder_ / "elsewhere", folder_ / "data");
    EXPECT_TRUE(run(store_->check()));
    EXPECT_EQ(run(store_->get(kFullPhoto + "f/1.json")).value(), "{}");
    EXPECT_TRUE(run(store_->put({fact(kFullPhoto + "f/2.json")})));
    EXPECT_EQ(run(store_->list("", "", 10)).value().items.size(), 3U);
}

TEST_F(GoneFolder, NoReserveIsMadeWhereItWas) {
    fs::create_directories(folder_ / "disk");
    {
        files::Reserve reserve({folder_ / "disk"}, {});
        fs::rename(folder_ / "disk", folder_ / "elsewhere");
        fs::create_directories(folder_ / "disk");
        reserve.make();
        reserve.keep_room_to_start();
    }
    EXPECT_TRUE(fs::is_empty(folder_ / "disk"));
}

}  // namespace
}  // namespace cadre::blobs
