// How albums go, with what stands in them, and with their owners.
#include "gallery/account_records.h"
#include "gallery/sweep.h"
#include "gallery/testing/albums.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Ref;

class AlbumEndingsTest : public testing::AlbumsTest {};

TEST_F(AlbumEndingsTest, DeletingOneTakesNoPhotoWithItAndWhatStandsInItMovesUp) {
    const auto top = make(owner_, "top").album.id;
    const auto middle = make(owner_, "middle", top).album.id;
    const auto low = make(owner_, "low", middle).album.id;
    const auto photo = add_photo().id;
    put(owner_, middle, {photo});
    ask(albums().remove(as(owner_), middle, std::nullopt));
    EXPECT_EQ(code_of(result_of(albums().get(as(owner_), middle)).error()), Code::album_not_found);
    EXPECT_FALSE(ask(albums().get(as(owner_), low)).album.parent) << "until the job has run";
    const Ref dead{Kind::album, middle};
    EXPECT_EQ(keys(Ledger::prefix(dead)), std::vector{Ledger::prefix(dead) + "tomb"});
    work();
    EXPECT_EQ(ask(albums().get(as(owner_), low)).album.parent, top);
    EXPECT_EQ(shown(middle), 0U);
    EXPECT_TRUE(sees(owner_, photo));
    EXPECT_TRUE(ask(gallery_->photos().get(as(owner_), photo)).albums.empty()) << "nothing is left behind";
}

