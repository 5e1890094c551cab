// Albums over Solo's real stores: who may what, what becomes of photos, and that they come back from the blobs alone.
#include "gallery/albums.h"

#include <map>
#include <optional>
#include <string>

#include "base/testing.h"
#include "gallery/copy.h"
#include "gallery/reindex.h"
#include "gallery/testing/albums.h"
#include "gallery/timelines.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Family;
using catalog::Kind;
using catalog::Ref;

using testing::AlbumsTest;

TEST_F(AlbumsTest, EveryRoleMayWhatItIsFor) {
    const auto album = make(owner_, "wedding").album.id;
    const auto photo = add_photo().id;
    put(owner_, album, {photo});
    // Nobody is a member: for Ben there is no such album.
    const AlbumAction all[] = {AlbumAction::see, AlbumAction::add, AlbumAction::edit, AlbumAction::manage};
    const auto rights = [&](const Id& user) {
        const auto now = album_of(album, entry({Kind::album, album})->truth);
        std::string text;
        for (const auto action : all) text += may(as(user), action, now) ? '1' : '0';
        return text;
    };
    EXPECT_EQ(rights(ben_), "0000");
    EXPECT_EQ(code_of(result_of(albums().get(as(ben_), album)).error()), Code::album_not_found);
    join(album, ben_, AlbumRole::viewer);
    EXPECT_EQ(rights(ben_), "1000");
    join(album, ben_, AlbumRole::contributor);
    EXPECT_EQ(rights(ben_), "1100");
    join(album, ben_, AlbumRole::editor);
    EXPECT_EQ(rights(ben_), "1110");
    EXPECT_EQ(rights(owner_), "1111");
    Viewer nobody;
    EXPECT_FALSE(may(nobody, AlbumAction::see, album_of(album, entry({Kind::album, album})->truth)));
    EXPECT_EQ(code_of(result_of(albums().remove(as(ben_), album, std::nullopt)).error()), Code::album_role_needed);
}

TEST_F(AlbumsTest, AMemberSeesAPrivatePhotoAsLongAsItStandsThere) {
    const auto album = make(owner_, "wedding").album.id;
    const auto photo = add_photo().id;
    EXPECT_FALSE(sees(ben_, photo));
    put(owner_, album, {photo});
    EXPECT_FALSE(sees(ben_, photo));
    join(album, ben_, AlbumRole::viewer);
    EXPECT_TRUE(sees(ben_, photo));
    EXPECT_FALSE(sees(cleo_, photo));
    const auto seen = ask(gallery_->photos().get(as(ben_), photo));
    EXPECT_FALSE(may(as(ben_), Action::see_details, seen)) << "file name, hash and position";
    EXPECT_EQ(code_of(result_of(gallery_->photos().original(as(ben_), photo, 0, 1)).error()), Code::owner_only);
    edit({Kind::photo, photo}, std::string(field::kTrashedAt), 1);
    EXPECT_FALSE(sees(ben_, photo)) << "in the trash";
    edit({Kind::photo, photo}, std::string(field::kTrashedAt), nullptr);
    EXPECT_TRUE(sees(ben_, photo));
    ask(albums().remove_member(as(ben_), album, ben_));
    clock_.advance(Millis(1000));  // what is known of who is a member may be a moment old
    EXPECT_FALSE(sees(ben_, photo)) << "Ben has left";
}

TEST_F(AlbumsTest, TheViewOfAnAlbumIsForItsMembers) {
    const auto album = make(owner_, "wedding").album.id;
    join(album, ben_, AlbumRole::viewer);
    const auto scope = "album:" + album.text();
    const auto refusal = [&](Viewer viewer) {
        const auto view = result_of(gallery_->timelines().view_for(std::move(viewer), scope));
        return view ? Code::fault : code_of(view.error());
    };
    EXPECT_EQ(ask(gallery_->timelines().view_for(as(ben_), scope)), (catalog::View{Family::album, album}));
    EXPECT_EQ(refusal(as(cleo_)), Code::album_not_found);
    EXPECT_EQ(refusal(Viewer()), Code::not_logged_in);
    EXPECT_FALSE(view_for(as(ben_), scope)) << "without a look at who is a member nobody sees it";
}

