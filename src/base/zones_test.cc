#include "base/zones.h"

#include <gtest/gtest.h>

#include <string>

#include "base/time.h"

namespace cadre {
namespace {

std::int64_t seconds(const std::string& text) { return parse_rfc3339(text)->seconds; }

int of_clock(const std::string& zone, const std::string& local) {
    return Zone::named(zone)->offset_of_clock(seconds(local));
}

TEST(Zones, KnowTheirSummers) {
    EXPECT_EQ(of_clock("Europe/Paris", "2024-01-15T12:00:00"), 60);
    EXPECT_EQ(of_clock("Europe/Paris", "2024-07-14T12:00:00"), 120);
    EXPECT_EQ(of_clock("America/New_York", "2024-07-14T12:00:00"), -240);
    EXPECT_EQ(of_clock("Australia/Sydney", "2024-01-15T12:00:00"), 660);
    EXPECT_EQ(of_clock("Asia/Kathmandu", "2024-01-15T12:00:00"), 345);
    EXPECT_EQ(of_clock("Europe/Paris", "1972-07-14T12:00:00"), 60) << "France had no summer time then";
}

TEST(Zones, AnInstantHasOneOffset) {
    const auto paris = Zone::named("Europe/Paris");
    EXPECT_EQ(paris->offset_at(seconds("2024-03-31T00:59:59")), 60);
    EXPECT_EQ(paris->offset_at(seconds("2024-03-31T01:00:00")), 120);
    EXPECT_EQ(paris->offset_at(seconds("2024-10-27T00:59:59")), 120);
    EXPECT_EQ(paris->offset_at(seconds("2024-10-27T01:00:00")), 60);
}

TEST(Zones, WhatAClockShowsTwiceIsTheFirst) {
    EXPECT_EQ(of_clock("Europe/Paris", "2024-10-27T01:59:59"), 120);
    EXPECT_EQ(of_clock("Europe/Paris", "2024-10-27T02:30:00"), 120);
    EXPECT_EQ(of_clock("Europe/Paris", "2024-10-27T03:00:00"), 60);
}

TEST(Zones, WhatAClockNeverShowsCountsByTheOffsetBefore) {
    EXPECT_EQ(of_clock("Europe/Paris", "2024-03-31T02:30:00"), 60);
    EXPECT_EQ(of_clock("Europe/Paris", "2024-03-31T03:00:00"), 120);
    EXPECT_EQ(of_clock("Pacific/Apia", "2011-12-30T12:00:00"), -600) << "a day that Samoa left out";
}

TEST(Zones, AnOffsetIsAZone) {
    EXPECT_EQ(of_clock("+02:00", "2024-01-15T12:00:00"), 120);
    EXPECT_EQ(of_clock("-09:30", "2024-01-15T12:00:00"), -570);
    EXPECT_EQ(of_clock("Z", "2024-01-15T12:00:00"), 0);
    EXPECT_EQ(Zone::named("+02:00")->offset_at(0), 120);
}

TEST(Zones, OfBeforeTheyWereAreOfWholeMinutes) {
    EXPECT_EQ(of_clock("Europe/Paris", "1905-01-01T00:00:00"), 9);  // 9 minutes 21 seconds
}

TEST(Zones, WhatIsNoZoneHasNone) {
    for (const auto* name : {"", "Europe", "Europe/Nowhere", "europe/paris", "../../../etc/passwd", "/etc/localtime",
                             "zone.tab", "+2", "+02", "+15:00", "2024", "Europe/Paris\n", "posixrules"})
        EXPECT_FALSE(Zone::named(name)) << name;
    EXPECT_FALSE(Zone::named(std::string(1'000, 'A')));
    EXPECT_FALSE(Zone::named(std::string_view("Europe/Paris\0", 13)));
}

}  // namespace
}  // namespace cadre
