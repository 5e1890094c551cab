// Derivatives follow a photo to its new key, whatever happens to it while they are copied: in the end they are under
// the key that it has then, and nothing is under another one, where somebody who knew it might still look.
#include <gmock/gmock.h>

#include "base/testing.h"
#include "gallery/derivatives.h"
#include "gallery/photos.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

/// Hands every call on. Before one of the next copies it lets something else happen, or refuses it.
class WatchedCopies final : public blobs::Store {
public:
    explicit WatchedCopies(blobs::Store& store) : store_(store) {}

    Task<void> put(std::vector<blobs::Put> objects) override { return store_.put(std::move(objects)); }
    Task<blobs::Object> open(std::string key, std::uint64_t offset, std::uint64_t length) override {
        return store_.open(std::move(key), offset, length);
    }
    Task<std::string> get(std::string key) override { return store_.get(std::move(key)); }
    Task<blobs::Listing> list(std::string prefix, std::string cursor, std::size_t limit) override {
        return store_.list(std::move(prefix), std::move(cursor), limit);
    }
    Task<void> remove(std::vector<std::string> keys) override { return store_.remove(std::move(keys)); }
    Task<void> copy(std::string from, std::string to, blobs::Durability durability) override {
        if (meanwhile && wait-- == 0) {
            const auto work = std::exchange(meanwhile, nullptr);
            CO_CHECK(co_await work());
        }
        co_return co_await store_.copy(std::move(from), std::move(to), durability);
    }
    Task<void> check() override { return store_.check(); }
    [[nodiscard]] blobs::Traits traits() const override { return store_.traits(); }

    std::function<Task<void>()> meanwhile;  // once
    std::size_t wait = 0;                   // so many copies are left alone before

private:
    blobs::Store& store_;
};

constexpr std::size_t kCopies = std::size(media::kVariantSizes);

class RekeyTest : public testing::LibraryTest {
protected:
    RekeyTest() {
        copies_ = std::make_unique<WatchedCopies>(*blobs_);
        Policy policy;
        policy.scratch = folder_;
        gallery_ = std::make_unique<Gallery>(
            Stores{*copies_, *catalog_, *jobs_, *events_, decoders_, clock_, random_, files_, passwords_},
            std::move(policy));
        decoders_.error.reset();
    }
    ~RekeyTest() override { gallery_.reset(); }

    /// A public photo with all its derivatives.
    catalog::Ref shown_photo() {
        const auto ref = add_photo("picture " + std::to_string(++made_));
        change(ref, Visibility::public_);
        ask(gallery_->derivatives().derive(ref.id));
        for (const auto& blob : media_of(ref)) put(blob, std::string("RIFF\x04\0\0\0WEBP", 12));
        return ref;
    }
    Photo photo(catalog::Ref ref) { return photo_of(ref.id, entry(ref)->truth); }
    std::string key(catalog::Ref ref) { return photo(ref).media_key; }
    std::vector<std::string> media_of(catalog::Ref ref) {
        std::vector<std::string> blobs;
        for (const auto& size : media::kVariantSizes) blobs.push_back(media_blob(key(ref), size.name));
        return blobs;
    }
    std::vector<std::string> media() { return keys("media/"); }

