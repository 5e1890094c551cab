#include "catalog/redis/coding.h"

#include <gtest/gtest.h>

#include <set>

#include "catalog/redis/layout.h"
#include "catalog/redis/msgpack.h"
#include "catalog/suite_timelines.h"
#include "redis/cluster.h"

namespace cadre::catalog::redis {
namespace {

TEST(RedisLayout, PartitionsLieEvenlyOverTheSlots) {
    const Layout layout("p:", declared());
    for (std::size_t i = 0; i < kPartitions; ++i)
        EXPECT_EQ(cadre::redis::slot_of(layout.marker(i)) / 64U, i) << layout.marker(i);
}

TEST(RedisLayout, KeysAreWhereTheyWereYesterday) {
    const Layout layout("cadre:", declared());
    const MonthOf may{{Family::mine, some_id(7)}, {2024, 5}};
    EXPECT_EQ(layout.marker(0), "cadre:{2b7}:marker");
    EXPECT_EQ(layout.entries({Kind::photo, some_id(0x4102)}), layout.entries(2, Kind::photo) + "1");
    EXPECT_EQ(layout.text_of(may), "mine/00000000-0000-0000-0000-000000000007/2024-05");
    EXPECT_TRUE(layout.head(layout.home_of(may)).ends_with("}:head:" + layout.text_of(may)));
}

TEST(RedisLayout, AMonthsNameIsReadBack) {
    const Layout layout("cadre:", suite_declared());
    for (const auto& view : std::vector<View>{{Family::wall},
                                              {Family::mine, some_id(7)},
                                              {Family::trash, some_id(7)},
                                              {Family::favourites, some_id(7)},
                                              {kPile, some_id(8)},
                                              {kLabel, some_id(7), "a/b|%"}}) {
        const MonthOf month{view, {1, 12}};
        EXPECT_EQ(layout.parse_month_of(layout.text_of(month)), month);
        EXPECT_EQ(month_of_number(number_of(month.month)), month.month);
    }
    for (const auto* text :
         {"", "wall", "wall/2024-13", "mine/2024-05", "mine/x/2024-05", "other/2024-05",
          "wall/00000000-0000-0000-0000-000000000007/2024-05", "mine/00000000-0000-0000-0000-000000000007/a/2024-05",
          "label/00000000-0000-0000-0000-000000000007/2024-05",
          "label/00000000-0000-0000-0000-000000000007/a%/2024-05"})
        EXPECT_FALSE(layout.parse_month_of(text)) << text;
}

TEST(RedisCoding, ARowIsReadBackWhateverItsTextsAre) {
    for (const auto* taken : {"", "2024-05-01T10:00:00", "2024-05-01T10:00:00Z", "2024-05-01T10:00:00+14:00",
                              "2024-05-01T10:00:00-12:30", "2024-05-01t10:00:00.5Z", "2024-05-01T10:00:00.5Z", "2024"})
        for (const auto* key : {"", "K", "AAAA", "AAECAwQFBgcICQoLDA0ODw", "\1\2", "a+b/", "a-b_"}) {
            Row row;
            row.place = {parse_rfc3339(taken) ? parse_rfc3339(taken)->seconds : -62'135'596'800, rank_of(7, "x"),
                         some_id(5)};
            row.key = row.thumbhash = key;
            row.taken_at = taken;
            row.width = UINT32_MAX;
            row.title = std::string("\0\xff", 2);
            row.favourite = true;
            row.state = "failed";
            const auto bytes = pack(row, 1'700'000'000'000'000);
            const auto back = unpack_row(bytes_of(row.place.id), bytes);
            ASSERT_TRUE(back) << taken << " " << key;
            EXPECT_EQ(back->row, row) << taken << " " << key;
            EXPECT_EQ(back->version, 1'700'000'000'000'000U);
            for (std::size_t size = 0; size < bytes.size(); ++size)
                EXPECT_FALSE(unpack_row(bytes_of(row.place.id), std::string_view(bytes).substr(0, size)));
        }
}

TEST(RedisCoding, PlacesSortAsTheirBytesDo) {
    std::set<Place> places;
    std::set<std::string> bytes;
    const auto made_at = [](std::uint8_t first) {
        auto id = some_id(7);
        id.bytes[1] = first;
        return id;
    };
    for (const std::int64_t at : {-62'135'596'800LL, -1LL, 0LL, 1LL, 255LL, 256LL, 253'402'300'799LL})
        for (const auto& rank :
             {rank_of(0, ""), rank_of(0, "a.jpg"), rank_of(500'000, "1.jpg"), rank_of(500'000, "2.jpg")})
            for (const auto& id : {made_at(0), made_at(1), made_at(255)})
                for (const auto& place : {Place{at, rank, id}, unranked(Place{at, rank, id})}) {
                    places.insert(place);
                    bytes.insert(bytes_of(place));
                }
    auto text = bytes.begin();
    for (const auto& place : places) EXPECT_EQ(bytes_of(place), *text++);
    EXPECT_EQ(text, bytes.end());
    EXPECT_EQ(bytes_of(unranked(*places.rbegin())).size(), bytes_of(*places.rbegin()).size());
}

TEST(RedisCoding, ARowOfAReleaseBeforeRanksIsRead) {
    // pack() of that release: version, digest, day, aspect, second; key, offset, width, height, thumbhash, title,
    // state.
    Row row;
    row.place = {1'714'557'600, {}, some_id(5)};
    row.key = "K", row.taken_at = "2024-05-01T10:00:00+02:00", row.width = 3000, row.height = 2000, row.state = "ready";
    const auto bytes = pack(row, 7);
    EXPECT_EQ(bytes[29], '\x98');
    const auto back = unpack_row(bytes_of(row.place.id), bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->row.taken_at, row.taken_at);
    EXPECT_EQ(bytes_of(back->row.place), bytes_of(row.place));
    EXPECT_EQ(back->row.place, unranked(row.place));
}

TEST(RedisCoding, WhatIsDamagedIsAnErrorAndNothingWorse) {
    const std::string entry("\x95\x01\x00\x90\x90\x90", 6);
    EXPECT_TRUE(unpack_stored(entry));
    EXPECT_FALSE(unpack_stored(entry.substr(0, 5)));
    for (std::size_t at = 0; at < entry.size(); ++at)
        for (int byte = 0; byte < 256; ++byte) {
            auto broken = entry;
            broken[at] = static_cast<char>(byte);
            (void)unpack_stored(broken);
        }
    EXPECT_FALSE(unpack(std::string(100, '\x91')));             // too deep
    EXPECT_FALSE(unpack(std::string("\xdd\xff\xff\xff\xff")));  // more items than bytes
}

}  // namespace
}  // namespace cadre::catalog::redis
