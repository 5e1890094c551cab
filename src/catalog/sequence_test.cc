#include "catalog/sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace cadre::catalog {
namespace {

constexpr std::int64_t kNoon = 1'714'564'800;

Point at(std::int64_t seconds, std::int32_t microseconds = 0, std::string_view name = "a.jpg") {
    return {seconds, rank_of(microseconds, name)};
}

/// From the largest to the smallest, all between the two.
void expect_between(const std::optional<Point>& above, const std::optional<Point>& below, std::size_t count) {
    const auto points = points_between(above, below, count);
    ASSERT_TRUE(points);
    ASSERT_EQ(points->size(), count);
    auto last = above;
    for (const auto& point : *points) {
        if (last) {
            EXPECT_LT(point, *last) << text_of(point);
        }
        EXPECT_EQ(parse_point(json::string(text_of(point))), point);
        last = point;
    }
    if (below) {
        EXPECT_GT(*last, *below);
    }
}

TEST(Sequence, PointsStandBetweenTheirNeighbours) {
    expect_between(at(kNoon + 10), at(kNoon), 1);
    expect_between(at(kNoon + 10), at(kNoon), 1000);
    expect_between(at(kNoon, 900'000), at(kNoon, 100'000), 7);
    expect_between(at(kNoon, 0, "IMG_2.jpg"), at(kNoon, 0, "IMG_1.jpg"), 5);
    expect_between(at(3), at(-3), 9);
    expect_between(at(-62'135'596'800 + 1), at(-62'135'596'800), 3);
}

TEST(Sequence, PointsBeforeOrBehindAllAreAMinuteApart) {
    expect_between(std::nullopt, at(kNoon), 3);
    expect_between(at(kNoon), std::nullopt, 3);
    expect_between(std::nullopt, std::nullopt, 3);
    EXPECT_EQ(points_between(std::nullopt, at(kNoon), 2)->front().at, kNoon + 120);
    EXPECT_EQ(points_between(at(kNoon), std::nullopt, 2)->back().at, kNoon - 120);
}

TEST(Sequence, PointsEndWhereNoMonthHasAName) {
    constexpr std::int64_t kFirst = -62'135'596'800, kLast = 253'402'300'799;
    expect_between(std::nullopt, at(kLast), 1000);
    expect_between(at(kFirst), std::nullopt, 1000);
    const Point top{kLast, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    EXPECT_FALSE(points_between(std::nullopt, top, 1));
}

TEST(Sequence, OneGapIsHalvedSixtyTimesBeforeNothingIsLeftInIt) {
    auto above = at(kNoon + 1);
    const auto below = at(kNoon);
    int halved = 0;
    while (const auto points = points_between(above, below, 1)) {
        above = points->front();
        ++halved;
    }
    EXPECT_GE(halved, 60);
    EXPECT_LE(halved, 64);
}

TEST(Sequence, ThereIsNoPointBetweenTwoThatStandAtOne) {
    EXPECT_FALSE(points_between(at(kNoon), at(kNoon), 1));
    EXPECT_FALSE(points_between(at(kNoon), at(kNoon + 1), 1)) << "above is below";
    EXPECT_TRUE(points_between(at(kNoon + 1), at(kNoon), 1, 1 << 20));
    EXPECT_FALSE(points_between(at(kNoon, 0, "IMG_2.jpg"), at(kNoon, 0, "IMG_1.jpg"), 1, 1 << 20));
}

TEST(Sequence, WhatIsNoPointIsNone) {
    EXPECT_TRUE(parse_point("0.8000000000000000"));
    EXPECT_TRUE(parse_point("-5.ffffffffffffffff"));
    for (const auto* text :
         {"", ".", "0", "0.", "0.8", "x.8000000000000000", "0x.8000000000000000", "0.7fffffffffffffff",
          "0.8000000000000000 ", "0.80000000000000zz", "253402300800.8000000000000000", "-62135596801.8000000000000000",
          "99999999999999999999.8000000000000000"})
        EXPECT_FALSE(parse_point(text)) << text;
    EXPECT_FALSE(parse_point(true));
    EXPECT_FALSE(parse_point(5));
    EXPECT_FALSE(parse_point(nullptr));
}

}  // namespace
}  // namespace cadre::catalog
