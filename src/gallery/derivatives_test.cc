// What becomes of a photo whose derivatives can't be made, and when it is tried again.
#include "gallery/derivatives.h"

#include "base/encoding.h"
#include "base/testing.h"
#include "gallery/archive_contents.h"
#include "gallery/likeness.h"
#include "gallery/photos.h"
#include "gallery/sweep.h"
#include "gallery/testing/library.h"
#include "media/failures.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;

class DerivativesTest : public testing::LibraryTest {
protected:
    void derive() { ask(gallery_->derivatives().derive(photo_.id)); }
    catalog::Truth truth() { return entry(photo_)->truth; }
    std::string state() { return std::string(text_of(photo_of(photo_.id, truth()).state)); }
    /// Fails as a picture that needs too much memory does.
    void fail_of_memory() {
        decoders_.error = Error{Code::picture_needs_memory, "It takes too much memory.", "memory: out of it"};
        derive();
    }
    std::size_t jobs_waiting() { return static_cast<std::size_t>(ask(jobs_->stats()).waiting); }
    /// Whether a sweep makes a process that starts so try the photo again.
    bool tried_again(Policy policy) {
        open_gallery(std::move(policy));
        const int before = decoders_.asked;
        ask(sweep(*gallery_));
        if (const auto taken = ask(jobs_->take({job::kDerive}, Millis(60'000), Millis(0)))) {
            derive();
            ask(jobs_->done(*taken));
        }
        return decoders_.asked > before;
    }

    [[nodiscard]] Viewer owner() const {
        Viewer viewer;
        viewer.user = User{owner_, "ada", Role::member, false, {}};
        return viewer;
    }
    void edit_derived(std::string_view name, json::value to) {
        Changes facts;
        facts[std::string(name)] = std::move(to);
        ask(gallery_->ledger().derive(photo_, std::move(facts)));
    }
    /// The fake's files are empty, which counts as not there.
    void fill() {
        const auto key = photo_of(photo_.id, truth()).media_key;
        for (const auto& rule : kVariantRules) put(media_blob(key, rule.name), std::string("RIFF\x04\0\0\0WEBP", 12));
    }
    static std::string thumbhash(int rotation) {
        return base64(as_bytes(rotation == 0 ? "thumb" : "thumb" + std::to_string(rotation)));
    }

    const catalog::Ref photo_ = add_photo();
};

TEST_F(DerivativesTest, AFailureIsACodeAndWhatItFailedBy) {
    fail_of_memory();
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(truth().string(field::kFailure), "picture-needs-memory");
    EXPECT_NE(truth().string(kFailedBy).find("libraries 1"), std::string::npos);
}

TEST_F(DerivativesTest, WhatFailedIsLeftAloneByTheSameVersionsAndLimits) {
    fail_of_memory();
    const int asked = decoders_.asked;
    derive();
    EXPECT_EQ(decoders_.asked, asked);
    EXPECT_FALSE(tried_again({}));
    EXPECT_EQ(state(), "failed");
}

TEST_F(DerivativesTest, WhatFailedIsTriedAgainAfterAnUpgradeOrAChangedLimit) {
    fail_of_memory();
    Policy newer;
    newer.version = "2";
    EXPECT_TRUE(tried_again(newer));
    EXPECT_FALSE(tried_again(newer)) << "and once is enough";
    Policy larger = newer;
    larger.decoder_memory *= 2;
    decoders_.error.reset();
    EXPECT_TRUE(tried_again(larger));
    EXPECT_EQ(state(), "ready");
    EXPECT_EQ(truth().string(field::kFailure), "");
}

TEST_F(DerivativesTest, WhatFailedBeforeItWasNotedByWhatIsTriedAgain) {
    fail_of_memory();
    Changes old;
    old[std::string(field::kFailure)] = "It takes too much memory.";
    old[std::string(kFailedBy)] = nullptr;
    ask(gallery_->ledger().derive(photo_, std::move(old)));
    EXPECT_TRUE(tried_again({}));
}

TEST_F(DerivativesTest, ItsOwnerCanHaveItTriedAgain) {
    fail_of_memory();
    Viewer other;
    other.user = User{make_id(clock_, random_), "eve", Role::member, false, {}};
    EXPECT_EQ(result_of(gallery_->derivatives().retry(other, photo_.id)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(ask(gallery_->derivatives().retry(owner(), photo_.id)).state, State::processing);
    EXPECT_EQ(state(), "processing");
    EXPECT_EQ(jobs_waiting(), 1U);
    decoders_.error.reset();
    derive();
    EXPECT_EQ(state(), "ready");
    EXPECT_EQ(ask(gallery_->derivatives().retry(owner(), photo_.id)).state, State::ready) << "there is nothing to do";
}

TEST_F(DerivativesTest, ADecoderThatIsKilledFromOutsideFailsThePhotoOnlyAfterTheLastTry) {
    decoders_.error = media::killed("signal 9");
    EXPECT_EQ(result_of(gallery_->derivatives().derive(photo_.id)).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(state(), "processing");
    ask(gallery_->derivatives().give_up(photo_.id, *decoders_.error));
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(truth().string(field::kFailure), "decoder-interrupted");
}

TEST_F(DerivativesTest, AStoreThatIsAwayFailsNoPhoto) {
    ask(gallery_->derivatives().give_up(photo_.id, Error{ErrorKind::unavailable, "The store is away."}));
    EXPECT_EQ(state(), "processing");
}

TEST_F(DerivativesTest, WhatWasTurnedWhileItWasDrawnIsToldAsItLiesNow) {
    decoders_.error.reset();
    const std::vector<std::string> kinds = {std::string(job::kRekey)};
    PhotoChange turn;
    // Another worker turns it and draws it anew, while this one still draws it as it lay.
    const auto meanwhile = [&]() -> Task<void> {
        CO_CHECK(co_await gallery_->photos().change(owner(), photo_.id, turn, std::nullopt));
        CO_TRY(const auto taken, co_await jobs_->take(kinds, Millis(60'000), Millis(0)));
        EXPECT_TRUE(taken);
        CO_CHECK(co_await gallery_->derivatives().rekey(taken->job.subject));
        co_return co_await jobs_->done(*taken);
    };
    for (const int rotation : {90, 0, 270, 180, 0}) {
        turn.rotation = rotation;
        edit_derived(field::kLikeness, nullptr);  // so that it is drawn
        decoders_.meanwhile = meanwhile;
        derive();
        const auto photo = photo_of(photo_.id, truth());
        EXPECT_EQ(photo.turned, rotation);
        EXPECT_EQ(photo.thumbhash, thumbhash(rotation));
    }
}

TEST_F(DerivativesTest, WhatWasDrawnForAnotherKeyIsDrawnAgain) {
    decoders_.error.reset();
    derive();
    fill();
    edit_derived(field::kThumbhash, json::value("of how it lay"));
    edit_derived(field::kLarge, large_fact("anotherKeyAnotherKey12", 1, 1));
    derive();
    EXPECT_EQ(decoders_.asked, 2);
    EXPECT_EQ(photo_of(photo_.id, truth()).thumbhash, thumbhash(0));
}

TEST_F(DerivativesTest, WhatLookAlikesAreFoundByIsMadeOnceWhereAnOlderReleaseDidNot) {
    decoders_.error.reset();
    derive();
    const auto likeness = likeness_of(truth());
    ASSERT_TRUE(likeness);
    EXPECT_EQ(likeness->pixels, base64url(as_bytes("0123456789abcdef")));
    EXPECT_EQ(likeness->phash, 0xfedc'ba98'7654'3210U);
    fill();
    derive();
    EXPECT_EQ(decoders_.asked, 1) << "all is there";

    edit_derived(field::kLikeness, nullptr);  // an older release
    EXPECT_FALSE(likeness_of(truth()));
    derive();
    EXPECT_EQ(decoders_.asked, 2);
    EXPECT_TRUE(likeness_of(truth()));
    fill();
    derive();
    EXPECT_EQ(decoders_.asked, 2);
}

}  // namespace
}  // namespace cadre::gallery
