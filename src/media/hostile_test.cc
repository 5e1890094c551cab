// The server's side against a decoder that has gone over to the enemy.
#include <gtest/gtest.h>

#include "base/testing.h"
#include "media/answers.h"
#include "media/failures.h"
#include "media/testing.h"
#include "media/text.h"

namespace cadre::media {
namespace {

using test::run;
using testing::wish_for;

class HostileDecoder : public ::testing::Test {
protected:
    static Options options() {
        Options options;
        options.program = CADRE_HOSTILE_WORKER;
        options.queue = 1;
        options.probers = Slots{1, 0, 0};
        return options;
    }
    static Limits impatient() {
        Limits limits;
        limits.wall = std::chrono::seconds(1);
        return limits;
    }
    Result<Probe> probe(std::string_view wish) {
        const auto file = wish_for(wish);
        return run(decoders_->probe(file.get(), impatient(), "owner"));
    }
    Result<Derived> derive(std::string_view wish) {
        const auto file = wish_for(wish);
        return run(decoders_->derive(file.get(), impatient(), "owner"));
    }
    void expect_unprocessable(std::string_view wish) {
        const auto result = probe(wish);
        ASSERT_FALSE(result) << wish;
        EXPECT_EQ(result.error().kind, ErrorKind::unprocessable) << wish;
        EXPECT_TRUE(result.error().message.ends_with('.')) << wish;
    }

    std::unique_ptr<Decoders> decoders_ = make_sandboxed_decoders(options());
};

TEST_F(HostileDecoder, CostsOnePhotoWhenItDiesOrExits) {
    for (const char* wish : {"crash", "exit", "out of time", "huge", "say ", "say garbage", "say []", "say {}"}) {
        expect_unprocessable(wish);
        const auto next = probe(R"(say {"format":"png","width":2,"height":3,"metadata":{}})");
        ASSERT_TRUE(next) << wish << ": " << next.error().detail;
        EXPECT_EQ(next->width, 2);
    }
}

TEST_F(HostileDecoder, ThatHangsIsKilledAndNobodyIsToldThatTheFileIsDamaged) {
    const auto result = probe("hang");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    const auto derived = derive("hang");
    ASSERT_FALSE(derived);
    EXPECT_EQ(code_of(derived.error()), Code::picture_needs_time);
    EXPECT_EQ(derived.error().message.find("damaged"), std::string::npos);
}

TEST_F(HostileDecoder, ThatIsKilledFromOutsideIsNoFaultOfThePicture) {
    const auto probed = probe("kill");
    ASSERT_FALSE(probed);
    EXPECT_EQ(probed.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(code_of(probed.error()), Code::decoder_interrupted);
    EXPECT_TRUE(probed.error().retry_after);
    const auto derived = derive("kill");
    ASSERT_FALSE(derived);
    EXPECT_EQ(derived.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(code_of(derived.error()), Code::decoder_interrupted);
}

TEST_F(HostileDecoder, AProbeThatWasBrokenOffFromOutsideIsTriedAgainAtOnce) {
    const test::TemporaryFolder folder;
    const auto result = probe("kill first " + (folder / "once").string());
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->width, 2);
}

TEST_F(HostileDecoder, WhatBreaksADecoderThatHasSeenOthersIsTriedOnAFreshOne) {
    ASSERT_TRUE(probe("crash if used"));
    EXPECT_TRUE(probe("crash if used")) << "the first picture may have broken the decoder";
}

TEST_F(HostileDecoder, ThatCannotLockItselfInIsToldAsThat) {
    const auto result = probe("no sandbox");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(code_of(result.error()), Code::decoder_unavailable);
}

TEST_F(HostileDecoder, NeverSeesWhatIsNoPictureByItsFirstBytes) {
    const auto junk = testing::file_of("crash");
    const auto result = run(decoders_->probe(junk.get(), impatient(), "owner"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unsupported);
    EXPECT_TRUE(testing::children().empty());
}

TEST_F(HostileDecoder, IsNotBelievedAnImpossibleAnswer) {
    for (const char* answer : {
             R"({"format":"exe","width":2,"height":3,"metadata":{}})",
             R"({"format":"png","width":-2,"height":3,"metadata":{}})",
             R"({"format":"png","width":1e99,"height":3,"metadata":{}})",
             R"({"format":"png","width":1000000,"height":1000000,"metadata":{}})",
             R"({"format":"png","width":2,"height":3})",
             R"({"format":"png","width":2,"height":3,"metadata":{"lat":91,"lon":0}})",
             R"({"format":"png","width":2,"height":3,"metadata":{"title":"a\u0000b"}})",
             R"({"format":"png","width":2,"height":3,"metadata":{"title":"\u202egpj"}})",
             R"({"format":"png","width":2,"height":3,"metadata":{"iso":"many"}})",
             R"({"format":"png","width":2,"height":3,"metadata":{"rating":6}})",
             R"({"format":"png","width":2,"height":3,"metadata":{"keywords":[1]}})",
             R"({"format":"png","width":2,"height":3,"metadata":{"taken_at":"soon","taken_from":"exif"}})",
             R"({"format":"png","width":2,"height":3,"metadata":{"taken_at":"2024","taken_from":"hearsay"}})",
             R"({"refused":"because"})",
         }) {
        expect_unprocessable(std::string("say ") + answer);
    }
}

TEST_F(HostileDecoder, CannotChangeTheOriginal) {
    const auto result = probe("write");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::unsupported);  // "raw" is what it says if the write failed
}

TEST_F(HostileDecoder, CannotPassOffFilesThatAreNotPlainWebpOrThatItStillHolds) {
    for (const char* wish : {"empty files", "mapped"}) {
        const auto result = derive(wish);
        ASSERT_FALSE(result) << wish;
        EXPECT_EQ(result.error().kind, ErrorKind::unprocessable);
    }
}

TEST_F(HostileDecoder, AFullQueueIsRefusedAtOnce) {
    const auto hang = wish_for("hang");
    asio::io_context io;
    int busy = 0;
    int failed = 0;
    const auto count = [&](const std::exception_ptr&, const Result<Probe>& result) {
        ++(result.error().detail.find("queue") != std::string::npos ? busy : failed);
    };
    for (int i = 0; i < 4; ++i) asio::co_spawn(io, decoders_->probe(hang.get(), impatient(), "owner"), count);
    io.run();
    EXPECT_EQ(busy, 2);    // one was in hand, one in the queue
    EXPECT_EQ(failed, 2);  // and these had their time
}

TEST(Answers, TextIsCleanedAndStaysClean) {
    const std::string clean = clean_text("  a\x01\x02 b\t\xe2\x80\xae c\n ", 100, LineBreaks::drop);
    EXPECT_EQ(clean, "a b c");
    EXPECT_EQ(clean_text(clean, 100, LineBreaks::drop), clean);
    EXPECT_EQ(clean_text("caf\xe9", 100, LineBreaks::drop), "caf\xc3\xa9");
    EXPECT_EQ(clean_text("\xc3\xa9\xc3\xa9", 3, LineBreaks::drop), "\xc3\xa9");
    EXPECT_EQ(clean_text("a \n b\n\n", 100, LineBreaks::keep), "a\nb");
    EXPECT_EQ(clean_text("\xed\xa0\x80", 100, LineBreaks::drop), "í\u00a0€");  // a surrogate is no UTF-8
}

}  // namespace
}  // namespace cadre::media
