// An album's own order: who moves what where, and what is written for it.
#include "gallery/album_order.h"

#include <gmock/gmock.h>

#include "base/testing.h"
#include "gallery/copy.h"
#include "gallery/reindex.h"
#include "gallery/testing/albums.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Family;
using catalog::Kind;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using Side = AlbumSpot::Side;

constexpr std::int64_t kNoon = 1'714'564'800;

catalog::Point point(std::int64_t at, std::uint8_t step = 0) { return {at, {0x80, 0, 0, 0, 0, 0, 0, step}}; }

Id id_of(int number) {
    Id id;
    id.bytes[15] = static_cast<std::uint8_t>(number);
    return id;
}

std::vector<Id> photos_of(const std::vector<Placed>& placed) {
    std::vector<Id> photos;
    for (const auto& one : placed) photos.push_back(one.photo);
    return photos;
}

TEST(PlaceBetween, MovesNothingElseWhereThereIsRoom) {
    Around around;
    around.before = {{id_of(1), point(kNoon + 9)}};
    around.behind = {{id_of(2), point(kNoon)}};
    around.first = around.last = false;
    const auto placed = place_between({id_of(8), id_of(9)}, around);
    ASSERT_TRUE(placed);
    EXPECT_THAT(photos_of(*placed), ElementsAre(id_of(8), id_of(9)));
    EXPECT_TRUE(point(kNoon + 9) > (*placed)[0].point && (*placed)[0].point > (*placed)[1].point &&
                (*placed)[1].point > point(kNoon));
}

/// Two of a burst bear one second, one fraction and names that differ in nothing: among them no point is left.
TEST(PlaceBetween, NeighboursGetPointsWhereNoneIsLeft) {
    Around around;
    around.before = {{id_of(2), point(kNoon)}, {id_of(1), point(kNoon + 9)}};
    around.behind = {{id_of(3), point(kNoon)}, {id_of(4), point(kNoon)}, {id_of(5), point(kNoon - 9)}};
    around.first = around.last = false;
    const auto placed = place_between({id_of(9)}, around);
    ASSERT_TRUE(placed);
    EXPECT_THAT(photos_of(*placed), ElementsAre(id_of(2), id_of(9), id_of(3)));
    auto last = point(kNoon + 9);
    for (const auto& [photo, at] : *placed) {
        EXPECT_LT(at, last);
        last = at;
    }
    EXPECT_GT(last, point(kNoon - 9));
}

TEST(PlaceBetween, MoreMustBeKnownWhereAllThatIsKnownStandsAtOnePoint) {
    Around around;
    around.before = {{id_of(1), point(kNoon)}};
    around.behind = {{id_of(2), point(kNoon)}};
    around.first = around.last = false;
    EXPECT_FALSE(place_between({id_of(9)}, around));
    around.last = true;
    EXPECT_FALSE(place_between({id_of(9)}, around)) << "what stands before them is not known";
    around.first = true;
    const auto placed = place_between({id_of(9)}, around);
    ASSERT_TRUE(placed);
    EXPECT_THAT(photos_of(*placed), ElementsAre(id_of(1), id_of(9), id_of(2)));
}

class AlbumOrderTest : public testing::AlbumsTest {
protected:
    AlbumOrderTest() : album_(make(owner_, "wedding").album.id) {}

