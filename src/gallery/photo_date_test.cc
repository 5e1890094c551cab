// Where dates are from, how they move, and that what is undone is as it was.
#include "gallery/photo_date.h"

#include <gtest/gtest.h>

#include "gallery/access.h"
#include "gallery/file_facts.h"
#include "gallery/reread.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Truth;

const std::pair kParis{48.85, 2.35};

std::string zone_at(double lat, double /*lon*/) { return lat > 0 ? "Europe/Paris" : ""; }

/// A photo of a file that says this, then changed as people and programs do.
class DatedPhoto {
public:
    explicit DatedPhoto(media::Metadata metadata, const std::string& filename = "a.jpg", std::int64_t modified = 0) {
        auto facts = facts_of_file(metadata, filename, clock_.now());
        if (const auto place = facts.find(field::kLocation); place != facts.end())
            add_offset_of_place(facts, &place->second, zone_at);
        facts[std::string(field::kReadWith)] = read_with(facts);
        facts[std::string(field::kSha256)] = "hash";
        facts[std::string(field::kOwner)] = json::value(make_id(clock_, random_).text());
        facts[std::string(field::kUploadedAt)] = clock_.now().time_since_epoch().count();
        facts[std::string(field::kAccess)] = json::object{{"visibility", "private"}, {"key", "key"}};
        if (modified != 0) facts[std::string(field::kModified)] = modified;
        apply(std::move(facts));
    }

    void apply(Changes changes) {
        ++stamp_;
        for (auto& [name, value] : changes) truth_.facts.set(name, std::move(value), {stamp_, 1});
    }
    Result<void> change(const PhotoChange& change) {
        CHECK_RESULT(check(change));
        TRY(auto changes, changes_of(change, truth_, clock_.now(), random_, zone_at));
        apply(std::move(changes));
        return {};
    }
    Result<void> set(const std::string& text) {
        PhotoChange wish;
        wish.taken_at.emplace(text);
        return change(wish);
    }
    Result<void> shift(std::int64_t seconds) {
        PhotoChange wish;
        wish.shift_taken_at = seconds;
        return change(wish);
    }
    Result<void> zone(ZoneChange to) {
        PhotoChange wish;
        wish.time_zone = std::move(to);
        return change(wish);
    }
    Result<void> undo(const std::optional<TakenAt>& before) {
        PhotoChange wish;
        wish.taken_at.emplace(before ? std::optional(text_of(*before)) : std::nullopt);
        wish.as_it_was = true;
        return change(wish);
    }
    void read_again(const media::Metadata& metadata) {
        apply(changes_by_reading(truth_, facts_of_file(metadata, "a.jpg", clock_.now()), zone_at));
    }

    [[nodiscard]] Photo photo() const { return photo_of({}, truth_); }
    [[nodiscard]] const Truth& truth() const { return truth_; }
    /// "2024-05-01T10:00:00+02:00 exif/place"
    [[nodiscard]] std::string text() const {
        const auto dated = dated_of(truth_);
        auto text = dated.taken ? text_of(*dated.taken) : std::string("none");
        text += " " + (dated.from.empty() ? "?" : dated.from);
        return dated.offset_from.empty() ? text : text + "/" + dated.offset_from;
    }

private:
    testing::ClockAhead clock_;
    SystemRandom random_;
    Truth truth_;
    std::int64_t stamp_ = 0;
};

media::Metadata file_of(const std::string& taken, bool in_paris = false) {
    media::Metadata metadata;
    if (!taken.empty()) metadata.taken_at = parse_taken_at(taken);
    if (in_paris) metadata.location = media::Location{kParis.first, kParis.second};
    return metadata;
}

std::string code(const Result<void>& result) { return result ? "done" : std::string(name_of(code_of(result.error()))); }

