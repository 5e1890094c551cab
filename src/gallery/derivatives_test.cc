// What becomes of a photo whose derivatives can't be made, and when it is tried again.
#include "gallery/derivatives.h"

#include "base/testing.h"
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
    Viewer owner;
    owner.user = User{owner_, "ada", Role::member, false, {}};
    Viewer other;
    other.user = User{make_id(clock_, random_), "eve", Role::member, false, {}};
    EXPECT_EQ(result_of(gallery_->derivatives().retry(other, photo_.id)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(ask(gallery_->derivatives().retry(owner, photo_.id)).state, State::processing);
    EXPECT_EQ(state(), "processing");
    EXPECT_EQ(jobs_waiting(), 1U);
    decoders_.error.reset();
    derive();
    EXPECT_EQ(state(), "ready");
    EXPECT_EQ(ask(gallery_->derivatives().retry(owner, photo_.id)).state, State::ready) << "there is nothing to do";
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

}  // namespace
}  // namespace cadre::gallery
