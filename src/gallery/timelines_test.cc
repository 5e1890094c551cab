#include "gallery/timelines.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace cadre::gallery {
namespace {

const Id kPhoto = *parse_id("0190a1b2-0000-7000-8000-000000000001");

std::string cursor(std::string_view text) { return base64url(as_bytes(text)); }

TEST(Cursors, WhatWasGivenOutReadsTheSame) {
    for (const auto at :
         {std::int64_t{0}, std::int64_t{1'714'564'800}, std::int64_t{-62'135'596'800}, std::int64_t{253'402'300'799}}) {
        const catalog::Place place{at, {0x80, 1, 2, 3, 4, 5, 6, 7}, kPhoto};
        EXPECT_EQ(parse_cursor(cursor_of(place)), place) << at;
    }
}

TEST(Cursors, OnesOfReleasesBeforeRanksGoOnAtTheirSecond) {
    const auto place = parse_cursor(cursor("1714564800." + kPhoto.text()));
    ASSERT_TRUE(place);
    EXPECT_EQ(place->at, 1'714'564'800);
    EXPECT_EQ(place->rank, (catalog::Rank{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
}

TEST(Cursors, WhatNobodyGaveOutIsNone) {
    const auto id = "." + kPhoto.text() + ".8000000000000000";
    EXPECT_TRUE(parse_cursor(cursor("0" + id)));
    // No photo stands there, and its month could not be counted.
    EXPECT_FALSE(parse_cursor(cursor("9223372036854775807" + id)));
    EXPECT_FALSE(parse_cursor(cursor("-9223372036854775808" + id)));
    EXPECT_FALSE(parse_cursor(cursor("253402300800" + id)));
    for (const auto* text : {"", "0", "0.", ".", "x.0190a1b2-0000-7000-8000-000000000001", "0.1.8000000000000000"})
        EXPECT_FALSE(parse_cursor(cursor(text))) << text;
    EXPECT_FALSE(parse_cursor("!"));
}

}  // namespace
}  // namespace cadre::gallery