    /// In the album, a minute after the one before.
    Id add(const std::string& name, const std::string& taken_at = {}) {
        const auto ref = add_photo(name);
        edit(ref, std::string(field::kFilename), json::string(name + ".jpg"));
        const auto minute = fmt::format("2024-05-01T12:{:02}:00", minute_++);
        edit(ref, std::string(field::kTakenAt), json::string(taken_at.empty() ? minute : taken_at));
        put(owner_, album_, {ref.id});
        return ref.id;
    }
    std::vector<Id> shown_in(Family family) {
        std::vector<Id> ids;
        for (const auto& row : ask(catalog_->newest(catalog::View{family, album_}, std::nullopt, 2000)))
            ids.push_back(row.place.id);
        return ids;
    }
    std::vector<Id> in_order() { return shown_in(Family::sequence); }
    Result<std::vector<BulkResult>> try_move(const Id& by, std::vector<Id> photos, AlbumSpot spot) {
        return result_of(albums().move_photos(as(by), album_, std::move(photos), spot));
    }
    void move(std::vector<Id> photos, Side side, Id next_to = {}) {
        const auto results = try_move(owner_, std::move(photos), {side, next_to});
        ASSERT_TRUE(results) << results.error().message;
        for (const auto& result : *results) EXPECT_FALSE(result.error) << result.error->message;
    }
    catalog::Stamp stamp_of(const Id& photo) {
        return entry({Kind::photo, photo})->truth.facts.fields.at(album_field(album_)).stamp;
    }

    Id album_;
    int minute_ = 0;
};

TEST_F(AlbumOrderTest, WhatIsMovedStandsWhereItWasPutAndItsMonthsStayAsTheyWere) {
    const auto a = add("a"), b = add("b"), c = add("c"), d = add("d");
    EXPECT_THAT(in_order(), ElementsAre(d, c, b, a)) << "by time, until somebody moves one";
    move({a}, Side::before, c);
    EXPECT_THAT(in_order(), ElementsAre(d, a, c, b));
    move({d}, Side::after, b);
    EXPECT_THAT(in_order(), ElementsAre(a, c, b, d));
    move({b}, Side::beginning);
    EXPECT_THAT(in_order(), ElementsAre(b, a, c, d));
    move({b, a}, Side::end);
    EXPECT_THAT(in_order(), ElementsAre(c, d, b, a));
    move({a, d, c}, Side::before, b);
    EXPECT_THAT(in_order(), ElementsAre(a, d, c, b)) << "as they are named";
    EXPECT_THAT(shown_in(Family::album), ElementsAre(d, c, b, a));
}

TEST_F(AlbumOrderTest, AllOfThemCanBeMovedAtOnce) {
    const auto a = add("a"), b = add("b"), c = add("c");
    move({b, c, a}, Side::beginning);
    EXPECT_THAT(in_order(), ElementsAre(b, c, a));
    move({a, b, c}, Side::end);
    EXPECT_THAT(in_order(), ElementsAre(a, b, c));
    EXPECT_EQ(ask(catalog_->timeline(catalog::View{Family::sequence, album_})).months.front().month.text(), "2024-05")
        << "near the time at which they were taken";
}

TEST_F(AlbumOrderTest, OnlyWhatIsMovedIsWritten) {
    const auto a = add("a"), b = add("b"), c = add("c");
    const auto was = stamp_of(b), had = stamp_of(c);
    move({a}, Side::before, b);
    EXPECT_THAT(in_order(), ElementsAre(c, a, b));
    EXPECT_EQ(stamp_of(b), was);
    EXPECT_EQ(stamp_of(c), had);
    EXPECT_EQ(albums_of(entry({Kind::photo, a})->truth), std::vector{album_}) << "it stands in the album as before";
}

TEST_F(AlbumOrderTest, WhatIsAddedLaterStandsByItsTime) {
    const auto a = add("a"), b = add("b"), c = add("c");
    move({c}, Side::end);
    const auto between = add("x", "2024-05-01T12:00:30"), newest = add("y", "2024-06-01T12:00:00");
    EXPECT_THAT(in_order(), ElementsAre(newest, b, between, a, c));
}

