#include "gallery/timelines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "base/encoding.h"
#include "catalog/suite_families.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

const Id kPhoto = *parse_id("0190a1b2-0000-7000-8000-000000000001");

constexpr catalog::Rank kFirst{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

std::string cursor(std::string_view text) { return base64url(as_bytes(text)); }

class ListTest : public testing::LibraryTest {
protected:
    Id add(const std::string& name) {
        namespace field = catalog::field;
        const auto ref = add_photo(name);
        edit(ref, std::string(field::kFilename), json::value(name + ".jpg"));
        edit(ref, std::string(field::kTakenAt), json::value("2024-05-01T12:00:00"));
        return ref.id;
    }
    /// All of the owner's, in pages of one; after that of `gone`, it is deleted.
    std::vector<Id> listed(Id gone) {
        std::vector<Id> ids;
        std::string cursor;
        do {
            const auto page = ask(gallery_->timelines().list(catalog::View{catalog::Family::mine, owner_}, cursor, 1));
            for (const auto& photo : page.items) ids.push_back(photo.id);
            if (!ids.empty() && ids.back() == gone) purge({catalog::Kind::photo, std::exchange(gone, Id())});
            cursor = page.next;
        } while (!cursor.empty());
        return ids;
    }
};

TEST(Cursors, WhatWasGivenOutReadsTheSame) {
    for (const auto at :
         {std::int64_t{0}, std::int64_t{1'714'564'800}, std::int64_t{-62'135'596'800}, std::int64_t{253'402'300'799}}) {
        const catalog::Place place{at, kFirst, kPhoto};
        EXPECT_EQ(parse_cursor(cursor_of(place)), place) << at;
    }
}

TEST(Cursors, TellNothingOfAFilesName) {
    const catalog::Place place{1'714'564'800, catalog::rank_of(0, "secret.png"), kPhoto};
    EXPECT_EQ(cursor_of(place), cursor("1714564800." + kPhoto.text()));
}

TEST(Cursors, OnesOfReleasesBeforeHadARank) {
    const auto place = parse_cursor(cursor("1714564800." + kPhoto.text() + ".8001020304050607"));
    ASSERT_TRUE(place);
    EXPECT_EQ(*place, (catalog::Place{1'714'564'800, {0x80, 1, 2, 3, 4, 5, 6, 7}, kPhoto}));
}

/// A burst, in pages of one, though what a page ended with is gone before the next is asked for.
TEST_F(ListTest, WhatIsOfOneSecondIsListedOnceAndNothingIsLeftOut) {
    std::vector<Id> all;
    for (const auto* name : {"IMG_1", "IMG_2", "IMG_3", "IMG_4"}) all.push_back(add(name));
    EXPECT_THAT(listed({}), ::testing::ElementsAre(all[3], all[2], all[1], all[0]));
    const auto some = listed(all[2]);
    for (const auto& id : all) EXPECT_THAT(some, ::testing::Contains(id));
}

TEST(Cursors, WhatNobodyGaveOutIsNone) {
    const auto id = "." + kPhoto.text() + ".8000000000000000";
    EXPECT_TRUE(parse_cursor(cursor("0" + id)));
    // No photo stands there, and its month could not be counted.
    EXPECT_FALSE(parse_cursor(cursor("9223372036854775807" + id)));
    EXPECT_FALSE(parse_cursor(cursor("-9223372036854775808" + id)));
    EXPECT_FALSE(parse_cursor(cursor("253402300800" + id)));
    for (const auto* text : {"", "0", "0.", ".", "x.0190a1b2-0000-7000-8000-000000000001", "0.1.8000000000000000"})
        EXPECT_FALSE(parse_cursor(cursor(text))) << text;
    EXPECT_FALSE(parse_cursor("!"));
}

// ---- which view a scope means --------------------------------------------------------------------------------------

using catalog::Family;
using catalog::suite_declared;
using catalog::View;

Viewer somebody(std::string_view id) {
    Viewer viewer;
    viewer.user.emplace();
    viewer.user->id = *parse_id(id);
    return viewer;
}

TEST(Scopes, MeanOnesOwnViewsByTheFormThatIsDeclared) {
    const auto ann = somebody("0190a1b2-0000-7000-8000-0000000000aa");
    const auto id = ann.user->id;
    const auto view = [&](std::string_view scope) { return view_for(ann, scope, suite_declared()).value(); };
    EXPECT_EQ(view("wall"), (View{Family::wall}));
    EXPECT_EQ(view("mine"), (View{Family::mine, id}));
    EXPECT_EQ(view("trash"), (View{Family::trash, id}));
    EXPECT_EQ(view("favourites"), (View{Family::favourites, id}));
    EXPECT_EQ(view("label:a:b/c"), (View{catalog::kLabel, id, "a:b/c"}));
    EXPECT_EQ(view("pile:" + kPhoto.text()), (View{catalog::kPile, kPhoto}));
    EXPECT_EQ(view("tag:Zoë & co"), (View{Family::tag, id, "Zoë & co"}));
    for (const auto* scope : {"wall", "mine", "trash", "favourites", "tag:x", "label:x"})
        EXPECT_EQ(suite_declared().scope_of(view(scope)), scope);
}

TEST(Scopes, WhatIsDeclaredNowhereOrHasAnotherFormIsRefused) {
    const auto ann = somebody("0190a1b2-0000-7000-8000-0000000000aa");
    for (const auto* scope : {"", "everything", "Mine", "mine:", "mine:x", "wall:", "label", "label:", "pile",
                              "pile:", "pile:x", ":", "mine/0190a1b2-0000-7000-8000-0000000000bb"}) {
        const auto refused = view_for(ann, scope, suite_declared());
        ASSERT_FALSE(refused) << scope;
        EXPECT_EQ(refused.error().kind, ErrorKind::not_found) << scope;
    }
    EXPECT_FALSE(view_for(ann, "label:x")) << "the program declares no such family";
}

TEST(Scopes, OfAPersonNeedOneWhoIsLoggedInAndOfAShareItsVisitor) {
    for (const auto& family : suite_declared().families()) {
        std::string scope(family.name);
        if (family.form == catalog::Form::person_word) scope += ":x";
        if (family.form == catalog::Form::of_record) scope += ":" + kPhoto.text();
        const auto seen = view_for(Viewer(), scope, suite_declared());
        if (family.readers == catalog::Readers::everybody) {
            EXPECT_TRUE(seen) << scope;
        } else {
            ASSERT_FALSE(seen) << scope;
            const bool of_share = family.readers == catalog::Readers::its_visitors;
            EXPECT_EQ(seen.error().kind, of_share ? ErrorKind::not_found : ErrorKind::unauthenticated) << scope;
        }
    }
}

TEST(Scopes, ChangesOfAViewAreToldWhereItsFamilySays) {
    const auto id = *parse_id("0190a1b2-0000-7000-8000-0000000000aa");
    EXPECT_EQ(channel_of({Family::wall}), events::kWallChannel);
    EXPECT_EQ(channel_of({Family::favourites, id}), events::channel_of_user(id.text()));
    EXPECT_EQ(channel_of({catalog::kLabel, id, "x"}, suite_declared()), events::channel_of_user(id.text()));
    EXPECT_EQ(channel_of({catalog::kPile, kPhoto}, suite_declared()), "view:pile/" + kPhoto.text());
}

}  // namespace
}  // namespace cadre::gallery
