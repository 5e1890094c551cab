#include "catalog/record.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "catalog/entry.h"

namespace cadre::catalog {
namespace {

json::value random_value(std::mt19937_64& random) {
    switch (random() % 7) {
        case 0:
            return nullptr;
        case 1:
            return random() % 2 == 0;
        case 2:
            return static_cast<std::int64_t>(random());
        case 3:
            return static_cast<double>(random()) / 7.0;
        case 4:
            return "d\u00e9j\u00e0 \u0001\"\\\n vu";
        case 5:
            return json::array{1, "two", nullptr};
        default:
            return json::object{{"lat", 48.5}, {"unknown", json::array{}}};
    }
}

/// Few names and few stamps, so that records meet in all ways, two values under one stamp among them.
Record random_record(std::mt19937_64& random) {
    Record record;
    const auto count = random() % 6;
    for (std::size_t i = 0; i < count; ++i)
        record.set("field" + std::to_string(random() % 5), random_value(random),
                   {static_cast<std::int64_t>(random() % 3), random() % 3});
    return record;
}

Truth random_truth(std::mt19937_64& random) {
    if (random() % 4 == 0) return {{}, {}, true};  // a tomb keeps nothing
    return {random_record(random), random_record(random), false};
}

template <class T>
T joined(T a, const T& b) {
    join(a, b);
    return a;
}

TEST(Record, TheJoinIsCommutativeAssociativeAndIdempotent) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 5000; ++i) {
        const auto a = random_truth(random), b = random_truth(random), c = random_truth(random);
        ASSERT_EQ(joined(a, b), joined(b, a)) << i;
        ASSERT_EQ(joined(joined(a, b), c), joined(a, joined(b, c))) << i;
        ASSERT_EQ(joined(a, a), a) << i;
        ASSERT_EQ(joined(joined(a, b), a), joined(a, b)) << i;
    }
}

TEST(Record, TheLargestStampOfEachFieldWinsAndATombStays) {
    Truth older, newer;
    older.facts.set("title", "old", {1, 9});
    older.facts.set("caption", "kept", {7, 0});
    newer.facts.set("title", "new", {2, 0});
    newer.facts.set("caption", "lost", {6, 9});
    const auto both = joined(older, newer);
    EXPECT_EQ(*both.facts.find("title"), "new");
    EXPECT_EQ(*both.facts.find("caption"), "kept");
    EXPECT_EQ(both.facts.newest(), (Stamp{7, 0}));

    Truth tomb;
    tomb.purged = true;
    const auto buried = joined(both, tomb);
    EXPECT_TRUE(buried.purged);
    EXPECT_TRUE(buried.facts.fields.empty());
    EXPECT_EQ(joined(buried, newer), buried);
}

TEST(Record, WhatIsEncodedIsDecodedUnchanged) {
    std::mt19937_64 random(2);
    for (int i = 0; i < 2000; ++i) {
        auto record = random_record(random);
        record.set("extremes", INT64_MIN, {INT64_MAX, UINT64_MAX});
        const auto again = decode(encode(record));
        ASSERT_TRUE(again) << encode(record);
        ASSERT_EQ(*again, record) << encode(record);
    }
}

TEST(Record, UnknownFieldsSurvive) {
    const auto record = decode(R"({"schema":1,"more":true,"fields":{"later":[{"a":[1]},3,"000000000000000a"]}})");
    ASSERT_TRUE(record);
    EXPECT_EQ(encode(*record), R"({"schema":1,"fields":{"later":[{"a":[1]},3,"000000000000000a"]}})");
}

TEST(Record, ANewerSchemaAndDamagedDocumentsAreRefusedEachInItsWay) {
    const auto newer = decode(R"({"schema":2,"fields":{}})");
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().kind, ErrorKind::unprocessable);
    for (const auto* text :
         {"", "[]", "{}", R"({"schema":0,"fields":{}})", R"({"schema":1})", R"({"schema":1,"fields":[]})",
          R"({"schema":1,"fields":{"a":[1e400,1,"000000000000000a"]}})", R"({"schema":1,"fields":{"a":1}})",
          R"({"schema":1,"fields":{"a":[1,2]}})", R"({"schema":1,"fields":{"a":[1,2,"3"]}})",
          R"({"schema":1,"fields":{"a":[1,"2","0000000000000003"]}})",
          R"({"schema":1,"fields":{"a":[1,2,"000000000000000g"]}})", R"({"schema":1,"fields":{})"}) {
        const auto record = decode(text);
        ASSERT_FALSE(record) << text;
        EXPECT_EQ(record.error().kind, ErrorKind::invalid) << text;
    }
}

TEST(Record, ThePhotoOfSchema1IsStillRead) {
    std::ifstream file(CADRE_TESTDATA "/photo.schema1.json");
    std::stringstream text;
    text << file.rdbuf();
    const auto record = decode(text.str());
    ASSERT_TRUE(record) << record.error().message;
    Truth photo;
    photo.facts = *record;
    EXPECT_EQ(photo.string(field::kOwner), "01890000-0000-7000-8000-0000000000aa");
    EXPECT_EQ(photo.string(field::kTitle), "Überfahrt 渡し");
    EXPECT_EQ(photo.integer(field::kUploadedAt), 1'714'557'600'000);
    EXPECT_TRUE(photo.flag(field::kFavourite));
    EXPECT_TRUE(photo.flag("tag:sea"));
    EXPECT_EQ(photo.find("tag:land"), nullptr);
    EXPECT_EQ(photo.find(field::kCamera)->at("iso"), 200);
    EXPECT_EQ(record->fields.at("title").stamp, (Stamp{1'714'644'000'000, 0xfedcba9876543210}));
    EXPECT_EQ(encode(*record) + "\n", text.str());
}

}  // namespace
}  // namespace cadre::catalog
