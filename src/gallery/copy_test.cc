// Copies between real folder stores: what is skipped, what is found, and what is left when it is broken off.
#include "gallery/copy.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using catalog::Ref;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Has no files of its own to hand out, as an S3 store: bytes only stream.
class StreamingBlobs final : public blobs::Store {
public:
    explicit StreamingBlobs(blobs::Store& store) : store_(store) {}
    Task<void> put(std::vector<blobs::Put> puts) override { co_return co_await store_.put(std::move(puts)); }
    Task<blobs::Object> open(std::string key, std::uint64_t offset, std::uint64_t length) override {
        CO_TRY(auto object, co_await store_.open(std::move(key), offset, length));
        object.file.reset();
        co_return object;
    }
    Task<std::string> get(std::string key) override { co_return co_await store_.get(std::move(key)); }
    Task<blobs::Listing> list(std::string prefix, std::string cursor, std::size_t limit) override {
        co_return co_await store_.list(std::move(prefix), std::move(cursor), limit);
    }
    Task<void> remove(std::vector<std::string> keys) override { co_return co_await store_.remove(std::move(keys)); }
    Task<void> copy(std::string from, std::string to, blobs::Durability durability) override {
        co_return co_await store_.copy(std::move(from), std::move(to), durability);
    }
    Task<void> check() override { return store_.check(); }
    [[nodiscard]] blobs::Traits traits() const override { return {}; }

private:
    blobs::Store& store_;
};

class CopyTest : public testing::LibraryTest {
protected:
    CopyTest() {
        opened_ = value(blobs::files::open({folder_ / "target", 0}, files_));
        target_ = std::make_unique<testing::WatchedBlobs>(*opened_);
        options_.scratch = folder_;
    }

    Result<CopyReport> copy_from(blobs::Store& source) {
        findings_.clear();
        return result_of(copy(source, *target_, files_, options_, {}, [this](const Finding& finding) {
            findings_.push_back(std::string(name_of(finding.kind)) + ": " + finding.key);
        }));
    }
    CopyReport run() { return value(copy_from(*blobs_)); }

