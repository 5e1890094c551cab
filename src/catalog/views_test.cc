#include "catalog/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "catalog/sequence.h"
#include "catalog/suite_families.h"

namespace cadre::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Id kPhoto = *parse_id("01890000-0000-7000-8000-000000000001");
const Id kPerson = *parse_id("01890000-0000-7000-8000-0000000000aa");

/// Public, ready, of one person.
Truth a_photo() {
    Truth photo;
    photo.facts.set("owner", json::string(kPerson.text()), {1, 1});
    photo.facts.set("access", json::object{{"visibility", "public"}, {"key", "K"}}, {1, 1});
    photo.facts.set("sha256", "ab", {1, 1});
    photo.derived.set("state", "ready", {1, 1});
    return photo;
}

std::vector<View> views_of(const Truth& photo) {
    std::vector<View> views;
    for (const auto& posting : postings_of({Kind::photo, kPhoto}, photo).all) views.push_back(posting.view);
    return views;
}

TEST(Views, EachStateOfAPhotoHasItsViews) {
    const View wall{Family::wall}, mine{Family::mine, kPerson}, trash{Family::trash, kPerson};
    const View favourites{Family::favourites, kPerson};
    auto photo = a_photo();
    EXPECT_THAT(views_of(photo), ElementsAre(wall, mine));
    photo.facts.set("favourite", true, {1, 1});
    EXPECT_THAT(views_of(photo), ElementsAre(wall, mine, favourites));
    photo.derived.set("state", "failed", {1, 1});
    EXPECT_THAT(views_of(photo), ElementsAre(mine, favourites));
    photo.derived.set("state", "ready", {1, 1});
    photo.facts.set("access", json::object{{"visibility", "private"}, {"key", "K"}}, {1, 1});
    EXPECT_THAT(views_of(photo), ElementsAre(mine, favourites));
    const View album{Family::album, kPhoto}, sequence{Family::sequence, kPhoto};
    photo.facts.set("album:" + kPhoto.text(), true, {1, 1});
    photo.facts.set("album:no id", true, {1, 1});
    EXPECT_THAT(views_of(photo), ElementsAre(mine, favourites, album, sequence));
    for (const auto* tag : {"tag:sea", "tag:a/b", "tag:"}) photo.facts.set(tag, true, {1, 1});
    photo.facts.set("tag:off", nullptr, {1, 1});
    photo.facts.set("share:" + kPhoto.text(), true, {1, 1});
    photo.facts.set("share:" + kPerson.text(), nullptr, {1, 1});
    EXPECT_THAT(views_of(photo), ElementsAre(mine, favourites, album, View{Family::tag, kPerson, "a/b"},
                                             View{Family::tag, kPerson, "sea"}, View{Family::share, kPhoto}, sequence));
    photo.facts.set("archived", true, {1, 1});
    EXPECT_THAT(views_of(photo),
                ElementsAre(favourites, album, View{Family::tag, kPerson, "a/b"}, View{Family::tag, kPerson, "sea"},
                            View{Family::share, kPhoto}, View{Family::archive, kPerson}, sequence));
    photo.facts.set("trashed_at", 5, {1, 1});
    EXPECT_THAT(views_of(photo), ElementsAre(trash));
    photo.purged = true;
    EXPECT_THAT(views_of(photo), IsEmpty());
}

TEST(Views, AnAlbumsOwnOrderHasThePlaceToWhichAPhotoWasMovedAndItsMonthsDoNot) {
    auto photo = a_photo();
    photo.facts.set("taken_at", "2024-05-01T12:00:00", {1, 1});
    const auto album = "album:" + kPhoto.text();
    const auto place_in = [&](Family family) {
        for (const auto& posting : postings_of({Kind::photo, kPhoto}, photo).all)
            if (posting.view == View{family, kPhoto}) return posting.place;
        ADD_FAILURE() << "it does not stand there";
        return Place{};
    };
    photo.facts.set(album, true, {1, 1});
    const auto by_time = place_in(Family::album);
    EXPECT_EQ(place_in(Family::sequence), by_time);
    const Point point{by_time.at - 1'000'000, {0x80, 1, 2, 3, 4, 5, 6, 7}};
    photo.facts.set(album, json::string(text_of(point)), {1, 1});
    EXPECT_EQ(place_in(Family::album), by_time);
    EXPECT_EQ(place_in(Family::sequence), (Place{point.at, point.rank, kPhoto}));
    photo.facts.set(album, "what a later release may write", {1, 1});
    EXPECT_EQ(place_in(Family::sequence), by_time);
}

TEST(Views, OfThoseThatHoldAllOneHoldsAPhotoInEveryState) {
    for (int bits = 0; bits < 64; ++bits) {
        auto photo = a_photo();
        if ((bits & 1) != 0) photo.facts.set("favourite", true, {1, 1});
        if ((bits & 2) != 0) photo.facts.set("trashed_at", 5, {1, 1});
        if ((bits & 4) != 0) photo.derived.set("state", "failed", {1, 1});
        if ((bits & 8) != 0) photo.facts.set("access", json::object{{"visibility", "private"}, {"key", "K"}}, {1, 1});
        if ((bits & 16) != 0) photo.facts.set("album:x", true, {1, 1});
        if ((bits & 32) != 0) photo.facts.set("archived", true, {1, 1});
        int held = 0;
        for (const auto& view : views_of(photo))
            if (declared().find(view.family)->holds_all) held += view.of == kPerson ? 1 : 100;
        EXPECT_EQ(held, 1) << bits;
    }
}

