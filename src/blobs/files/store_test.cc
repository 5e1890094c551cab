#include "blobs/files/store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cerrno>
#include <fstream>

#include "base/testing.h"
#include "blobs/files/layout.h"
#include "blobs/suite.h"

namespace cadre::blobs {
namespace {

namespace fs = std::filesystem;
using test::run;

constexpr const char* kId = "01900000-0000-7000-8000-000000000abc";
const std::string kFolderPhoto = std::string("photos/") + kId + "/";
const std::string kDerivative = std::string("media/") + kId + "/AAAAAAAAAAAAAAAAAAAAAA/s.webp";

class FilesBench : public Bench {
public:
    explicit FilesBench(files::FileLayer* layer = nullptr, std::size_t open_files = 4096)
        : store_(files::open({.root = folder_.path() / "blobs", .open_files = open_files, .layer = layer}, pool_)
                     .value()) {}
    Store& store() override { return *store_; }
    [[nodiscard]] fs::path root() const { return folder_.path() / "blobs"; }
    Pool& pool() { return pool_; }

private:
    test::TemporaryFolder folder_;
    Pool pool_{4, 1000};
    std::unique_ptr<Store> store_;
};

std::unique_ptr<Bench> make_bench() { return std::make_unique<FilesBench>(); }

INSTANTIATE_TEST_SUITE_P(Files, StoreSuite, testing::Values(&make_bench));

std::string webp(std::size_t payload) {
    std::string text = "RIFF";
    for (unsigned i = 0; i < 4; ++i) text += static_cast<char>(((payload + 4) >> (8 * i)) & 0xffU);
    return text + "WEBP" + std::string(payload, 'p');
}

Result<void> put_one(Store& store, std::string key, std::string content, Durability durability = Durability::synced) {
    return run(store.put({Put{std::move(key), std::move(content), durability}}));
}

void overwrite(const fs::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

/// The machine's files, counting and failing as a test likes.
class TestFiles final : public files::SystemFiles {
public:
    files::Outcome<UniqueFd> create(const std::string& path) override {
        ++changes;
        return SystemFiles::create(path);
    }
    files::Outcome<void> write(int file, std::string_view bytes) override {
        if (write_error != 0) return tl::unexpected<int>(write_error);
        return SystemFiles::write(file, bytes);
    }
    files::Outcome<void> sync(int file) override {
        ++syncs;
        if (sync_error != 0) return tl::unexpected<int>(sync_error);
        return SystemFiles::sync(file);
    }
    files::Outcome<void> sync_folder(const std::string& path) override {
        ++syncs;
        return SystemFiles::sync_folder(path);
    }
    files::Outcome<UniqueFd> open(const std::string& path) override {
        ++opens;
        return SystemFiles::open(path);
    }
    std::atomic<int> changes{0}, syncs{0}, opens{0}, write_error{0}, sync_error{0};
};

std::vector<fs::path> files_under(const fs::path& root) {
    std::vector<fs::path> all;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file()) all.push_back(entry.path());
    return all;
}

TEST(FolderStore, KeysFanOutByTheRandomEndOfTheId) {
    FilesBench bench;
    for (const auto& key :
         {kFolderPhoto + "original", kFolderPhoto + "f/1.json", kDerivative, std::string("settings/f/1.json")})
        ASSERT_TRUE(put_one(bench.store(), key, "x"));
    const auto id = std::string(kId);
    EXPECT_TRUE(fs::exists(bench.root() / "photos/abc" / id / "original"));
    EXPECT_TRUE(fs::exists(bench.root() / "photos/abc" / id / "f,1.json"));
    EXPECT_TRUE(fs::exists(bench.root() / "media/abc" / id / "AAAAAAAAAAAAAAAAAAAAAA,s.webp"));
    EXPECT_TRUE(fs::exists(bench.root() / "settings/=f/f/1.json"));
}

TEST(FolderLayout, EveryPlaceLeadsBackToItsKeyAlone) {
    for (const auto& key : {kFolderPhoto + "original", kFolderPhoto + "f/1.json", kDerivative, std::string("a/b"),
                            std::string("a/.x."), std::string("media/-_/..."), std::string("a/x../y")}) {
        const auto place = files::place_of(key);
        ASSERT_TRUE(place) << key;
        EXPECT_EQ(files::key_at(*place), key);
        EXPECT_NE(place->shard, "..");
        auto moved = *place;
        moved.shard = "000";
        EXPECT_EQ(files::key_at(moved), std::nullopt) << "only its own shard is its place";
    }
    EXPECT_EQ(files::key_at({"a", "=b", "b", ".."}), std::nullopt);
    EXPECT_EQ(files::key_at({"a", "=b", "b", "x,,y"}), std::nullopt);
    EXPECT_EQ(files::key_at({"a", "=b", "b", "Thumbs.db~"}), std::nullopt);
}

TEST(FolderStore, AnUploadCostsFiveSyncsAndAnEditTwo) {
    TestFiles files;
    FilesBench bench(&files);
    ASSERT_TRUE(
        put_one(bench.store(), "photos/01900000-0000-7000-8000-111111111abc/original", "x"));  // makes the shard
    const auto syncs_of = [&](std::vector<Put> puts) {
        files.syncs = 0;
        EXPECT_TRUE(run(bench.store().put(std::move(puts))));
        return files.syncs.load();
    };
    EXPECT_EQ(
        syncs_of({{kFolderPhoto + "original", std::string(1000, 'x')}, {kFolderPhoto + "f/1.json", std::string("{}")}}),
        5);
    EXPECT_EQ(syncs_of({{kFolderPhoto + "f/2.json", std::string("{}")}}), 2);
    EXPECT_EQ(syncs_of({{kDerivative, webp(10), Durability::disposable}}), 0);
}

TEST(FolderStore, NothingIsLeftOfRemovedIdsButTheirShards) {
    FilesBench bench;
    ASSERT_TRUE(put_one(bench.store(), kFolderPhoto + "original", "x"));
    ASSERT_TRUE(put_one(bench.store(), kFolderPhoto + "f/1.json", "x"));
    ASSERT_TRUE(run(bench.store().remove({kFolderPhoto + "original", kFolderPhoto + "f/1.json"})));
    EXPECT_TRUE(fs::exists(bench.root() / "photos/abc"));
    EXPECT_TRUE(fs::is_empty(bench.root() / "photos/abc"));
}

TEST(FolderStore, AFullDiskIsNoSpaceAndLeavesNothing) {
    TestFiles files;
    FilesBench bench(&files);
    for (const int error : {ENOSPC, EDQUOT}) {
        files.write_error = error;
        const auto refused = put_one(bench.store(), kFolderPhoto + "original", "x");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::no_space);
        EXPECT_TRUE(files_under(bench.root()).empty());
        EXPECT_TRUE(run(bench.store().check())) << "reading and deleting go on";
        EXPECT_EQ(run(bench.store().get(kFolderPhoto + "original")).error().kind, ErrorKind::not_found);
    }
    files.write_error = 0;
    EXPECT_TRUE(put_one(bench.store(), kFolderPhoto + "original", "x"));
}

TEST(FolderStore, ABrokenDiskIsUnavailableAndNothingIsVisible) {
    TestFiles files;
    FilesBench bench(&files);
    for (const int error : {EIO, EROFS}) {
        files.sync_error = error;
        EXPECT_EQ(put_one(bench.store(), kFolderPhoto + "original", "x").error().kind, ErrorKind::unavailable);
        EXPECT_TRUE(files_under(bench.root()).empty());
    }
    files.sync_error = EBADF;  // a bug
    EXPECT_THROW((void)put_one(bench.store(), kFolderPhoto + "original", "x"), std::system_error);
}

TEST(FolderStore, AKeptDescriptorIsAnsweredWithoutLeavingTheThread) {
    TestFiles files;
    FilesBench bench(&files);
    ASSERT_TRUE(put_one(bench.store(), kDerivative, webp(100), Durability::disposable));
    ASSERT_TRUE(run(bench.store().open(kDerivative)));
    files.opens = 0;
    asio::io_context io;
    bool answered = false;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            const auto object = co_await bench.store().open(kDerivative);
            answered = object && object->size == 112 && object->file;
        },
        asio::detached);
    io.poll();  // a single turn of this thread: nothing was waited for
    EXPECT_TRUE(answered);
    EXPECT_EQ(files.opens, 0);
}