TEST_F(AlbumsTest, OnesOwnPhotosGoInAndOutAndEditorsTakeOutAny) {
    const auto album = make(owner_, "wedding").album.id;
    const auto photo = add_photo().id;
    const Id none = make_id(clock_, random_);
    const auto results = put(owner_, album, {photo, none, photo});
    EXPECT_FALSE(results[0].error);
    EXPECT_EQ(code_of(*results[1].error), Code::photo_not_found);
    EXPECT_FALSE(results[2].error) << "there already";
    EXPECT_EQ(shown(album), 1U);

    join(album, ben_, AlbumRole::viewer);
    EXPECT_EQ(code_of(result_of(albums().change_photos(as(ben_), album, {photo}, {})).error()),
              Code::album_role_needed);
    EXPECT_EQ(refusal_to_take(ben_, album, photo), Code::album_role_needed);
    join(album, ben_, AlbumRole::contributor);
    EXPECT_EQ(code_of(*put(ben_, album, {photo}).front().error), Code::owner_only);
    EXPECT_EQ(refusal_to_take(ben_, album, photo), Code::album_role_needed);
    join(album, ben_, AlbumRole::editor);
    EXPECT_EQ(refusal_to_take(ben_, album, photo), Code::fault) << "taken out";
    EXPECT_EQ(shown(album), 0U);
    EXPECT_EQ(refusal_to_take(ben_, album, photo), Code::photo_not_found) << "which Ben saw by the album alone";
}

TEST_F(AlbumsTest, WhoHasLeftTakesTheirOwnPhotosOutAndLearnsNothingElse) {
    const auto album = make(ben_, "Ben's").album.id;
    const auto photo = add_photo().id;
    ask(albums().set_member(as(ben_), album, owner_, AlbumRole::contributor));
    put(owner_, album, {photo});
    const auto others = add_photo("others").id;
    ask(albums().remove_member(as(owner_), album, owner_));
    EXPECT_EQ(shown(album), 1U);
    const std::vector<Id> one{photo}, two{others};
    EXPECT_EQ(code_of(result_of(albums().change_photos(as(owner_), album, two, {})).error()), Code::album_not_found);
    EXPECT_EQ(code_of(result_of(albums().change_photos(as(cleo_), album, {}, one)).error()), Code::album_not_found);
    EXPECT_EQ(shown(album), 1U);
    EXPECT_FALSE(ask(albums().change_photos(as(owner_), album, {}, one)).front().error);
    EXPECT_EQ(shown(album), 0U);
}

TEST_F(AlbumsTest, AnAlbumStandsNowhereInItself) {
    const auto a = make(owner_, "a").album.id;
    const auto b = make(owner_, "b", a).album.id;
    const auto c = make(owner_, "c", b).album.id;
    for (const auto& [album, to] : {std::pair{a, a}, {a, b}, {a, c}, {b, c}})
        EXPECT_EQ(code_of(move(owner_, album, to).error()), Code::album_circle);
    EXPECT_EQ(entry_of(Code::album_circle).status, 422);
    EXPECT_TRUE(move(owner_, c, a));
    EXPECT_TRUE(move(owner_, b, c));
    EXPECT_EQ(code_of(move(owner_, c, b).error()), Code::album_circle);
    EXPECT_TRUE(move(owner_, b, std::nullopt));
    EXPECT_TRUE(move(owner_, c, b));
    // Into somebody else's only who may change it.
    const auto bens = make(ben_, "ben's").album.id;
    EXPECT_EQ(code_of(move(owner_, a, bens).error()), Code::invalid_fields) << "it does not exist for them";
    ask(albums().set_member(as(ben_), bens, owner_, AlbumRole::contributor));
    EXPECT_EQ(code_of(move(owner_, a, bens).error()), Code::album_role_needed);
    ask(albums().set_member(as(ben_), bens, owner_, AlbumRole::editor));
    EXPECT_TRUE(move(owner_, a, bens));
    const Id none = make_id(clock_, random_);
    EXPECT_EQ(code_of(move(owner_, a, none).error()), Code::invalid_fields);
}

TEST_F(AlbumsTest, AtMostFiftyStandInOneAnotherWhatStandsBelowIncluded) {
    const auto top = make(owner_, "top").album.id;
    auto low = top;
    for (std::size_t i = 1; i < kMaxAlbumDepth - 2; ++i) low = make(owner_, "below", low).album.id;  // 48
    const auto a = make(owner_, "a").album.id, b = make(owner_, "b", a).album.id;
    EXPECT_TRUE(move(owner_, a, low)) << "50";
    EXPECT_TRUE(move(owner_, a, std::nullopt));
    const auto c = make(owner_, "c", b).album.id;
    EXPECT_EQ(code_of(move(owner_, a, low).error()), Code::album_circle) << "51";
    EXPECT_EQ(code_of(move(owner_, top, c).error()), Code::album_circle) << "51, the other way round";
    EXPECT_TRUE(move(owner_, b, low)) << "50";
    AlbumChange wish;
    wish.title = "d";
    wish.parent.emplace(c);
    EXPECT_EQ(code_of(result_of(albums().create(as(owner_), std::move(wish))).error()), Code::album_circle);
}