TEST(PhotoDate, SaysWhereItIsFrom) {
    EXPECT_EQ(DatedPhoto(file_of("2024-05-01T10:00:00")).text(), "2024-05-01T10:00:00 exif");
    auto xmp = file_of("2024-05-01T10:00:00+01:00");
    xmp.taken_from = media::DateSource::xmp;
    EXPECT_EQ(DatedPhoto(xmp).text(), "2024-05-01T10:00:00+01:00 xmp");
    EXPECT_EQ(DatedPhoto(file_of(""), "IMG-20240531-WA0001.jpg").text(), "2024-05-31 filename");
    auto changed = file_of("2024-05-01T10:00:00");
    changed.taken_from = media::DateSource::changed;
    EXPECT_EQ(DatedPhoto(changed).text(), "2024-05-01T10:00:00 changed");
    EXPECT_EQ(DatedPhoto(changed, "IMG-20240531-WA0001.jpg").text(), "2024-05-31 filename");
    EXPECT_EQ(DatedPhoto(file_of("")).text(), "none uploaded");
    EXPECT_EQ(DatedPhoto(file_of(""), "a.jpg", 1'000'000).text(), "none modified");
    EXPECT_EQ(DatedPhoto(file_of(""), "a.jpg", 32'000'000'000'000).text(), "none uploaded") << "from the future";
    auto gps = file_of("2024-05-01T10:00:00+02:00");
    gps.offset_from_gps = true;
    EXPECT_EQ(DatedPhoto(gps).text(), "2024-05-01T10:00:00+02:00 exif/gps");
}

TEST(PhotoDate, OfAnOlderReleaseSaysNothingOfItself) {
    DatedPhoto photo(file_of("2024-05-01T10:00:00"));
    auto truth = photo.truth();
    truth.facts.fields.erase(std::string(field::kTakenFrom));
    EXPECT_EQ(dated_of(truth).from, "");
    truth.facts.set(std::string(field::kTakenAt), "2020", {9, 1});
    EXPECT_EQ(dated_of(truth).from, "person") << "edited there";
    PhotoChange back;
    back.taken_from_file = true;
    SystemRandom random;
    EXPECT_EQ(changes_of(back, truth, {}, random).error().code, Code::date_of_file_unknown);
}

TEST(PhotoDate, APersonsIsAPersonsAndTheFilesComesBack) {
    DatedPhoto photo(file_of("2024-05-01T10:00:00.25", true));
    EXPECT_EQ(photo.text(), "2024-05-01T10:00:00.25+02:00 exif/place");
    ASSERT_TRUE(photo.set("2020"));
    EXPECT_EQ(photo.text(), "2020 person");
    PhotoChange back;
    back.taken_from_file = true;
    ASSERT_TRUE(photo.change(back));
    EXPECT_EQ(photo.text(), "2024-05-01T10:00:00.25+02:00 exif/place");
    EXPECT_EQ(photo.truth().find(field::kTakenFile), nullptr);
    EXPECT_FALSE(is_dated_by_hand(photo.truth()));
}

