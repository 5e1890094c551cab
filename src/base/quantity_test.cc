#include "base/quantity.h"

#include <gtest/gtest.h>

namespace cadre {
namespace {

using std::chrono::milliseconds;

TEST(Quantity, SizesAreReadInBothKindsOfUnits) {
    EXPECT_EQ(parse_size("4096"), 4096);
    EXPECT_EQ(parse_size("1GiB"), std::int64_t{1} << 30);
    EXPECT_EQ(parse_size("512 MiB"), std::int64_t{512} << 20);
    EXPECT_EQ(parse_size("2GB"), 2'000'000'000);
    EXPECT_EQ(parse_size("0"), 0);
}

TEST(Quantity, WhatIsNoSizeIsRefused) {
    for (const auto* text :
         {"", "GiB", "1 gib", "1.5GiB", "-1", "1GiBx", "9999999999TiB", "99999999999999999999", " 1"})
        EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Quantity, SizesAreWrittenSoThatTheyAreReadBack) {
    for (const std::int64_t bytes : {0L, 1L, 1000L, 1024L, 1536L << 20, 1L << 30, (1L << 40) * 3})
        EXPECT_EQ(parse_size(format_size(bytes)), bytes);
    EXPECT_EQ(format_size(std::int64_t{1} << 30), "1GiB");
    EXPECT_EQ(format_size(std::int64_t{1536} << 20), "1536MiB");
}

TEST(Quantity, DurationsNeedAUnit) {
    EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
    EXPECT_EQ(parse_duration("2m"), milliseconds(120'000));
    EXPECT_EQ(parse_duration("30d"), milliseconds(2'592'000'000));
    EXPECT_EQ(parse_duration("0"), milliseconds(0));
    for (const auto* text : {"", "5", "s", "5 seconds", "-1s", "1e3s"}) EXPECT_FALSE(parse_duration(text)) << text;
    EXPECT_EQ(format_duration(milliseconds(90'000)), "90s");
    EXPECT_EQ(format_duration(milliseconds(0)), "0s");
}

TEST(Quantity, DurationsOfIso8601AreSecondsWithASign) {
    EXPECT_EQ(parse_iso_duration("PT1H30M")->count(), 5'400);
    EXPECT_EQ(parse_iso_duration("-P1D")->count(), -86'400);
    EXPECT_EQ(parse_iso_duration("P2W")->count(), 1'209'600);
    EXPECT_EQ(parse_iso_duration("+P1DT2H3M4S")->count(), 93'784);
    EXPECT_EQ(parse_iso_duration("PT90S")->count(), 90);
    EXPECT_EQ(parse_iso_duration("PT0S")->count(), 0);
    for (const auto* text : {"", "P", "PT", "P1DT", "1H", "P1H", "PT1D", "P1M", "P1Y", "PT1.5H", "PT1M1H", "PT1H1H",
                             "PTH", "--P1D", "P1D ", "P-1D", "P99999999999999999999D", "P9223372036854775807W"})
        EXPECT_FALSE(parse_iso_duration(text)) << text;
}

}  // namespace
}  // namespace cadre
