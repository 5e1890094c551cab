#include "catalog/rows.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"
#include "catalog/families.h"

namespace cadre::catalog {
namespace {

const Id kPhoto = *parse_id("01890000-0000-7000-8000-000000000001");
const Id kPerson = *parse_id("01890000-0000-7000-8000-0000000000aa");

/// A photo that is public, ready and 3000 × 2000, uploaded at 2024-05-01T10:00:00Z.
Truth a_photo() {
    Truth photo;
    const Stamp stamp{1, 1};
    photo.facts.set("owner", json::string(kPerson.text()), stamp);
    photo.facts.set("access", json::object{{"visibility", "public"}, {"key", "K"}}, stamp);
    photo.facts.set("sha256", "ab", stamp);
    photo.facts.set("uploaded_at", 1'714'557'600'000, stamp);
    photo.facts.set("width", 3000, stamp);
    photo.facts.set("height", 2000, stamp);
    photo.derived.set("state", "ready", stamp);
    photo.derived.set("thumbhash", "aGk=", stamp);
    return photo;
}

TEST(Rows, AFactHidesWhatIsDerivedAndNullHidesItWhole) {
    auto photo = a_photo();
    photo.derived.set("width", 1, {9, 9});
    EXPECT_EQ(row_of(kPhoto, photo)->width, 3000U);
    photo.facts.set("thumbhash", nullptr, {2, 2});
    EXPECT_EQ(row_of(kPhoto, photo)->thumbhash, "");
    photo.facts.fields.erase("width");
    EXPECT_EQ(row_of(kPhoto, photo)->width, 1U);
}

TEST(Rows, ATurnedPhotoLiesOnItsSideAndHasNoPlaceholderUntilItsPicturesAreMadeAgain) {
    auto photo = a_photo();
    const auto turn = [&photo](json::value degrees, std::int64_t n) {
        photo.facts.set("access", json::object{{"visibility", "public"}, {"key", "K"}, {"rotation", degrees}}, {n, 1});
        return *row_of(kPhoto, photo);
    };
    const auto row = turn(90, 2);
    EXPECT_EQ(row.width, 2000U);
    EXPECT_EQ(row.height, 3000U);
    EXPECT_EQ(row.thumbhash, "");
    EXPECT_NE(digest_of(row), digest_of(*row_of(kPhoto, a_photo())));
    photo.derived.set("turned", 90, {3, 1});
    EXPECT_EQ(row_of(kPhoto, photo)->thumbhash, "aGk=");
    EXPECT_EQ(turn(180, 4).width, 3000U);
    EXPECT_EQ(turn(270, 5).width, 2000U);
    for (const auto& nonsense : {json::value(45), json::value("90"), json::value(-90), json::value(nullptr)})
        EXPECT_EQ(turn(nonsense, 6).width, 3000U);
}

TEST(Rows, APhotoStandsAtItsOwnLocalTime) {
    auto photo = a_photo();
    photo.facts.set("taken_at", "2024-06-01T00:30:00+02:00", {1, 1});
    const auto row = row_of(kPhoto, photo);
    EXPECT_EQ(month_of(row->place), (Month{2024, 6}));  // in UTC it would still be May
    EXPECT_EQ(row->taken_at, "2024-06-01T00:30:00+02:00");
}

TEST(Rows, WithoutADateItStandsAtItsFilesTimeElseAtItsUpload) {
    auto photo = a_photo();
    EXPECT_EQ(row_of(kPhoto, photo)->place.at, 1'714'557'600);
    photo.facts.set("modified", -1, {1, 1});
    EXPECT_EQ(row_of(kPhoto, photo)->place.at, -1);
    EXPECT_EQ(row_of(kPhoto, photo)->taken_at, "");
    photo.facts.set("taken_at", "yesterday", {1, 1});
    EXPECT_EQ(row_of(kPhoto, photo)->place.at, -1);
    EXPECT_EQ(row_of(kPhoto, photo)->taken_at, "");
}

TEST(Rows, WithoutADateItStandsOnTheLocalDayOfItsFile) {
    auto photo = a_photo();
    photo.facts.set("uploaded_at", 1'717'500'000'000, {1, 1});
    photo.facts.set("modified", 1'717'194'600'250, {1, 1});  // 2024-05-31T22:30:00.25Z
    EXPECT_EQ(month_of(row_of(kPhoto, photo)->place).text(), "2024-05");
    photo.facts.set("modified_offset", 120, {1, 1});
    EXPECT_EQ(month_of(row_of(kPhoto, photo)->place).text(), "2024-06");
    EXPECT_EQ(row_of(kPhoto, photo)->place.rank, rank_of(250'000, ""));
}

TEST(Rows, AFileFromTheFutureStandsWhereItWasSent) {
    auto photo = a_photo();
    photo.facts.set("modified", 1'714'557'600'000 + 80'000'000, {1, 1});
    EXPECT_EQ(row_of(kPhoto, photo)->place.at, 1'714'637'600) << "less than a day ahead: a clock that is a little off";
    photo.facts.set("modified", 4'000'000'000'000, {1, 1});
    EXPECT_EQ(row_of(kPhoto, photo)->place.at, 1'714'557'600);
}

TEST(Rows, ADateThatIsNoTimeStandsAtItsBeginning) {
    auto photo = a_photo();
    for (const auto& [text, begins] : {std::pair{"1958", "1958-01-01T00:00:00"},
                                       {"1958-06", "1958-06-01T00:00:00"},
                                       {"1958-06-12", "1958-06-12T00:00:00"}}) {
        photo.facts.set("taken_at", text, {1, 1});
        const auto row = row_of(kPhoto, photo);
        EXPECT_EQ(row->place.at, parse_rfc3339(begins)->seconds);
        EXPECT_EQ(row->taken_at, text);
    }
}

TEST(Rows, WithinASecondTheFractionThenTheNameDecide) {
    auto photo = a_photo();
    photo.facts.set("taken_at", "2024-06-01T10:00:00.178+02:00", {1, 1});
    photo.facts.set("filename", "DSC_0007.jpg", {1, 1});
    const auto row = row_of(kPhoto, photo);
    EXPECT_EQ(row->place.rank, rank_of(178'000, "DSC_0007.jpg"));
    EXPECT_EQ(row->taken_at, "2024-06-01T10:00:00.178+02:00");
    photo.facts.set("filename", "DSC_0008.jpg", {1, 1});
    EXPECT_LT(row->place, row_of(kPhoto, photo)->place);
    EXPECT_NE(digest_of(*row), digest_of(*row_of(kPhoto, photo))) << "a month in another order is another month";
}

TEST(Rows, TheYears1826And9999AndImpossibleTimesHaveTheirMonths) {
    auto photo = a_photo();
    photo.facts.set("taken_at", "1826-07-04T12:00:00", {1, 1});
    EXPECT_EQ(month_of(row_of(kPhoto, photo)->place).text(), "1826-07");
    photo.facts.set("taken_at", "9999-12-31T23:59:59Z", {1, 1});
    EXPECT_EQ(month_of(row_of(kPhoto, photo)->place).text(), "9999-12");
    photo.facts.set("taken_at", nullptr, {1, 1});
    photo.facts.set("modified", std::numeric_limits<std::int64_t>::max(), {1, 1});
    EXPECT_EQ(month_of(row_of(kPhoto, photo)->place).text(), "2024-05") << "where it was sent";
    photo.facts.fields.erase("uploaded_at");
    EXPECT_EQ(month_of(row_of(kPhoto, photo)->place).text(), "9999-12");
    photo.facts.set("modified", std::numeric_limits<std::int64_t>::min(), {1, 1});
    EXPECT_EQ(month_of(row_of(kPhoto, photo)->place).text(), "0001-01");
}

TEST(Rows, WhatIsPurgedOrHasNoOwnerOrAccessIsShownNowhere) {
    const auto hidden = [](const Truth& photo) {
        return !row_of(kPhoto, photo) && postings_of({Kind::photo, kPhoto}, photo).all.empty();
    };
    EXPECT_FALSE(hidden(a_photo()));
    auto photo = a_photo();
    photo.purged = true;
    EXPECT_TRUE(hidden(photo));
    for (const auto* name : {"owner", "access"}) {
        photo = a_photo();
        photo.facts.fields.erase(name);
        EXPECT_TRUE(hidden(photo)) << name;
        photo.facts.set(name, "neither an id nor an object", {1, 1});
        EXPECT_TRUE(hidden(photo)) << name;
    }
}

TEST(Rows, TheDigestDependsOnAllThatARowShows) {
    const auto row = *row_of(kPhoto, a_photo());
    std::vector<Row> others(11, row);
    others[0].place.at += 1;
    others[1].place.id = kPerson;
    others[2].key = "L";
    others[3].taken_at = "x";
    others[4].width = 1;
    others[5].height = 1;
    others[6].thumbhash = "";
    others[7].title = "x";
    others[8].favourite = true;
    others[9].state = "failed";
    others[10].place.rank[7] ^= 1;
    for (std::size_t i = 0; i < others.size(); ++i) EXPECT_NE(digest_of(others[i]), digest_of(row)) << i;
    EXPECT_EQ(digest_of(Row(row)), digest_of(row));
    auto left = row, right = row;  // the same letters in neighbouring columns
    left.thumbhash = "ab";
    left.title = "c";
    right.thumbhash = "a";
    right.title = "bc";
    EXPECT_NE(digest_of(left), digest_of(right));
}

TEST(Rows, TheAspectIsRoundedAndKeptInItsBounds) {
    Row row;
    EXPECT_EQ(aspect_of(row), 1000U);
    row.width = 2, row.height = 3;
    EXPECT_EQ(aspect_of(row), 667U);
    row.width = 4'000'000'000, row.height = 1;
    EXPECT_EQ(aspect_of(row), 100'000U);
    row.width = 1, row.height = 4'000'000'000;
    EXPECT_EQ(aspect_of(row), 1U);
}

TEST(Rows, MonthsAreReadAsTheyAreWrittenAndNothingElseIs) {
    EXPECT_EQ(parse_month("2024-05"), (Month{2024, 5}));
    EXPECT_EQ(parse_month("9999-12"), (Month{9999, 12}));
    EXPECT_EQ((Month{826, 7}.text()), "0826-07");
    for (const auto* text : {"", "2024", "2024-5", "2024-13", "2024-00", "0000-01", "2024-05-", "+024-05", "2024/05"})
        EXPECT_FALSE(parse_month(text)) << text;
}

TEST(Rows, EveryKindHasItsFolder) {
    for (const auto kind : {Kind::photo, Kind::user, Kind::album, Kind::share, Kind::token, Kind::settings})
        EXPECT_EQ(kind_of(folder_of(kind)), kind);
    EXPECT_FALSE(kind_of("media"));
}

}  // namespace
}  // namespace cadre::catalog