TEST_F(AlbumsTest, WhoseLeaseOfMovesHasEndedMovesNothing) {
    const auto a = make(owner_, "a").album.id, b = make(owner_, "b").album.id;
    const auto held = ask(catalog_->lease(text_of(Ref{Kind::album, a}), Millis(600'000)));
    asio::io_context io{1};
    std::optional<Result<AlbumCard>> moved;
    AlbumChange change;
    change.parent.emplace(b);
    asio::co_spawn(io, albums().change(as(owner_), a, std::move(change), std::nullopt),
                   [&](const std::exception_ptr&, Result<AlbumCard> got) { moved.emplace(std::move(got)); });
    const auto meanwhile = [&]() -> Task<void> {
        const std::string name = "albums";
        while (!moved) {
            const auto tree = co_await catalog_->lease(name, Millis(1000));
            if (!tree) break;  // the move has it, and waits for the album
            CO_CHECK(co_await catalog_->release(*tree));
            co_await sleep_for(Millis(1));
        }
        clock_.advance(Millis(5000));
        co_return co_await catalog_->release(held);
    };
    asio::co_spawn(io, meanwhile(), [](const std::exception_ptr&, const Result<void>&) {});
    io.run();
    ASSERT_FALSE(moved.value());
    EXPECT_EQ(code_of(moved->error()), Code::busy);
    EXPECT_FALSE(ask(albums().get(as(owner_), a)).album.parent);
    EXPECT_TRUE(move(owner_, a, b));
}

TEST_F(AlbumsTest, OfTwoThatAreMovedIntoEachOtherAtOnceOneIsRefused) {
    for (int i = 0; i < 8; ++i) {
        const auto a = make(owner_, "a").album.id, b = make(owner_, "b").album.id;
        asio::io_context io{1};
        std::vector<bool> moved;
        for (const auto& [album, to] : {std::pair{a, b}, {b, a}}) {
            AlbumChange change;
            change.parent.emplace(to);
            asio::co_spawn(io, albums().change(as(owner_), album, std::move(change), std::nullopt),
                           [&](const std::exception_ptr&, Result<AlbumCard> got) { moved.push_back(got.has_value()); });
        }
        io.run();
        EXPECT_NE(moved.at(0), moved.at(1));
    }
}

TEST_F(AlbumsTest, CountsCoversAndDaysAreThoseOfItsPhotos) {
    const auto album = make(owner_, "a").album.id;
    auto card = ask(albums().get(as(owner_), album));
    EXPECT_EQ(card.count, 0U);
    EXPECT_FALSE(card.cover);
    const auto old = add_photo("old"), young = add_photo("young");
    edit(old, std::string(field::kTakenAt), "2001-02-03T04:05:06");
    edit(young, std::string(field::kTakenAt), "2020-02-03T04:05:06");
    put(owner_, album, {old.id, young.id});
    card = ask(albums().get(as(owner_), album));
    EXPECT_EQ(card.count, 2U);
    EXPECT_EQ(card.cover->id, young.id);
    EXPECT_EQ(date_of(*card.from).year, 2001);
    EXPECT_EQ(date_of(*card.to).year, 2020);
    AlbumChange change;
    change.cover.emplace(old.id);
    card = ask(albums().change(as(owner_), album, change, std::nullopt));
    EXPECT_EQ(card.cover->id, old.id);
    edit(old, std::string(field::kTrashedAt), 1);
    card = ask(albums().get(as(owner_), album));
    EXPECT_EQ(card.cover->id, young.id) << "the chosen one is in the trash";
    EXPECT_EQ(card.count, 1U);
    EXPECT_EQ(code_of(result_of(albums().change(as(owner_), album, change, std::nullopt)).error()),
              Code::invalid_fields);
}

TEST_F(AlbumsTest, AListShowsEachItsOwnCover) {
    const auto old_photo = add_photo("old"), young_photo = add_photo("young");
    const auto old = old_photo.id, young = young_photo.id;
    edit(old_photo, std::string(field::kTakenAt), "2001-02-03T04:05:06");
    edit(young_photo, std::string(field::kTakenAt), "2020-02-03T04:05:06");
    const auto choose = [&](const Id& album, const Id& cover) {
        AlbumChange change;
        change.cover.emplace(cover);
        ask(albums().change(as(owner_), album, std::move(change), std::nullopt));
    };
    const auto newest = make(owner_, "newest").album.id, chosen = make(owner_, "chosen").album.id;
    const auto taken_out = make(owner_, "taken out").album.id, empty = make(owner_, "empty").album.id;
    for (const auto& album : {newest, chosen, taken_out}) put(owner_, album, {old, young});
    put(owner_, empty, {old});
    for (const auto& album : {chosen, taken_out, empty}) choose(album, old);
    for (const auto& album : {taken_out, empty}) ask(albums().change_photos(as(owner_), album, {}, {old}));
    std::map<std::string, std::optional<Id>> covers;
    for (const auto& card : ask(albums().list(as(owner_), "", 10)).items)
        covers[card.album.title] = card.cover ? std::optional(card.cover->id) : std::nullopt;
    EXPECT_EQ(covers["newest"], young);
    EXPECT_EQ(covers["chosen"], old);
    EXPECT_EQ(covers["taken out"], young) << "the chosen one stands there no more";
    EXPECT_EQ(covers["empty"], std::nullopt);
}

TEST_F(AlbumsTest, IfMatchHoldsForWhatPeopleEditAndNotForMembers) {
    const auto made = make(owner_, "a");
    const auto album = made.album.id;
    join(album, ben_, AlbumRole::editor);
    EXPECT_EQ(ask(albums().get(as(owner_), album)).album.revision, made.album.revision);
    const auto rename = [&](std::string title, std::string revision) {
        AlbumChange change;
        change.title = std::move(title);
        return result_of(albums().change(as(ben_), album, change, std::vector{std::move(revision)}));
    };
    const auto first = rename("b", made.album.revision);
    ASSERT_TRUE(first);
    EXPECT_NE(first->album.revision, made.album.revision);
    EXPECT_EQ(code_of(rename("c", made.album.revision).error()), Code::changed_meanwhile);
    EXPECT_EQ(code_of(result_of(albums().remove(as(owner_), album, std::vector{made.album.revision})).error()),
              Code::changed_meanwhile);
}

TEST_F(AlbumsTest, AreTheSameAfterTheCatalogIsLost) {
    const auto top = make(owner_, "top").album.id;
    const auto low = make(owner_, "low", top).album.id;
    join(low, ben_, AlbumRole::contributor);
    const auto photo = add_photo().id;
    put(owner_, low, {photo});
    const auto before = ask(albums().list(as(ben_), "", 10));
    for (const Ref ref : {Ref{Kind::album, top}, Ref{Kind::album, low}, Ref{Kind::photo, photo}})
        set_entry(ref, std::nullopt);
    EXPECT_TRUE(titles_of(ben_).empty());
    EXPECT_EQ(shown(low), 0U);
    for (const Ref ref : {Ref{Kind::album, top}, Ref{Kind::album, low}, Ref{Kind::photo, photo}})
        ask(gallery_->ledger().repair(ref));
    const auto after = ask(albums().list(as(ben_), "", 10));
    ASSERT_EQ(after.items.size(), 1U);
    EXPECT_EQ(after.items[0].album.revision, before.items[0].album.revision);
    EXPECT_EQ(after.items[0].role, AlbumRole::contributor);
    EXPECT_EQ(after.items[0].count, 1U);
    EXPECT_EQ(after.items[0].cover->id, photo);
    EXPECT_FALSE(after.items[0].album.parent) << "which Ben may not see";
    EXPECT_EQ(ask(albums().get(as(owner_), low)).album.parent, top);
}

TEST_F(AlbumsTest, ReindexVerifyAndCopyKnowThem) {
    const auto album = make(owner_, "a").album.id;
    const auto deleted = make(owner_, "b").album.id;
    put(owner_, album, {add_photo().id});
    ask(albums().remove(as(owner_), deleted, std::nullopt));
    work();
    std::vector<std::string> found;
    const auto note = [&](const Finding& finding) { found.push_back(finding.key); };
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 0U) << found.size();
    // One that the catalog knows otherwise is found, and one that it does not know.
    const Ref ref{Kind::album, album};
    auto other = entry(ref)->truth;
    other.facts.set("title", "another", {1, 1});
    other.facts.fields["title"].stamp = {};
    set_entry(ref, other);
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 1U);
    set_entry(ref, std::nullopt);
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 1U);
    ask(reindex(*gallery_, [](std::uint64_t) {}));
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 0U);
    EXPECT_EQ(titles_of(owner_), std::vector<std::string>{"a"});

    const auto target = value(blobs::files::open({folder_ / "target", 0}, files_));
    CopyOptions options;
    options.scratch = folder_;
    ask(gallery::copy(*blobs_, *target, files_, options, {}, note));
    for (const auto& key : keys("albums/")) EXPECT_EQ(ask(target->get(key)), ask(store_->get(key))) << key;
}

TEST_F(AlbumsTest, ManyAlbumsOfOnePersonAreListedInPages) {
    std::vector<Id> made;
    for (int i = 0; i < 25; ++i) made.push_back(make(owner_, std::to_string(i)).album.id);
    std::vector<Id> listed;
    std::string cursor;
    do {
        const auto page = ask(albums().list(as(owner_), cursor, 10));
        EXPECT_LE(page.items.size(), 10U);
        for (const auto& card : page.items) listed.push_back(card.album.id);
        cursor = page.next;
    } while (!cursor.empty());
    std::ranges::sort(made);
    EXPECT_EQ(listed, made);
}

}  // namespace
}  // namespace cadre::gallery
