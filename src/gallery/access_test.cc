// Who may do what with a photo: every kind of viewer with every kind of photo.
#include "gallery/access.h"

#include <gtest/gtest.h>

#include "base/testing.h"
#include "catalog/suite_timelines.h"

namespace cadre::gallery {
namespace {

using catalog::some_id;

const Id kAda = some_id(1), kBen = some_id(2), kAlbum = some_id(3), kShare = some_id(4);

constexpr Action kActions[] = {Action::see,     Action::see_about, Action::see_details,
                               Action::edit,    Action::favourite, Action::trash,
                               Action::restore, Action::purge,     Action::download};

/// For each of kActions a figure: 1 where the viewer may do it.
std::string rights(const Viewer& viewer, const Photo& photo) {
    std::string text;
    for (const auto action : kActions) text += may(viewer, action, photo) ? '1' : '0';
    return text;
}

Viewer user(const Id& id, Role role = Role::member) {
    Viewer viewer;
    viewer.user = User{id, "somebody", role, false, {}};
    return viewer;
}

/// One who is a member of the album, as Albums::with_albums() says.
Viewer album_member() {
    auto viewer = user(kBen);
    viewer.albums.push_back(kAlbum);
    return viewer;
}

Viewer visitor(Allow allow, std::optional<Id> album = std::nullopt) {
    Share share;
    share.id = kShare;
    share.owner = kAda;
    share.album = album;
    share.allow = allow;
    Viewer viewer;
    viewer.share = share;
    return viewer;
}

Photo photo(Visibility visibility = Visibility::private_) {
    Photo photo;
    photo.id = some_id(9);
    photo.owner = kAda;
    photo.visibility = visibility;
    photo.state = State::ready;
    return photo;
}
Photo in_album() {
    auto in = photo();
    in.albums.push_back(kAlbum);
    return in;
}
Photo in_trash(Photo photo) {
    photo.trashed_at = WallTime(Millis(1));
    return photo;
}
Photo processing(Photo photo) {
    photo.state = State::processing;
    return photo;
}
Photo shared(Photo photo) {
    photo.shares.push_back(kShare);
    return photo;
}
Photo of_ben(Photo photo) {
    photo.owner = kBen;
    return photo;
}

const std::string kNothing = "000000000", kToLookAt = "110000000";

TEST(Access, ItsOwnerMayDoAllAndAnAdministratorAllButHaveItAsAFavourite) {
    for (const auto& one : {photo(), photo(Visibility::public_), in_trash(photo()), processing(photo()), in_album()}) {
        EXPECT_EQ(rights(user(kAda), one), "111111111");
        EXPECT_EQ(rights(user(kBen, Role::admin), one), "111101111");
    }
}

TEST(Access, OthersAndNobodySeeWhatIsPublicReadyAndNotInTheTrash) {
    for (const auto& viewer : {Viewer(), user(kBen)}) {
        EXPECT_EQ(rights(viewer, photo(Visibility::public_)), kToLookAt);
        EXPECT_EQ(rights(viewer, photo()), kNothing);
        EXPECT_EQ(rights(viewer, in_trash(photo(Visibility::public_))), kNothing);
        EXPECT_EQ(rights(viewer, processing(photo(Visibility::public_))), kNothing);
        EXPECT_EQ(rights(viewer, in_album()), kNothing);
    }
}

TEST(Access, MembersOfAnAlbumSeeWhatStandsInItAndIsNotInTheTrash) {
    EXPECT_EQ(rights(album_member(), in_album()), kToLookAt);
    EXPECT_EQ(rights(album_member(), processing(in_album())), kToLookAt);
    EXPECT_EQ(rights(album_member(), in_trash(in_album())), kNothing);
    EXPECT_EQ(rights(album_member(), photo()), kNothing);
}

TEST(Access, AVisitorMayWhatTheShareAllowsWithWhatItShows) {
    EXPECT_EQ(rights(visitor({}), shared(photo())), "100000000");
    EXPECT_EQ(rights(visitor({.details = true}), shared(photo())), kToLookAt);
    EXPECT_EQ(rights(visitor({.download = true}), shared(photo())), "100000001");
    EXPECT_EQ(rights(visitor({.download = true, .upload = true, .details = true}), shared(photo())), "110000001");
    EXPECT_EQ(rights(visitor({.download = true}, kAlbum), in_album()), "100000001");
}

TEST(Access, AVisitorSeesNothingElseNotEvenWhatEverybodySees) {
    const Allow all{.download = true, .upload = true, .details = true};
    EXPECT_EQ(rights(visitor(all), photo(Visibility::public_)), kNothing);
    EXPECT_EQ(rights(visitor(all), in_album()), kNothing);
    EXPECT_EQ(rights(visitor(all, kAlbum), shared(photo())), kNothing);
    EXPECT_EQ(rights(visitor(all), in_trash(shared(photo()))), kNothing);
}

TEST(Access, NobodyGivesAwayTheOriginalsOfOthersByAShareOfAnAlbum) {
    EXPECT_EQ(rights(visitor({.download = true, .details = true}, kAlbum), of_ben(in_album())), kToLookAt);
}

TEST(Access, WhoIsLoggedInAndVisitsAShareIsAVisitor) {
    auto viewer = visitor({});
    viewer.user = User{kAda, "ada", Role::admin, false, {}};
    EXPECT_EQ(rights(viewer, shared(photo())), "100000000");
    EXPECT_EQ(rights(viewer, photo()), kNothing);
}

TEST(Access, WhatMayNotBeSeenIsRefusedAsWhatIsNotThereWhateverIsAskedOfIt) {
    for (const auto& viewer : {Viewer(), user(kBen), visitor({})})
        for (const auto action : kActions) {
            const auto refused = require(viewer, action, photo());
            ASSERT_FALSE(refused);
            EXPECT_EQ(code_of(refused.error()), Code::photo_not_found);
        }
}

TEST(Access, WhatMayBeSeenIsRefusedWithTheReason) {
    const auto refusal = [](const Viewer& viewer, Action action, const Photo& photo) {
        const auto refused = require(viewer, action, photo);
        return refused ? std::string() : std::string(name_of(code_of(refused.error())));
    };
    const auto shown = photo(Visibility::public_);
    EXPECT_EQ(refusal(Viewer(), Action::see, shown), "");
    EXPECT_EQ(refusal(Viewer(), Action::edit, shown), name_of(Code::not_logged_in));
    EXPECT_EQ(refusal(user(kBen), Action::edit, shown), name_of(Code::owner_only));
    EXPECT_EQ(refusal(user(kBen, Role::admin), Action::favourite, shown), name_of(Code::owner_only));
    EXPECT_EQ(refusal(user(kBen, Role::admin), Action::purge, shown), "");
    EXPECT_EQ(refusal(visitor({}), Action::download, shared(photo())), name_of(code_of(share_may_not().value())));
}

TEST(Access, TheOffsetOfAPlaceIsForWhoMayKnowThePlace) {
    auto seen = photo(Visibility::public_);
    seen.taken_at = parse_taken_at("2024-05-01T10:00:00+02:00");
    ASSERT_TRUE(seen.taken_at);
    seen.offset_from = "place";
    EXPECT_EQ(taken_for(user(kAda), seen)->time.offset_minutes, 120);
    EXPECT_FALSE(taken_for(user(kBen), seen)->time.offset_minutes);
    seen.offset_from.clear();
    EXPECT_EQ(taken_for(user(kBen), seen)->time.offset_minutes, 120);
}

TEST(Access, WhatATokenMayDoIsStoredByItsName) {
    for (const auto scope : {TokenScope::read, TokenScope::upload, TokenScope::all})
        EXPECT_EQ(parse_token_scope(text_of(scope)), scope);
    EXPECT_FALSE(parse_token_scope("everything"));
}

}  // namespace
}  // namespace cadre::gallery
