// Which photos go into albums and out of them, and by whom.
#include "gallery/testing/albums.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

class AlbumPhotosTest : public testing::AlbumsTest {};

TEST_F(AlbumPhotosTest, OneThatCannotBeReadStaysAloneInAnAlbumThatWasDeleted) {
    const auto album = make(owner_, "a").album.id;
    const auto first = add_photo("1").id, broken = add_photo("2").id, last = add_photo("3").id;
    put(owner_, album, {first, broken, last});
    put(keys(Ledger::prefix({Kind::photo, broken}) + "f/").at(0), "{");
    ask(albums().remove(as(owner_), album, std::nullopt));
    EXPECT_TRUE(ask(albums().clear(album, std::nullopt)));
    EXPECT_EQ(shown(album), 1U);
    for (const auto& id : {first, last}) EXPECT_TRUE(ask(gallery_->photos().get(as(owner_), id)).albums.empty());
}

TEST_F(AlbumPhotosTest, AWholeSliceThatIsNotThereHidesNoOtherPhoto) {
    const auto album = make(owner_, "a").album.id;
    const auto photo = add_photo();
    put(owner_, album, {photo.id});
    auto truth = entry(photo)->truth;
    truth.facts.set(std::string(field::kTakenAt), "2020-02-03T04:05:06", {1, 1});
    for (int i = 0; i < 250; ++i) set_entry({Kind::photo, make_id(clock_, random_)}, truth);
    edit(photo, std::string(field::kTakenAt), "2001-02-03T04:05:06");
    EXPECT_EQ(shown(album), 251U);
    ask(albums().remove(as(owner_), album, std::nullopt));
    work();
    EXPECT_EQ(shown(album), 250U) << "which are in the catalog alone";
    EXPECT_TRUE(ask(gallery_->photos().get(as(owner_), photo.id)).albums.empty());
}

TEST_F(AlbumPhotosTest, APhotoThatComesOutOfTheTrashStandsInNoAlbumThatWentMeanwhile) {
    const auto kept = make(owner_, "kept").album.id, gone = make(owner_, "gone").album.id;
    const auto photo = add_photo();
    for (const auto& album : {kept, gone}) put(owner_, album, {photo.id});
    ask(gallery_->photos().trash(as(owner_), photo.id, std::nullopt));
    ask(albums().remove(as(owner_), gone, std::nullopt));
    work();
    // One that the catalog alone has forgotten is not gone.
    set_entry({Kind::album, kept}, std::nullopt);
    EXPECT_EQ(ask(gallery_->photos().restore(as(owner_), photo.id)).albums, std::vector{kept});
    EXPECT_EQ(shown(gone), 0U);
}

TEST_F(AlbumPhotosTest, AlbumsThatAreGoneDoNotCountTowardsThoseOfAPhoto) {
    const auto album = make(owner_, "a").album.id, deleted = make(owner_, "b").album.id;
    const auto photo = add_photo();
    put(owner_, deleted, {photo.id});
    ask(albums().remove(as(owner_), deleted, std::nullopt));
    const Ledger::Decide fill = [&](const Truth&) -> Result<Changes> {
        Changes changes;
        for (std::size_t i = 1; i < kMaxAlbumsOfPhoto; ++i) changes[album_field(make_id(clock_, random_))] = true;
        return changes;
    };
    ask(gallery_->ledger().edit(photo, fill));
    EXPECT_EQ(albums_of(entry(photo)->truth).size(), kMaxAlbumsOfPhoto);
    EXPECT_FALSE(put(owner_, album, {photo.id}).front().error);
    EXPECT_EQ(albums_of(entry(photo)->truth), std::vector{album});
}

TEST_F(AlbumPhotosTest, APhotoOfSomebodyElseInTheTrashIsNoneForAnEditor) {
    const auto album = make(owner_, "a").album.id;
    join(album, ben_, AlbumRole::editor);
    const auto photo = add_photo();
    put(owner_, album, {photo.id});
    edit(photo, std::string(field::kTrashedAt), 1);
    EXPECT_EQ(refusal_to_take(ben_, album, photo.id), Code::photo_not_found);
    EXPECT_EQ(albums_of(entry(photo)->truth), std::vector{album});
    edit(photo, std::string(field::kTrashedAt), nullptr);
    EXPECT_EQ(refusal_to_take(ben_, album, photo.id), Code::fault) << "taken out";
}

TEST_F(AlbumPhotosTest, WhoHasLeftDoesNotLearnWhichPublicPhotosStandThere) {
    const auto album = make(owner_, "a").album.id;
    join(album, ben_, AlbumRole::contributor);
    const auto in = add_photo("in"), out = add_photo("out"), theirs = add_photo("theirs");
    for (const auto& photo : {in, out}) {
        edit(photo, std::string(field::kAccess), json::object{{"visibility", "public"}, {"key", random_.token(16)}});
        Changes ready;
        ready["state"] = "ready";
        ask(gallery_->ledger().derive(photo, std::move(ready)));
    }
    edit(theirs, std::string(field::kOwner), json::value(ben_.text()));
    put(owner_, album, {in.id});
    put(ben_, album, {theirs.id});
    ask(albums().remove_member(as(owner_), album, ben_));
    std::vector<Id> all{in.id, out.id, theirs.id};
    EXPECT_TRUE(sees(ben_, in.id) && sees(ben_, out.id));
    const auto results = ask(albums().change_photos(as(ben_), album, {}, std::move(all)));
    EXPECT_EQ(code_of(*results[0].error), code_of(*results[1].error));
    EXPECT_FALSE(results[2].error);
    EXPECT_EQ(shown(album), 1U);
}

/// Both photos are held by somebody else when the request has begun, so that it waits for them.
TEST_F(AlbumPhotosTest, WhoIsNoMemberAnyMoreAddsAndRemovesNothingInARequestUnderWay) {
    const auto album = make(owner_, "a").album.id;
    join(album, ben_, AlbumRole::editor);
    const auto theirs = add_photo("theirs"), mine = add_photo("mine");
    edit(theirs, std::string(field::kOwner), json::value(ben_.text()));
    put(owner_, album, {mine.id});
    std::vector<catalog::Lease> held;
    for (const auto& photo : {theirs, mine}) held.push_back(ask(catalog_->lease(text_of(photo), Millis(600'000))));

    asio::io_context io{1};
    std::optional<Result<std::vector<BulkResult>>> results;
    const std::vector<Id> add{theirs.id}, remove{mine.id};
    asio::co_spawn(
        io, albums().change_photos(as(ben_), album, add, remove),
        [&](const std::exception_ptr&, Result<std::vector<BulkResult>> got) { results.emplace(std::move(got)); });
    const auto meanwhile = [&]() -> Task<void> {
        CO_CHECK(co_await albums().remove_member(as(owner_), album, ben_));
        for (auto& lease : held) CO_CHECK(co_await catalog_->release(std::move(lease)));
        co_return Result<void>();
    };
    bool removed = false;
    asio::co_spawn(io, meanwhile(), [&](const std::exception_ptr&, Result<void> done) { removed = done.has_value(); });
    io.run();
    EXPECT_TRUE(removed);
    if (*results) {
        for (const auto& result : **results) EXPECT_TRUE(result.error);
    }
    EXPECT_TRUE(albums_of(entry(theirs)->truth).empty());
    EXPECT_EQ(albums_of(entry(mine)->truth), std::vector{album});
}

}  // namespace
}  // namespace cadre::gallery