    Task<void> change_now(catalog::Ref ref, PhotoChange change) {
        CO_CHECK(co_await gallery_->photos().change(owner(), ref.id, std::move(change), std::nullopt));
        co_return Result<void>();
    }
    Task<void> hide_now(catalog::Ref ref) {
        PhotoChange shown, hidden;
        shown.visibility = Visibility::public_;
        hidden.visibility = Visibility::private_;
        CO_CHECK(co_await change_now(ref, std::move(shown)));
        co_return co_await change_now(ref, std::move(hidden));
    }
    void change(catalog::Ref ref, Visibility to) {
        PhotoChange change;
        change.visibility = to;
        ask(change_now(ref, std::move(change)));
    }
    /// Subjects of the jobs that wait, the oldest first; they are then done with.
    std::vector<std::string> take_subjects() {
        std::vector<std::string> subjects;
        while (const auto taken = ask(jobs_->take({job::kRekey}, Millis(60'000), Millis(0)))) {
            subjects.push_back(taken->job.subject);
            ask(jobs_->done(*taken));
        }
        return subjects;
    }
    /// Carries out what waits, as another worker would.
    Task<void> work_now() {
        for (;;) {
            std::vector<std::string> kinds{std::string(job::kRekey)};
            CO_TRY(const auto taken, co_await jobs_->take(std::move(kinds), Millis(60'000), Millis(0)));
            if (!taken) co_return Result<void>();
            CO_CHECK(co_await gallery_->derivatives().rekey(taken->job.subject));
            CO_CHECK(co_await jobs_->done(*taken));
        }
    }
    void rekey(const std::string& subject) { ask(gallery_->derivatives().rekey(subject)); }
    [[nodiscard]] Viewer owner() const {
        Viewer viewer;
        viewer.user = User{owner_, "ada", Role::member, false, {}};
        return viewer;
    }

    std::unique_ptr<WatchedCopies> copies_;
    int made_ = 0;
};

TEST_F(RekeyTest, TheyAreCopiedToTheNewKeyAndGoneFromTheOldOne) {
    const auto ref = shown_photo();
    const auto before = media_of(ref);
    EXPECT_THAT(media(), UnorderedElementsAreArray(before));
    change(ref, Visibility::private_);
    EXPECT_NE(media_of(ref), before);
    ask(work_now());
    EXPECT_THAT(media(), UnorderedElementsAreArray(media_of(ref)));
    EXPECT_EQ(decoders_.asked, 1) << "nothing is drawn again";
    EXPECT_EQ(photo(ref).state, State::ready);
}

TEST_F(RekeyTest, WhatMovesOnWhileItIsCopiedLeavesNothingUnderTheKeyBetween) {
    for (std::size_t after = 0; after < kCopies; ++after) {
        const auto ref = shown_photo();
        change(ref, Visibility::private_);
        const auto subject = take_subjects();
        ASSERT_EQ(subject.size(), 1U);
        copies_->wait = after;
        copies_->meanwhile = [&]() -> Task<void> {
            CO_CHECK(co_await hide_now(ref));
            co_return co_await work_now();
        };
        rekey(subject.front());
        EXPECT_FALSE(copies_->meanwhile) << "it did happen";
        EXPECT_THAT(media(), UnorderedElementsAreArray(media_of(ref))) << "after " << after << " copies";
        for (const auto& blob : media()) ask(blobs_->remove({blob}));
    }
}

TEST_F(RekeyTest, InWhateverOrderTheJobsOfTwoChangesAreDoneTheLastKeyHasThem) {
    for (const bool reversed : {false, true}) {
        const auto ref = shown_photo();
        ask(hide_now(ref));
        ask(hide_now(ref));
        auto subjects = take_subjects();
        ASSERT_EQ(subjects.size(), 2U);
        if (reversed) std::swap(subjects[0], subjects[1]);
        for (const auto& subject : subjects) rekey(subject);
        EXPECT_THAT(media(), UnorderedElementsAreArray(media_of(ref)));
        for (const auto& subject : subjects) rekey(subject);
        EXPECT_THAT(media(), UnorderedElementsAreArray(media_of(ref))) << "a job may be done twice";
        for (const auto& blob : media()) ask(blobs_->remove({blob}));
    }
}

TEST_F(RekeyTest, OfWhatIsPurgedWhileItIsCopiedNothingStays) {
    for (std::size_t after = 0; after < kCopies; ++after) {
        const auto ref = shown_photo();
        change(ref, Visibility::private_);
        const auto subject = take_subjects();
        copies_->wait = after;
        copies_->meanwhile = [&]() { return gallery_->photos().purge(owner(), ref.id, std::nullopt); };
        rekey(subject.at(0));
        EXPECT_FALSE(copies_->meanwhile);
        EXPECT_THAT(media(), IsEmpty()) << "after " << after << " copies";
    }
}

TEST_F(RekeyTest, WhatIsTurnedIsDrawnAgainAndNotCopied) {
    const auto ref = shown_photo();
    PhotoChange turn;
    turn.rotation = 90;
    ask(change_now(ref, std::move(turn)));
    ask(work_now());
    EXPECT_THAT(media(), UnorderedElementsAreArray(media_of(ref)));
    EXPECT_EQ(photo(ref).turned, 90);
    EXPECT_EQ(decoders_.asked, 2);
}

TEST_F(RekeyTest, WhatIsTurnedWhileItIsCopiedIsDrawnAsItLies) {
    const auto ref = shown_photo();
    change(ref, Visibility::private_);
    const auto subject = take_subjects();
    copies_->wait = 2;
    copies_->meanwhile = [&]() -> Task<void> {
        PhotoChange turn;
        turn.rotation = 90;
        CO_CHECK(co_await change_now(ref, std::move(turn)));
        co_return co_await work_now();
    };
    rekey(subject.at(0));
    EXPECT_THAT(media(), UnorderedElementsAreArray(media_of(ref)));
    EXPECT_EQ(photo(ref).turned, 90);
    EXPECT_EQ(decoders_.asked, 2);
}

TEST_F(RekeyTest, AStoreThatIsAwayInTheMiddleLeavesTheJobToBeDoneAgain) {
    for (std::size_t after = 0; after < kCopies; ++after) {
        const auto ref = shown_photo();
        const auto before = media_of(ref);
        change(ref, Visibility::private_);
        const auto subject = take_subjects();
        copies_->wait = after;
        copies_->meanwhile = []() -> Task<void> { co_return fail(ErrorKind::unavailable, "The store is away."); };
        EXPECT_FALSE(result_of(gallery_->derivatives().rekey(subject.at(0))));
        for (const auto& blob : before) EXPECT_TRUE(result_of(blobs_->get(blob))) << "what there was is still there";
        rekey(subject.at(0));
        EXPECT_THAT(media(), UnorderedElementsAreArray(media_of(ref)));
        for (const auto& blob : media()) ask(blobs_->remove({blob}));
    }
}

TEST_F(RekeyTest, WhatIsNoSubjectDoesNothing) {
    const auto ref = shown_photo();
    for (const auto* subject : {"", "x", "x y 0"}) rekey(subject);
    rekey(ref.id.text());
    rekey(ref.id.text() + " " + key(ref) + " 0");
    EXPECT_THAT(media(), UnorderedElementsAreArray(media_of(ref)));
}

}  // namespace
}  // namespace cadre::gallery