TEST(PhotoDate, MovesByHoursAndKeepsItsOffset) {
    DatedPhoto photo(file_of("2024-05-01T23:30:00.5+02:00"));
    ASSERT_TRUE(photo.shift(3'600));
    EXPECT_EQ(photo.text(), "2024-05-02T00:30:00.5+02:00 person");
    ASSERT_TRUE(photo.shift(-3 * 86'400));
    EXPECT_EQ(photo.text(), "2024-04-29T00:30:00.5+02:00 person");
}

TEST(PhotoDate, WhatIsRoughMovesOnlyByWhatItIsMadeOf) {
    DatedPhoto day(file_of("2024-05-01"));
    EXPECT_EQ(code(day.shift(3'600)), "date-not-exact");
    EXPECT_EQ(code(day.zone({"Europe/Paris", false, ""})), "date-not-exact");
    ASSERT_TRUE(day.shift(-86'400));
    EXPECT_EQ(day.text(), "2024-04-30 person");
    DatedPhoto month(file_of("2024-05"));
    EXPECT_EQ(code(month.shift(86'400)), "date-not-exact");
    DatedPhoto none(file_of(""));
    EXPECT_EQ(code(none.shift(86'400)), "date-unknown");
    EXPECT_EQ(code(none.zone({"Z", false, ""})), "date-unknown");
    DatedPhoto last(file_of("2024-05-01T10:00:00"));
    ASSERT_TRUE(last.set("9999-12-31T23:00:00"));
    EXPECT_EQ(code(last.shift(3'600)), "date-out-of-range");
    ASSERT_TRUE(last.set("0001-01-01T00:00:00"));
    EXPECT_EQ(code(last.shift(-1)), "date-out-of-range");
}

TEST(PhotoDate, AZoneKeepsTheClockOrTheMoment) {
    DatedPhoto photo(file_of("2024-07-01T10:00:00"));
    ASSERT_TRUE(photo.zone({"Asia/Tokyo", false, ""}));
    EXPECT_EQ(photo.text(), "2024-07-01T10:00:00+09:00 person");
    ASSERT_TRUE(photo.zone({"America/New_York", true, ""}));
    EXPECT_EQ(photo.text(), "2024-06-30T21:00:00-04:00 person");
    ASSERT_TRUE(photo.zone({"+02:00", true, ""}));
    EXPECT_EQ(photo.text(), "2024-07-01T03:00:00+02:00 person");
}

TEST(PhotoDate, AClockOfAnotherZoneIsPutRight) {
    DatedPhoto photo(file_of("2024-07-01T20:00:00"));
    EXPECT_EQ(code(photo.zone({"Asia/Tokyo", true, ""})), "date-without-offset");
    ASSERT_TRUE(photo.zone({"Asia/Tokyo", true, "Europe/Paris"}));
    EXPECT_EQ(photo.text(), "2024-07-02T03:00:00+09:00 person");
    DatedPhoto wrong(file_of("2024-07-01T20:00:00", true));
    ASSERT_TRUE(wrong.zone({"Europe/Paris", true, "Asia/Tokyo"}));
    EXPECT_EQ(wrong.text(), "2024-07-01T13:00:00+02:00 person") << "what somebody says of the clock beats the place";
}

TEST(PhotoDate, WhatIsNoZoneIsRefused) {
    DatedPhoto photo(file_of("2024-07-01T20:00:00"));
    EXPECT_EQ(code(photo.zone({"Europe/Nowhere", false, ""})), "invalid-fields");
    EXPECT_EQ(code(photo.zone({"Europe/Paris", true, "nowhere"})), "invalid-fields");
    EXPECT_EQ(code(photo.zone({"Europe/Paris", false, "Asia/Tokyo"})), "invalid-fields");
    EXPECT_EQ(code(photo.shift(std::int64_t{1} << 40)), "invalid-fields");
    EXPECT_EQ(photo.text(), "2024-07-01T20:00:00 exif");
}

TEST(PhotoDate, WhatIsUndoneIsAsItWas) {
    for (const auto& metadata : {file_of("2024-05-01T10:00:00.25", true), file_of("2024-05-01"),
                                 file_of("2024-05-01T10:00:00+01:00"), file_of("")}) {
        DatedPhoto photo(metadata);
        const auto before = photo.photo();
        const auto text = photo.text();
        ASSERT_TRUE(photo.set("2020-02-03T04:05:06"));
        EXPECT_NE(photo.text(), text);
        ASSERT_TRUE(photo.undo(before.taken_at));
        EXPECT_EQ(photo.text(), text);
        EXPECT_FALSE(is_dated_by_hand(photo.truth())) << "it is the file's, and readings may better it";
        auto better = file_of("2011-01-02T03:04:05");
        photo.read_again(better);
        EXPECT_TRUE(photo.text().starts_with("2011-01-02T03:04:05")) << photo.text();
    }
}

TEST(PhotoDate, APersonsThatIsUndoneIsAPersonsWithoutAnOffsetOfItsPlace) {
    DatedPhoto photo(file_of("2024-05-01T10:00:00", true));
    Changes older;  // a release that knew nothing of places
    older[std::string(field::kTakenAt)] = "2020-02-03T04:05:06";
    photo.apply(std::move(older));
    const auto before = photo.photo().taken_at;
    ASSERT_TRUE(photo.shift(60));
    EXPECT_EQ(photo.text(), "2020-02-03T04:06:06+01:00 person/place");
    ASSERT_TRUE(photo.undo(before));
    EXPECT_EQ(photo.text(), "2020-02-03T04:05:06 person");
}

TEST(PhotoDate, APlaceGivesItsOffsetAtThatTimeAndToNothingThatHasOne) {
    EXPECT_EQ(DatedPhoto(file_of("2024-01-01T10:00:00", true)).text(), "2024-01-01T10:00:00+01:00 exif/place");
    EXPECT_EQ(DatedPhoto(file_of("2024-07-01T10:00:00-05:00", true)).text(), "2024-07-01T10:00:00-05:00 exif");
    EXPECT_EQ(DatedPhoto(file_of("2024-07", true)).text(), "2024-07 exif");
    EXPECT_EQ(DatedPhoto(file_of("1962-07-01T10:00:00", true)).text(), "1962-07-01T10:00:00 exif");
    auto south = file_of("2024-07-01T10:00:00", true);
    south.location->lat = -48;
    EXPECT_EQ(DatedPhoto(south).text(), "2024-07-01T10:00:00 exif") << "nobody knows the zone there";
}

TEST(PhotoDate, APlaceThatSomebodySetsGivesItsOffsetAndTakesItAgain) {
    DatedPhoto photo(file_of("2024-07-01T10:00:00"));
    PhotoChange there;
    there.location.emplace(kParis);
    ASSERT_TRUE(photo.change(there));
    EXPECT_EQ(photo.text(), "2024-07-01T10:00:00+02:00 exif/place");
    EXPECT_FALSE(is_dated_by_hand(photo.truth()));
    photo.read_again(file_of("2024-07-01T11:00:00"));
    EXPECT_EQ(photo.text(), "2024-07-01T11:00:00+02:00 exif/place") << "the place is still somebody's word";
    PhotoChange nowhere;
    nowhere.location.emplace(std::nullopt);
    ASSERT_TRUE(photo.change(nowhere));
    EXPECT_EQ(photo.text(), "2024-07-01T11:00:00 exif");
    ASSERT_TRUE(photo.set("2020-07-01T10:00:00"));
    ASSERT_TRUE(photo.change(there));
    EXPECT_EQ(photo.text(), "2020-07-01T10:00:00+02:00 person/place");
}

TEST(PhotoDate, OnlyWhoSeesThePlaceSeesItsOffset) {
    DatedPhoto there(file_of("2024-07-01T10:00:00", true));
    EXPECT_EQ(catalog::row_of({}, there.truth())->taken_at, "2024-07-01T10:00:00");
    EXPECT_EQ(taken_for({}, there.photo())->time.offset_minutes, std::nullopt);
    Viewer owner;
    owner.user.emplace();
    owner.user->id = there.photo().owner;
    EXPECT_EQ(taken_for(owner, there.photo())->time.offset_minutes, 120);
    DatedPhoto said(file_of("2024-07-01T10:00:00+02:00", true));
    EXPECT_EQ(catalog::row_of({}, said.truth())->taken_at, "2024-07-01T10:00:00+02:00");
    EXPECT_EQ(taken_for({}, said.photo())->time.offset_minutes, 120);
}

TEST(PhotoDate, OfASidecarIsAProgramsAndYieldsToAPerson) {
    DatedPhoto photo(file_of("2024-07-01T10:00:00"));
    PhotoChange sidecar;
    sidecar.taken_at.emplace("2019-07-01T10:00:00");
    sidecar.unless_edited = true;
    ASSERT_TRUE(photo.change(sidecar));
    EXPECT_EQ(photo.text(), "2019-07-01T10:00:00 sidecar");
    sidecar.taken_at.emplace("2018-07-01T10:00:00");
    ASSERT_TRUE(photo.change(sidecar));
    EXPECT_EQ(photo.text(), "2019-07-01T10:00:00 sidecar") << "as everything that was set since the file was read";
    ASSERT_TRUE(photo.set("2020"));
    ASSERT_TRUE(photo.change(sidecar));
    EXPECT_EQ(photo.text(), "2020 person");
}

TEST(PhotoDate, WhatTheFileSaysIsReadAgainBesideWhatAPersonSays) {
    DatedPhoto photo(file_of("2024-07-01T10:00:00"));
    ASSERT_TRUE(photo.set("2020"));
    photo.read_again(file_of("2024-07-01T10:00:00+02:00"));
    EXPECT_EQ(photo.text(), "2020 person");
    PhotoChange back;
    back.taken_from_file = true;
    ASSERT_TRUE(photo.change(back));
    EXPECT_EQ(photo.text(), "2024-07-01T10:00:00+02:00 exif");
}

TEST(PhotoDate, WhatSaysTheSameChangesNothing) {
    DatedPhoto photo(file_of("2024-07-01T10:00:00", true));
    SystemRandom random;
    PhotoChange same;
    same.taken_at.emplace("2024-07-01T10:00:00+02:00");
    EXPECT_TRUE(changes_of(same, photo.truth(), {}, random, zone_at)->empty());
    same = {};
    same.shift_taken_at = 0;
    EXPECT_TRUE(changes_of(same, photo.truth(), {}, random, zone_at)->empty());
    same = {};
    same.location.emplace(kParis);
    EXPECT_TRUE(changes_of(same, photo.truth(), {}, random, zone_at)->empty());
    ASSERT_TRUE(photo.set("2020"));
    same = {};
    same.taken_at.emplace("2020");
    EXPECT_TRUE(changes_of(same, photo.truth(), {}, random, zone_at)->empty());
}

}  // namespace
}  // namespace cadre::gallery