TEST_F(AlbumEndingsTest, ADeletionWhoseJobIsLostIsFoundAgainAndLeavesNothing) {
    const auto middle = make(owner_, "middle", make(owner_, "top").album.id).album.id;
    const auto low = make(owner_, "low", middle).album.id;
    const auto photo = add_photo().id;
    put(owner_, middle, {photo});
    ask(albums().remove(as(owner_), middle, std::nullopt));
    while (const auto taken = ask(jobs_->take({job::kClear}, Millis(60'000), Millis(0)))) ask(jobs_->done(*taken));
    // A parent that is gone harms nobody: the album stands at the top, and may be moved.
    EXPECT_TRUE(move(owner_, make(owner_, "lower").album.id, low));
    clock_.advance(kTombFor + std::chrono::hours(1));
    EXPECT_EQ(ask(sweep(*gallery_)).tombs, 0U) << "it is how the rest is found";
    work();
    EXPECT_EQ(shown(middle), 0U);
    EXPECT_EQ(entry({Kind::album, low})->truth.find(field::kParent), nullptr);
    EXPECT_TRUE(ask(gallery_->photos().get(as(owner_), photo)).albums.empty());
    EXPECT_EQ(ask(sweep(*gallery_)).tombs, 1U);
    EXPECT_FALSE(ask(jobs_->take({job::kClear}, Millis(60'000), Millis(0))));
}

TEST_F(AlbumEndingsTest, ADeletionThatIsRefusedHasMovedNothing) {
    const auto top = make(owner_, "top").album.id;
    const auto low = make(owner_, "low", top).album.id;
    blobs_->allowed_puts = 0;
    EXPECT_FALSE(result_of(albums().remove(as(owner_), top, std::nullopt)));
    blobs_->allowed_puts = -1;
    work();
    EXPECT_EQ(ask(albums().get(as(owner_), low)).album.parent, top);
}

TEST_F(AlbumEndingsTest, WhatStoodInADeletedOneMovesUpWithoutACircleOrADeadParent) {
    const auto top = make(owner_, "top").album.id;
    const auto middle = make(owner_, "middle", top).album.id;
    const auto low = make(owner_, "low", middle).album.id;
    ask(albums().remove(as(owner_), middle, std::nullopt));
    EXPECT_TRUE(move(owner_, top, low)) << "it stands at the top until the job has run";
    work();
    EXPECT_FALSE(ask(albums().get(as(owner_), low)).album.parent);
    EXPECT_EQ(ask(albums().get(as(owner_), top)).album.parent, low);

    const auto other = make(owner_, "other", low).album.id;
    const auto last = make(owner_, "last", other).album.id;
    ask(albums().remove(as(owner_), other, std::nullopt));
    ask(albums().remove(as(owner_), low, std::nullopt));
    work();
    EXPECT_EQ(entry({Kind::album, last})->truth.find(field::kParent), nullptr);
}

TEST_F(AlbumEndingsTest, OneThatCannotBeReadKeepsNoOtherFromMovingUp) {
    const auto top = make(owner_, "top").album.id;
    std::vector<Id> low;
    for (const char* title : {"a", "b", "c"}) low.push_back(make(owner_, title, top).album.id);
    put(keys(Ledger::prefix({Kind::album, low[0]}) + "f/").at(0), "{");
    ask(albums().remove(as(owner_), top, std::nullopt));
    work();
    for (const auto& album : {low[1], low[2]})
        EXPECT_EQ(entry({Kind::album, album})->truth.find(field::kParent), nullptr);
}

TEST_F(AlbumEndingsTest, OneThatFailsKeepsNothingElseInAnAlbumThatWasDeleted) {
    const auto top = make(owner_, "top").album.id;
    const auto a = make(owner_, "a", top).album.id, b = make(owner_, "b", top).album.id;
    const auto photo = add_photo().id;
    put(owner_, top, {photo});
    ask(albums().remove(as(owner_), top, std::nullopt));
    const auto left = [&] {
        int count = 0;
        for (const auto& album : {a, b})
            if (entry({Kind::album, album})->truth.find(field::kParent) != nullptr) ++count;
        return count;
    };
    blobs_->before_put = []() -> Task<void> { co_return fail(ErrorKind::unavailable, "The store is away."); };
    EXPECT_FALSE(result_of(albums().clear(top, std::nullopt)));
    EXPECT_EQ(left(), 1);
    EXPECT_EQ(shown(top), 0U);
    EXPECT_TRUE(ask(albums().clear(top, std::nullopt)));
    EXPECT_EQ(left(), 0);
}

TEST_F(AlbumEndingsTest, WhatIsPutIntoAnAlbumThatGoesMeanwhileDoesNotStayThere) {
    const auto album = make(owner_, "a").album.id;
    const auto photo = add_photo().id;
    blobs_->before_put = [&]() -> Task<void> { co_return co_await albums().remove(as(owner_), album, std::nullopt); };
    const std::vector<Id> one{photo};
    EXPECT_EQ(code_of(result_of(albums().change_photos(as(owner_), album, one, {})).error()), Code::album_not_found);
    EXPECT_TRUE(ask(gallery_->photos().get(as(owner_), photo)).albums.empty());
}

TEST_F(AlbumEndingsTest, WhoGoesLeavesTheirAlbumsToTheHeirAndStandsInNoneOfOthers) {
    const auto mine = make(owner_, "mine").album.id;
    const auto bens = make(ben_, "ben's").album.id;
    join(mine, ben_, AlbumRole::editor);
    ask(albums().set_member(as(ben_), bens, owner_, AlbumRole::viewer));
    add_photo();
    ask(accounts().remove_user(owner_, "transfer:" + ben_.text()));
    leave(owner_);
    const auto inherited = album_of(mine, entry({Kind::album, mine})->truth);
    EXPECT_EQ(inherited.owner, ben_);
    EXPECT_TRUE(inherited.members.empty());
    EXPECT_TRUE(album_of(bens, entry({Kind::album, bens})->truth).members.empty());
    ask(accounts().remove_user(cleo_));
    EXPECT_EQ(titles_of(ben_), (std::vector<std::string>{"mine", "ben's"}));
}

TEST_F(AlbumEndingsTest, TheAlbumsOfOneWhoLeavesNothingGo) {
    const auto album = make(ben_, "ben's").album.id;
    ask(accounts().remove_user(ben_));
    EXPECT_EQ(code_of(result_of(accounts().user(ben_)).error()), Code::user_not_found) << "from the answer on";
    leave(ben_);
    EXPECT_TRUE(entry({Kind::album, album})->truth.purged);
    EXPECT_TRUE(entry({Kind::user, ben_})->truth.purged);
}

TEST_F(AlbumEndingsTest, ADeletionOfAUserThatFailsHasTakenNoAlbum) {
    const auto album = make(ben_, "ben's").album.id;
    int refused = 0;
    for (int puts = 0;; ++puts) {
        blobs_->allowed_puts = puts;
        const auto removed = result_of(accounts().remove_user(ben_));
        blobs_->allowed_puts = -1;
        if (removed) break;
        ++refused;
        EXPECT_FALSE(entry({Kind::album, album})->truth.purged) << "after " << puts << " puts";
        leave(ben_);
        EXPECT_FALSE(entry({Kind::user, ben_})->truth.purged);
        UserChange back;
        back.disabled = false;
        ask(accounts().change_user(ben_, std::move(back)));
    }
    EXPECT_GT(refused, 1);
    leave(ben_);
    EXPECT_TRUE(entry({Kind::album, album})->truth.purged);
}

TEST_F(AlbumEndingsTest, AlbumsOfWhoLeavesFollowAlthoughAStoreIsAwayInTheMiddle) {
    for (const std::string to : {"", "transfer"}) {
        const auto user = ask(accounts().add_user("dora" + to, Role::member, "a good password")).id;
        std::vector<Id> made;
        for (const char* title : {"a", "b", "c"}) made.push_back(make(user, title).album.id);
        ask(accounts().remove_user(user, to.empty() ? "" : "transfer:" + cleo_.text()));
        blobs_->allowed_puts = 1;
        EXPECT_FALSE(result_of(depart(*gallery_, user)));
        blobs_->allowed_puts = -1;
        EXPECT_FALSE(entry({Kind::user, user})->truth.purged) << "it is found again";
        leave(user);
        EXPECT_TRUE(entry({Kind::user, user})->truth.purged);
        for (const auto& album : made) {
            const auto truth = entry({Kind::album, album})->truth;
            EXPECT_EQ(truth.purged, to.empty());
            EXPECT_EQ(album_of(album, truth).owner == cleo_, !to.empty());
        }
    }
}

TEST_F(AlbumEndingsTest, WhoIsDeletedWhileTheyMakeAnAlbumLeavesNone) {
    blobs_->before_put = [&]() -> Task<void> { co_return co_await accounts().remove_user(ben_); };
    AlbumChange wish;
    wish.title = "late";
    EXPECT_EQ(code_of(result_of(albums().create(as(ben_), std::move(wish))).error()), Code::not_logged_in);
    EXPECT_TRUE(entry({Kind::user, ben_})->truth.purged);
    for (const auto& key : keys("albums/")) EXPECT_TRUE(key.ends_with("/tomb")) << key;
}

TEST_F(AlbumEndingsTest, NobodyIsMadeAMemberWhoIsDisabledOrLeaves) {
    const auto album = make(owner_, "a").album.id;
    const auto refusal = [&](const Id& user) {
        return code_of(result_of(albums().set_member(as(owner_), album, user, AlbumRole::viewer)).error());
    };
    UserChange disable;
    disable.disabled = true;
    ask(accounts().change_user(ben_, std::move(disable)));
    EXPECT_EQ(refusal(ben_), Code::user_not_found);
    make(cleo_, "cleo's");
    ask(accounts().remove_user(cleo_));
    EXPECT_EQ(refusal(cleo_), Code::user_not_found);
    EXPECT_TRUE(album_of(album, entry({Kind::album, album})->truth).members.empty());
}

}  // namespace
}  // namespace cadre::gallery