TEST_F(AlbumOrderTest, AGapTakesAnyNumberOfMoves) {
    // One second, no fraction, and names that stand next to each other.
    const auto a = add("IMG_1", "2024-05-01T12:00:00"), b = add("IMG_2", "2024-05-01T12:00:00");
    const auto c = add("IMG_3", "2024-05-01T12:00:00"), d = add("IMG_4", "2024-05-01T12:00:00");
    for (int i = 0; i < 75; ++i) {
        move({c}, Side::before, a);
        ASSERT_THAT(in_order(), ElementsAre(d, b, c, a)) << i;
        move({b}, Side::before, a);
        ASSERT_THAT(in_order(), ElementsAre(d, c, b, a)) << i;
    }
}

TEST_F(AlbumOrderTest, OnlyEditorsAndTheOwnerMovePhotosAndAlsoThoseOfOthers) {
    const auto a = add("a"), b = add("b");
    const auto refusal = [&](const Id& by) {
        const auto moved = try_move(by, {a}, {Side::beginning, {}});
        return moved ? Code::fault : code_of(moved.error());
    };
    EXPECT_EQ(refusal(ben_), Code::album_not_found);
    join(album_, ben_, AlbumRole::viewer);
    EXPECT_EQ(refusal(ben_), Code::album_role_needed);
    join(album_, ben_, AlbumRole::contributor);
    EXPECT_EQ(refusal(ben_), Code::album_role_needed);
    EXPECT_THAT(in_order(), ElementsAre(b, a));
    join(album_, ben_, AlbumRole::editor);
    EXPECT_EQ(refusal(ben_), Code::fault) << "it was moved";
    EXPECT_THAT(in_order(), ElementsAre(a, b));
}

TEST_F(AlbumOrderTest, WhatDoesNotStandThereIsNotMovedAndNothingStandsNextToIt) {
    const auto a = add("a"), b = add("b"), trashed = add("t"), out = add_photo("out").id;
    edit({Kind::photo, trashed}, std::string(field::kTrashedAt), 1);
    const Id unknown = make_id(clock_, random_);
    const auto results = *try_move(owner_, {trashed, out, unknown, a}, {Side::beginning, {}});
    for (std::size_t i = 0; i < 3; ++i) {
        ASSERT_TRUE(results[i].error);
        EXPECT_EQ(code_of(*results[i].error), Code::photo_not_found);
        EXPECT_EQ(results[i].error->message, "There is no such photo.");
    }
    EXPECT_FALSE(results[3].error);
    EXPECT_THAT(in_order(), ElementsAre(a, b));
    EXPECT_THAT(albums_of(entry({Kind::photo, out})->truth), IsEmpty());
    for (const auto& next_to : {trashed, out, unknown, a})
        EXPECT_EQ(code_of(try_move(owner_, {a}, {Side::after, next_to}).error()), Code::invalid_fields);
}

TEST_F(AlbumOrderTest, WhatIsTakenOutGoesBackToItsPlaceWhereThatIsSaid) {
    const auto a = add("a"), b = add("b"), c = add("c"), d = add("d");
    move({a}, Side::before, c);
    const auto taken = ask(albums().change_photos(as(owner_), album_, {}, {a, b}));
    ASSERT_TRUE(taken[0].place_before);
    EXPECT_FALSE(taken[1].place_before) << "nobody moved it";
    EXPECT_THAT(in_order(), ElementsAre(d, c));
    put(owner_, album_, {a, b});
    EXPECT_THAT(in_order(), ElementsAre(d, c, b, a)) << "by its time, where nobody says more";
    ask(albums().change_photos(as(owner_), album_, {}, {a, b}));
    ask(albums().change_photos(as(owner_), album_, {a, b}, {}, {{a, *taken[0].place_before}}));
    EXPECT_THAT(in_order(), ElementsAre(d, a, c, b));
}

TEST_F(AlbumOrderTest, WhoPutsAPhotoInMovesNoneThatStandsThere) {
    const auto a = add("a"), b = add("b");
    join(album_, ben_, AlbumRole::contributor);
    const auto had = stamp_of(a);
    for (const auto& by : {owner_, ben_})
        ask(albums().change_photos(as(by), album_, {a}, {}, {{a, point(kNoon + 99)}}));
    EXPECT_THAT(in_order(), ElementsAre(b, a));
    EXPECT_EQ(stamp_of(a), had);
}

