#include "decode/dates.h"

#include <gtest/gtest.h>

namespace cadre::decode {
namespace {

// 2024-06-01T00:00:00Z
const WallTime kNow{std::chrono::seconds(1'717'200'000)};

std::string parsed(std::string_view text, std::string_view offset = {}) {
    const auto time = parse_date(text, offset, kNow);
    return time ? rfc3339(*time) : "none";
}

TEST(Dates, OfExifXmpAndIptcAreRead) {
    EXPECT_EQ(parsed("2008:10:22 16:28:39"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("2008:10:22 16:28:39", "+02:00"), "2008-10-22T16:28:39+02:00");
    EXPECT_EQ(parsed("2008:10:22 16:28:39", "junk"), "2008-10-22T16:28:39");
    EXPECT_EQ(parsed("2008-10-22T16:28:39.25-05:00"), "2008-10-22T16:28:39-05:00");
    EXPECT_EQ(parsed("2008-10-22T16:28-05:00"), "2008-10-22T16:28:00-05:00");
    EXPECT_EQ(parsed("2008-10-22T16:28:39Z"), "2008-10-22T16:28:39Z");
    EXPECT_EQ(parsed("2008-10-22"), "2008-10-22T00:00:00");
    EXPECT_EQ(parsed("2008:1:2 3:04:05"), "2008-01-02T03:04:05");
}

TEST(Dates, ThatAreAbsurdAreNone) {
    for (const char* text : {"", "0000:00:00 00:00:00", "    :  :     :  :  ", "2008:13:01 00:00:00",
                             "2008:02:30 00:00:00", "1825:12:31 23:59:59", "2024:06:02 00:00:01", "9999:01:01 00:00:00",
                             "2008", "2008:10", "2008:10:22 16", "now"}) {
        EXPECT_EQ(parsed(text), "none") << text;
    }
    EXPECT_EQ(parsed("1826:01:01 00:00:00"), "1826-01-01T00:00:00");
    EXPECT_EQ(parsed("2024:06:01 23:59:59"), "2024-06-01T23:59:59");
}

TEST(Dates, TheOffsetOfAnXmpDateIsTakenWhereTheTimeIsTheSame) {
    Tags tags;
    tags.exif["Exif.Photo.DateTimeOriginal"] = "2008:10:22 16:28:39";
    tags.xmp["Xmp.photoshop.DateCreated"] = "2008-10-22T16:28:39+09:00";
    EXPECT_EQ(rfc3339(*taken_at(tags, kNow)), "2008-10-22T16:28:39+09:00");
    tags.exif["Exif.Photo.DateTimeOriginal"] = "2008:10:22 16:28:40";
    EXPECT_EQ(rfc3339(*taken_at(tags, kNow)), "2008-10-22T16:28:40");
    tags.exif["Exif.Photo.OffsetTimeOriginal"] = "-03:00";
    EXPECT_EQ(rfc3339(*taken_at(tags, kNow)), "2008-10-22T16:28:40-03:00");
}

}  // namespace
}  // namespace cadre::decode