TEST(FolderStore, AKeptDescriptorIsForgottenWhenItsKeyChanges) {
    FilesBench bench;
    auto& store = bench.store();
    const auto size = [&] { return run(store.open(kDerivative)).value().size; };
    const auto other = std::string("media/") + kId + "/other/s.webp";
    ASSERT_TRUE(put_one(store, kDerivative, webp(100), Durability::disposable));
    ASSERT_TRUE(put_one(store, other, webp(300), Durability::disposable));
    EXPECT_EQ(size(), 112U);
    ASSERT_TRUE(put_one(store, kDerivative, webp(200), Durability::disposable));
    EXPECT_EQ(size(), 212U);
    ASSERT_TRUE(run(store.copy(other, kDerivative, Durability::disposable)));
    EXPECT_EQ(size(), 312U);
    ASSERT_TRUE(run(store.remove({kDerivative})));
    EXPECT_EQ(run(store.open(kDerivative)).error().kind, ErrorKind::not_found);
}

TEST(FolderStore, NoMoreDescriptorsAreKeptThanAllowed) {
    TestFiles files;
    FilesBench bench(&files, 8);
    const auto key = [](int n) { return fmt::format("media/{}/key/{}.webp", kId, n); };
    for (int n = 0; n < 20; ++n) ASSERT_TRUE(put_one(bench.store(), key(n), webp(10), Durability::disposable));
    for (int n = 0; n < 20; ++n) ASSERT_TRUE(run(bench.store().open(key(n))));
    files.opens = 0;
    for (int n = 19; n >= 12; --n) ASSERT_TRUE(run(bench.store().open(key(n))));
    EXPECT_EQ(files.opens, 0);
    ASSERT_TRUE(run(bench.store().open(key(0))));
    EXPECT_EQ(files.opens, 1);
}