TEST_F(AlbumOrderTest, OutOfTheTrashAPhotoStandsWhereItStood) {
    const auto a = add("a"), b = add("b"), c = add("c");
    move({a}, Side::before, b);
    ask(gallery_->photos().trash(as(owner_), a, std::nullopt));
    EXPECT_THAT(in_order(), ElementsAre(c, b));
    ask(gallery_->photos().restore(as(owner_), a));
    EXPECT_THAT(in_order(), ElementsAre(c, a, b));
}

/// The places are facts of the photos: whoever has these has the order.
TEST_F(AlbumOrderTest, ReindexMakesTheSameOrderOfTheFactsAlone) {
    const auto a = add("a"), b = add("b"), c = add("c"), d = add("d");
    move({a, d}, Side::before, c);
    const auto version = ask(catalog_->timeline(catalog::View{Family::sequence, album_})).version;
    for (const auto& id : {a, b, c, d}) set_entry({Kind::photo, id}, std::nullopt);
    ASSERT_THAT(in_order(), IsEmpty());
    ask(reindex(*gallery_, [](std::uint64_t) {}));
    EXPECT_THAT(in_order(), ElementsAre(a, d, c, b));
    EXPECT_EQ(ask(catalog_->timeline(catalog::View{Family::sequence, album_})).version, version);
}

TEST_F(AlbumOrderTest, VerifyFindsAPlaceThatTheCatalogKnowsOtherwise) {
    const auto a = add("a"), b = add("b");
    const auto before = entry({Kind::photo, a})->truth;
    move({a}, Side::beginning);
    std::vector<std::string> found;
    const auto note = [&](const Finding& finding) { found.push_back(finding.key); };
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 0U) << found.front();
    set_entry({Kind::photo, a}, before);
    ASSERT_THAT(in_order(), ElementsAre(b, a));
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 1U);
    EXPECT_THAT(found, ElementsAre("catalog:" + text_of(catalog::Ref{Kind::photo, a})));
    ask(gallery_->ledger().repair({Kind::photo, a}));
    EXPECT_THAT(in_order(), ElementsAre(a, b));
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 0U);
}

TEST_F(AlbumOrderTest, ACopyOfTheStoreHasTheOrder) {
    const auto a = add("a"), b = add("b"), c = add("c");
    move({a}, Side::before, b);
    const auto target = value(blobs::files::open({folder_ / "target", 0}, files_));
    CopyOptions options;
    options.scratch = folder_;
    ask(gallery::copy(*blobs_, *target, files_, options, {}, [](const Finding&) {}));
    // What stands in the target alone becomes the library.
    for (const auto& key : keys("photos/")) {
        std::vector<std::string> gone{key};
        ask(store_->remove(std::move(gone)));
    }
    for (const auto& item : ask(target->list("photos/", "", 1000)).items) put(item.key, ask(target->get(item.key)));
    for (const auto& id : {a, b, c}) set_entry({Kind::photo, id}, std::nullopt);
    ask(reindex(*gallery_, [](std::uint64_t) {}));
    EXPECT_THAT(in_order(), ElementsAre(c, a, b));
}

TEST_F(AlbumOrderTest, ThousandPhotosAreMovedAtOnceAndKeepTheirOrder) {
    std::vector<Id> all;
    for (int i = 0; i < 1000; ++i) all.push_back(add_photo(std::to_string(i)).id);
    put(owner_, album_, all);
    const auto last = add("last", "2020-05-01T12:00:00");
    move(all, Side::after, last);
    auto wanted = all;
    wanted.insert(wanted.begin(), last);
    EXPECT_THAT(in_order(), ElementsAreArray(wanted));
}

}  // namespace
}  // namespace cadre::gallery
