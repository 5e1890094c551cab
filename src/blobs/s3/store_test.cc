// The conformance suite against a real Garage, and what this driver alone promises.
#include "blobs/s3/store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "base/hash.h"
#include "blobs/s3/testing/store_bench.h"
#include "blobs/suite.h"

namespace cadre::blobs {
namespace {

using s3::testing::GarageBench;
using s3::testing::run;

constexpr const char* kStoredPhoto = "photos/01900000-0000-7000-8000-000000000abc/";

std::unique_ptr<Bench> make_bench() {
    if (!s3::testing::Garage::binary()) return nullptr;
    return std::make_unique<GarageBench>();
}

INSTANTIATE_TEST_SUITE_P(S3, StoreSuite, testing::Values(&make_bench));

class S3Store : public ::testing::Test {
protected:
    void SetUp() override {
        if (!s3::testing::Garage::binary()) GTEST_SKIP() << s3::testing::Garage::kMissing;
    }
};

std::string noise(std::size_t size) {
    std::string text(size, '\0');
    std::uint32_t state = 1;
    for (auto& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return text;
}

struct TemporaryFile {
    explicit TemporaryFile(const std::string& content) {
        std::fwrite(content.data(), 1, content.size(), file.get());
        std::fflush(file.get());
    }
    [[nodiscard]] int fd() const { return ::fileno(file.get()); }
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), std::fclose};
};

Task<std::string> hash_of(Object object) {
    Sha256 hash;
    std::vector<std::uint8_t> piece(300'000);
    while (true) {
        CO_TRY(const auto got, co_await object.read(piece));
        if (got == 0) co_return hex(hash.finish());
        hash.update(std::span(piece).first(got));
    }
}

std::string sha256_of(Object object) { return run(hash_of(std::move(object))).value(); }

TEST_F(S3Store, ALargeFileIsPutInPartsAndComesBackAsItWas) {
    GarageBench bench;
    auto options = bench.options();
    options.writer = {.part_above = 12'000'000, .part_size = 5 << 20, .parts_at_once = 3};
    const auto store = bench.open(options);
    const auto content = noise(17'000'001);
    const TemporaryFile file(content);
    const auto key = std::string(kStoredPhoto) + "original";
    std::vector<Put> puts(1);
    puts[0] = {key, FileRange{file.fd(), 1, content.size() - 1}, Durability::synced};
    const auto done = run(store->put(puts));
    ASSERT_TRUE(done) << done.error().detail;
    auto object = run(store->open(key)).value();
    EXPECT_EQ(object.size, content.size() - 1);
    EXPECT_EQ(sha256_of(std::move(object)), sha256_hex(content.substr(1)));
    EXPECT_EQ(sha256_of(run(store->open(key, 5'000'000, 6'000'000)).value()),
              sha256_hex(content.substr(5'000'001, 6'000'000)));
}

TEST_F(S3Store, AFileThatIsShorterThanSaidIsNoObjectAndLeavesNoParts) {
    GarageBench bench;
    auto options = bench.options();
    options.writer = {.part_above = 12'000'000, .part_size = 5 << 20, .parts_at_once = 3};
    const auto store = bench.open(options);
    const TemporaryFile file(noise(13'000'000));
    const auto key = std::string(kStoredPhoto) + "original";
    for (const std::uint64_t length : {std::uint64_t{14'000'000}, std::uint64_t{5'000'000}}) {
        std::vector<Put> puts(1);
        puts[0] = {key, FileRange{file.fd(), 12'000'000, length}, Durability::synced};
        const auto done = run(store->put(puts));
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
        EXPECT_EQ(run(store->open(key)).error().kind, ErrorKind::not_found);
    }
    EXPECT_EQ(bench.unfinished_uploads(), 0U);
}

TEST_F(S3Store, AWrongKeyRegionOrBucketIsASentenceAndNeverNotFound) {
    GarageBench bench;
    struct Case {
        void (*spoil)(s3::Options&);
        const char* sentence;
    };
    const std::vector<Case> cases{
        {[](s3::Options& o) { o.credentials.secret_key = "wrong"; }, "refuses the access key"},
        {[](s3::Options& o) { o.credentials.access_key = "GK000000000000000000000000"; }, "refuses the access key"},
        {[](s3::Options& o) { o.where.bucket = "not-there"; }, "has no bucket “not-there”"},
        {[](s3::Options& o) { o.where.region = "mars"; }, "does not accept the region “mars”"},
    };
    for (const auto& [spoil, sentence] : cases) {
        auto options = bench.options();
        spoil(options);
        const auto store = bench.open(options);
        const auto checked = run(store->check());
        ASSERT_FALSE(checked) << sentence;
        EXPECT_EQ(checked.error().kind, ErrorKind::unavailable);
        EXPECT_NE(checked.error().message.find(sentence), std::string::npos) << checked.error().message;
        const auto key = std::string(kStoredPhoto) + "original";
        for (const auto& refused : {run(store->get(key)).error(), run(store->open(key)).error(),
                                    run(store->open(key, 0, 0)).error(), run(store->list("", "", 10)).error(),
                                    run(store->remove({key})).error(), run(store->remove({key, key + "x"})).error()}) {
            EXPECT_EQ(refused.kind, ErrorKind::unavailable) << sentence;
            EXPECT_NE(refused.detail.find(sentence), std::string::npos) << refused.detail;
            EXPECT_EQ(refused.message.find(sentence), std::string::npos) << "a visitor is told the operator's business";
        }
    }
}

TEST_F(S3Store, WithoutCredentialsItDoesNotOpen) {
    GarageBench bench;
    auto options = bench.options();
    options.credentials.secret_key.clear();
    const auto opened = s3::open(std::move(options), bench.clock(), bench.pool());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
}

TEST_F(S3Store, AFullBucketSaysThatThereIsNoSpace) {
    GarageBench bench(100'000);
    const auto key = [](int n) { return fmt::format("{}f/{}", kStoredPhoto, n); };
    bool full = false;
    for (int n = 0; n < 40 && !full; ++n) {
        std::vector<Put> puts(1);
        puts[0] = {key(n), noise(10'000), Durability::synced};
        const auto done = run(bench.store().put(puts));
        full = !done;
        if (full) {
            EXPECT_EQ(done.error().kind, ErrorKind::no_space) << done.error().detail;
        }
    }
    EXPECT_TRUE(full);
}

TEST_F(S3Store, TwelveHundredKeysAreRemovedByOneCall) {
    GarageBench bench;
    std::vector<Put> puts;
    std::vector<std::string> keys;
    for (int n = 0; n < 1200; ++n) {
        keys.push_back(fmt::format("{}f/{}", kStoredPhoto, n));
        puts.push_back({keys.back(), std::string("x"), Durability::disposable});
    }
    const auto done = run(bench.store().put(puts));
    ASSERT_TRUE(done) << done.error().detail;
    auto page = run(bench.store().list("", "", 5000)).value();
    EXPECT_EQ(page.items.size(), 1000U);
    EXPECT_FALSE(page.next.empty());
    const auto removed = run(bench.store().remove(keys));
    ASSERT_TRUE(removed) << removed.error().detail;
    EXPECT_TRUE(run(bench.store().list("", "", 5000)).value().items.empty());
}

TEST_F(S3Store, AnObjectOfMoreThanFourMebibytesIsNotGotAsAWhole) {
    GarageBench bench;
    std::vector<Put> puts(1);
    puts[0] = {std::string(kStoredPhoto) + "original", noise((4 << 20) + 1), Durability::synced};
    ASSERT_TRUE(run(bench.store().put(puts)));
    EXPECT_EQ(run(bench.store().get(puts[0].key)).error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace cadre::blobs