TEST(Views, AreNamedAndReadBack) {
    const auto& all = suite_declared();
    for (const auto& [view, text, scope] : std::vector<std::tuple<View, std::string, std::string>>{
             {{Family::wall}, "wall", "wall"},
             {{Family::mine, kPerson}, "mine/" + kPerson.text(), "mine"},
             {{Family::trash, kPerson}, "trash/" + kPerson.text(), "trash"},
             {{Family::favourites, kPerson}, "favourites/" + kPerson.text(), "favourites"},
             {{kLabel, kPerson, "a/b %"}, "label/" + kPerson.text() + "/a%2Fb %25", "label:a/b %"},
             {{kPile, kPhoto}, "pile/" + kPhoto.text(), "pile:" + kPhoto.text()}}) {
        EXPECT_EQ(all.text_of(view), text);
        EXPECT_EQ(all.parse_view(text), view);
        EXPECT_EQ(all.scope_of(view), scope);
    }
    EXPECT_FALSE(declared().parse_view("pile/" + kPhoto.text())) << "not declared by the program";
    EXPECT_THROW((void)declared().text_of({kPile, kPhoto}), std::logic_error);
}

TEST(Views, TwoOfOneNumberOrNameAreAFault) {
    auto families = declared().families();
    families.push_back(families.front());
    EXPECT_THROW(Declarations(families, {}), std::logic_error);
    families.back().number = kLabel;
    EXPECT_THROW(Declarations(families, {}), std::logic_error);
    families.back().name = "other";
    EXPECT_NO_THROW(Declarations(families, {}));
    families.back().decided_by = {"ta*"};
    EXPECT_THROW(Declarations(families, {}), std::logic_error);
    auto lookups = declared().lookups();
    lookups.push_back(lookups.front());
    EXPECT_THROW(Declarations({}, lookups), std::logic_error);
}

// What is here lies in libraries. A line may be added; none may ever be changed, or used again for something else.
TEST(StoredNumbers, AreWhatTheyWereInEveryReleaseBefore) {
    using Numbers = std::vector<std::pair<int, std::string_view>>;
    Numbers families, kinds;
    for (const auto& family : declared().families())
        families.emplace_back(static_cast<int>(family.number), family.name);
    EXPECT_EQ(families, (Numbers{{0, "wall"},
                                 {1, "mine"},
                                 {2, "trash"},
                                 {3, "favourites"},
                                 {4, "album"},
                                 {5, "tag"},
                                 {6, "share"},
                                 {7, "archive"},
                                 {8, "sequence"}}));
    for (const auto kind : {Kind::photo, Kind::user, Kind::album, Kind::share, Kind::token, Kind::settings})
        kinds.emplace_back(static_cast<int>(kind), folder_of(kind));
    EXPECT_EQ(kinds,
              (Numbers{{0, "photos"}, {1, "users"}, {2, "albums"}, {3, "shares"}, {4, "tokens"}, {5, "settings"}}));
    for (const auto& [number, folder] : kinds) EXPECT_EQ(kind_of(folder), static_cast<Kind>(number)) << folder;
    const std::vector<std::pair<int, Index>> lookups{
        {0, Index::photo_by_hash}, {1, Index::photo_by_key}, {2, Index::user_by_name},
        {3, Index::token_by_hash}, {4, Index::tokens_of},    {5, Index::albums_of},
        {6, Index::albums_in},     {7, Index::share_by_key}, {8, Index::shares_of}};
    ASSERT_EQ(declared().lookups().size(), lookups.size()) << "a new one's number belongs here";
    for (const auto& [number, index] : lookups) EXPECT_EQ(number, static_cast<int>(index));
}

TEST(LookUps, ThingsAreFoundUntilTheyArePurged) {
    using Found = std::vector<std::pair<Index, std::string>>;
    auto photo = a_photo();
    const Ref ref{Kind::photo, kPhoto};
    EXPECT_EQ(lookups_of(ref, photo),
              (Found{{Index::photo_by_hash, key_of_hash(kPerson, "ab")}, {Index::photo_by_key, "K"}}));
    photo.purged = true;
    EXPECT_TRUE(lookups_of(ref, photo).empty());
    Truth user;
    user.facts.set("name", "ÄnNa", {1, 1});
    EXPECT_EQ(lookups_of({Kind::user, kPerson}, user), (Found{{Index::user_by_name, "änna"}}));
    Truth token;
    token.facts.set("hash", "cd", {1, 1});
    token.facts.set("user", "an id", {1, 1});
    EXPECT_EQ(lookups_of({Kind::token, kPerson}, token),
              (Found{{Index::token_by_hash, "cd"}, {Index::tokens_of, "an id"}}));
    Truth album;
    album.facts.set("owner", "ann", {1, 1});
    album.facts.set("member:ben", "viewer", {1, 1});
    album.facts.set("member:ann", "viewer", {1, 1});
    album.facts.set("member:cleo", nullptr, {1, 1});
    album.facts.set("parent", "top", {1, 1});
    EXPECT_EQ(lookups_of({Kind::album, kPerson}, album),
              (Found{{Index::albums_of, "ben"}, {Index::albums_of, "ann"}, {Index::albums_in, "top"}}));
    Truth share;
    share.facts.set("owner", "ann", {1, 1});
    share.facts.set("key", "abc", {1, 1});
    EXPECT_EQ(lookups_of({Kind::share, kPerson}, share),
              (Found{{Index::share_by_key, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                     {Index::shares_of, "ann"}}));
}

}  // namespace
}  // namespace cadre::catalog
