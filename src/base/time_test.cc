#include "base/time.h"

#include <gtest/gtest.h>

#include <limits>

namespace cadre {
namespace {

TEST(Time, TextIsReadBack) {
    for (const auto* text : {"2024-05-01T12:00:00+02:00", "1999-12-31T23:59:59", "2024-02-29T00:00:00Z",
                             "0001-01-01T00:00:00", "9999-12-31T23:59:59-09:30", "1969-07-20T20:17:40Z",
                             "2024-05-01T12:00:00.5", "1969-07-20T20:17:40.000125Z"}) {
        const auto time = parse_rfc3339(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(rfc3339(*time), text);
    }
    EXPECT_EQ(parse_rfc3339("2024-05-01T12:00:00.123+00:00")->offset_minutes, 0);
    EXPECT_EQ(parse_rfc3339("2024-05-01T12:00:00.1234567890Z")->microseconds, 123'456);
}

TEST(Time, WhatIsNotADateIsRefused) {
    for (const auto* text : {"", "2024-05-01", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2024-05-01T24:00:00Z",
                             "2024-05-01T12:00:00+15:00", "2024-05-01T12:00:00Zx", "0000-01-01T00:00:00Z",
                             "2024-05-01T12:00:00.Z", "+2024-05-01T12:00:00Z"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Time, InstantsAndHttpDates) {
    EXPECT_EQ(rfc3339(WallTime(Millis(1'714'557'600'123))), "2024-05-01T10:00:00.123Z");
    EXPECT_EQ(rfc3339(WallTime(Millis(-1))), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");  // the example of RFC 9110
    EXPECT_EQ(date_of(-1), (Date{1969, 12, 31}));
}

TEST(Time, WhatNoCalendarReachesIsSomeText) {  // and nothing that a sanitizer objects to
    for (const auto far : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
        EXPECT_TRUE(rfc3339(LocalTime{far, 0}).ends_with('Z'));
        EXPECT_TRUE(rfc3339(WallTime(Millis(far))).ends_with('Z'));
        EXPECT_TRUE(http_date(far).ends_with("GMT"));
    }
}

}  // namespace
}  // namespace cadre
