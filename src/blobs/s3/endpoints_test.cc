#include "blobs/s3/endpoints.h"

#include <gtest/gtest.h>

namespace cadre::blobs::s3 {
namespace {

using Order = std::vector<std::size_t>;

std::vector<http::Url> three() { return {{"http", "a", 1, "/"}, {"http", "b", 1, "/"}, {"http", "c", 1, "/"}}; }

constexpr MonotonicTime kNow{Millis{1'000'000}};

TEST(S3Endpoints, TheFirstIsPreferredOrAllTakeTurns) {
    Endpoints first(three(), Choice::first);
    EXPECT_EQ(first.order(Purpose::read, kNow), (Order{0, 1, 2}));
    EXPECT_EQ(first.order(Purpose::write, kNow), (Order{0, 1, 2}));
    Endpoints turns(three(), Choice::turns);
    EXPECT_EQ(turns.order(Purpose::read, kNow), (Order{0, 1, 2}));
    EXPECT_EQ(turns.order(Purpose::read, kNow), (Order{1, 2, 0}));
    EXPECT_EQ(turns.order(Purpose::read, kNow), (Order{2, 0, 1}));
}

TEST(S3Endpoints, OneThatFailedIsTheLastChoiceUntilAReadFoundItWell) {
    Endpoints endpoints(three(), Choice::first);
    endpoints.went_wrong(0, kNow);
    EXPECT_EQ(endpoints.order(Purpose::read, kNow + Millis{1'999}), (Order{1, 2, 0}));
    const auto later = kNow + Endpoints::kFirstPenalty;
    EXPECT_EQ(endpoints.order(Purpose::write, later), (Order{1, 2, 0}));
    EXPECT_EQ(endpoints.order(Purpose::read, later), (Order{0, 1, 2}));
    EXPECT_EQ(endpoints.order(Purpose::read, later), (Order{1, 2, 0})) << "two try it at once";
    endpoints.went_well(0);
    EXPECT_EQ(endpoints.order(Purpose::write, later), (Order{0, 1, 2}));
}

TEST(S3Endpoints, EachFailureInARowDoublesTheTimeUpToALimit) {
    Endpoints endpoints(three(), Choice::first);
    auto now = kNow;
    auto penalty = Endpoints::kFirstPenalty;
    endpoints.went_wrong(0, now);
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(endpoints.order(Purpose::read, now + penalty - Millis{1})[0], 1U) << i;
        now += penalty;
        EXPECT_EQ(endpoints.order(Purpose::read, now)[0], 0U) << i;
        endpoints.went_wrong(0, now);
        endpoints.went_wrong(0, now);  // others that were waiting
        penalty = std::min(penalty * 2, Endpoints::kLongestPenalty);
    }
}

TEST(S3Endpoints, WhenAllFailedTheyAreTriedInTheirOrderAndThoseThatFailedLeastFirst) {
    Endpoints endpoints(three(), Choice::first);
    for (std::size_t i = 0; i < 3; ++i) endpoints.went_wrong(i, kNow);
    EXPECT_EQ(endpoints.order(Purpose::write, kNow), (Order{0, 1, 2}));
    const auto later = kNow + Endpoints::kFirstPenalty;
    EXPECT_EQ(endpoints.order(Purpose::read, later)[0], 0U);
    endpoints.went_wrong(0, later);  // once more
    EXPECT_EQ(endpoints.order(Purpose::write, later), (Order{1, 2, 0}));
}

TEST(S3Endpoints, SecondRequestsAreOneForTenReadsInTheLongRun) {
    Endpoints endpoints(three(), Choice::first);
    while (endpoints.may_hedge()) {
    }
    int hedges = 0;
    for (int i = 0; i < 1000; ++i) {
        (void)endpoints.order(Purpose::read, kNow);
        if (endpoints.may_hedge()) ++hedges;
    }
    EXPECT_EQ(hedges, 100);
}

}  // namespace
}  // namespace cadre::blobs::s3