TEST(FolderStore, ADerivativeThatWasCutShortIsNotThereAndGoes) {
    const auto whole = webp(100);
    for (const auto& broken : {std::string(), whole.substr(0, 11), whole.substr(0, 12), whole.substr(0, 111),
                               std::string(112, '\0'), whole + "x"}) {
        FilesBench bench;
        ASSERT_TRUE(put_one(bench.store(), kDerivative, whole, Durability::disposable));
        const auto path = files_under(bench.root()).at(0);
        overwrite(path, broken);
        EXPECT_EQ(run(bench.store().open(kDerivative)).error().kind, ErrorKind::not_found) << broken.size();
        EXPECT_FALSE(fs::exists(path));
        ASSERT_TRUE(put_one(bench.store(), kDerivative, whole, Durability::disposable));
        EXPECT_EQ(run(bench.store().get(kDerivative)).value(), whole);
    }
}

TEST(FolderStore, WhatADeadProcessHadBegunIsClearedAndWhatALiveOneHasBegunIsNot) {
    test::TemporaryFolder folder;
    Pool pool(1, 10);
    const auto scratch = folder.path() / std::string(files::kScratch);
    fs::create_directories(scratch / "dead");
    overwrite(scratch / "dead" / "0", "half");
    const auto first = files::open({.root = folder.path()}, pool).value();
    EXPECT_FALSE(fs::exists(scratch / "dead"));
    const auto own = fs::directory_iterator(scratch)->path();
    overwrite(own / "0", "half");
    const auto second = files::open({.root = folder.path()}, pool).value();
    EXPECT_TRUE(fs::exists(own / "0"));
    EXPECT_TRUE(run(first->list("", "", 10)).value().items.empty());
    fs::remove(own / "0");
}

TEST(FolderStore, FilesThatAreNotItsOwnAreNotListed) {
    FilesBench bench;
    ASSERT_TRUE(put_one(bench.store(), kFolderPhoto + "original", "x"));
    overwrite(bench.root() / "README", "x");
    overwrite(bench.root() / "photos/.DS_Store", "x");
    overwrite(bench.root() / "photos/abc" / kId / "not ours", "x");
    fs::create_directories(bench.root() / "photos/000" / kId);
    overwrite(bench.root() / "photos/000" / kId / "original", "in another's shard");
    EXPECT_EQ(run(bench.store().list("", "", 10)).value().items.size(), 1U);
}

TEST(FolderStore, AFolderThatCannotBeMadeIsASentence) {
    Pool pool(1, 10);
    const auto refused = files::open({.root = "/proc/nothing"}, pool);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_NE(refused.error().message.find("/proc/nothing"), std::string::npos);
}

}  // namespace
}  // namespace cadre::blobs