    /// Everything that a store has, byte by byte.
    std::map<std::string, std::string> all_of(blobs::Store& store) {
        std::map<std::string, std::string> all;
        const auto listing = ask(store.list("", "", 10'000));
        for (const auto& item : listing.items) all[item.key] = ask(store.get(item.key));
        return all;
    }
    void overwrite(const std::string& key, const std::string& content) {
        std::vector<blobs::Put> puts;
        puts.push_back({key, content});
        ask(opened_->put(std::move(puts)));
    }

    /// Photos edited and purged, a picture, and a token.
    std::vector<Ref> fill() {
        std::vector<Ref> refs;
        for (int i = 0; i < 12; ++i) refs.push_back(add_photo("picture " + std::to_string(i)));
        edit(refs[0], "title", "second");
        const auto key = photo_of(refs[1].id, entry(refs[1])->truth).media_key;
        put(media_blob(key, "s"), "a derivative");
        purge(refs[2]);
        const Ref token{catalog::Kind::token, make_id(clock_, random_)};
        Changes facts;
        facts["name"] = "a token";
        ask(gallery_->ledger().create(token, std::move(facts), {}));
        return refs;
    }

    CopyOptions options_;
    std::unique_ptr<blobs::Store> opened_;
    std::unique_ptr<testing::WatchedBlobs> target_;
    std::vector<std::string> findings_;
};

TEST_F(CopyTest, BothEndsAreIdenticalAndASecondRunCopiesNothing) {
    fill();
    const auto first = run();
    EXPECT_EQ(first.records, 13U);
    EXPECT_EQ(first.findings, 0U);
    EXPECT_EQ(all_of(*opened_), all_of(*store_));
    const auto second = run();
    EXPECT_EQ(second.copied, 0U);
    EXPECT_EQ(second.there, first.copied);
}

TEST_F(CopyTest, AStoreWithoutFilesIsCopiedThroughScratch) {
    fill();
    StreamingBlobs source(*store_);
    EXPECT_EQ(value(copy_from(source)).findings, 0U);
    EXPECT_EQ(all_of(*opened_), all_of(*store_));
}

TEST_F(CopyTest, WhatWasBrokenOffGoesOnAndNeverHasFactsWithoutTheirOriginal) {
    fill();
    options_.at_once = 3;
    for (int allowed = 1;; ++allowed) {
        ASSERT_LT(allowed, 100);
        target_->allowed_puts = allowed % 4;
        const auto copied = copy_from(*blobs_);
        for (const auto& [key, content] : all_of(*opened_)) {
            if (!key.starts_with("photos/") || key.find("/f/") == std::string::npos) continue;
            const auto original = key.substr(0, key.find("/f/")) + "/original";
            EXPECT_TRUE(all_of(*opened_).contains(original)) << key;
        }
        if (copied) break;
    }
    EXPECT_EQ(all_of(*opened_), all_of(*store_));
}

TEST_F(CopyTest, ADamagedOriginalOfTheSourceIsFoundAndCopiedAsItIs) {
    const auto refs = fill();
    const auto damaged = Ledger::prefix(refs[3]) + "original";
    put(damaged, "picture X");
    std::vector<std::string> gone{Ledger::prefix(refs[4]) + "original"};
    const auto missing = gone[0];
    ask(store_->remove(std::move(gone)));
    EXPECT_EQ(run().findings, 2U);
    EXPECT_THAT(findings_, ::testing::UnorderedElementsAre("damaged: " + damaged, "missing: " + missing));
    EXPECT_EQ(all_of(*opened_), all_of(*store_));
}

TEST_F(CopyTest, WhatTheTargetHasOfTheRightSizeAndWrongBytesIsCopiedAgain) {
    const auto refs = fill();
    run();
    overwrite(Ledger::prefix(refs[5]) + "original", "picture X");
    const auto facts = keys(Ledger::prefix(refs[6]) + "f/").at(0);
    overwrite(facts, std::string(ask(store_->get(facts)).size(), 'x'));
    EXPECT_EQ(run().copied, 2U);
    EXPECT_EQ(all_of(*opened_), all_of(*store_));
}

TEST_F(CopyTest, QuickReadsNothingAgain) {
    fill();
    options_.compare = false;
    run();
    EXPECT_EQ(target_->gets + target_->opens, 0U);
    EXPECT_EQ(all_of(*opened_), all_of(*store_));
}

TEST_F(CopyTest, DerivativesUploadsAndStrangersStayBehindWhereTheyShould) {
    fill();
    put("uploads/1/part", "a part");
    put("strange/1/thing", "?");
    const Ref unfinished{catalog::Kind::photo, make_id(clock_, random_)};
    put(Ledger::prefix(unfinished) + "original", "half an upload");
    options_.media = false;
    EXPECT_EQ(run().findings, 0U);
    EXPECT_THAT(findings_, ::testing::UnorderedElementsAre("note: strange/1/thing", "note: " + text_of(unfinished)));
    for (const auto& [key, content] : all_of(*opened_))
        EXPECT_TRUE(key.starts_with("photos/") || key.starts_with("tokens/")) << key;
    EXPECT_FALSE(all_of(*opened_).contains(Ledger::prefix(unfinished) + "original"));
}

TEST_F(CopyTest, APurgedPhotoTakesOnlyItsTombAlong) {
    const auto refs = fill();
    put(Ledger::prefix(refs[2]) + "original", "it came back");
    run();
    const auto there = ask(opened_->list(Ledger::prefix(refs[2]), "", 10));
    ASSERT_THAT(there.items, SizeIs(1));
    EXPECT_EQ(there.items[0].key, Ledger::prefix(refs[2]) + "tomb");
}

}  // namespace
}  // namespace cadre::gallery
