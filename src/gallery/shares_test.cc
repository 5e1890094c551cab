// Shares over Solo's real stores: who may what, when they end, and that they come back from the blobs alone.
#include "gallery/shares.h"

#include "base/encoding.h"
#include "base/testing.h"
#include "gallery/copy.h"
#include "gallery/derivatives.h"
#include "gallery/reindex.h"
#include "gallery/testing/albums.h"
#include "gallery/timelines.h"
#include "gallery/uploads.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Family;
using catalog::Kind;
using catalog::Ref;

constexpr Code kNone = Code::fault;  // what nothing here is refused with

class SharesTest : public testing::AlbumsTest {
protected:
    Shares& shares() { return gallery_->shares(); }
    Share share(ShareWish wish) { return ask(shares().create(as(owner_), std::move(wish))).share; }
    Share share_album(const Id& album, ShareChange rest = {}) {
        ShareWish wish;
        wish.album = album;
        wish.rest = std::move(rest);
        return share(std::move(wish));
    }
    Share share_photos(std::vector<Id> photos, ShareChange rest = {}) {
        ShareWish wish;
        wish.photos = std::move(photos);
        wish.rest = std::move(rest);
        return share(std::move(wish));
    }
    Share change(const Share& share, ShareChange change) {
        return ask(shares().change(as(owner_), share.id, std::move(change), std::nullopt)).share;
    }
    void revoke(const Share& share) { ask(shares().revoke(as(owner_), share.id, std::nullopt)); }
    Code refusal(const Share& share, std::string cookie = {}) {
        const auto visitor = result_of(shares().visit(share.key, std::move(cookie)));
        return visitor ? kNone : code_of(visitor.error());
    }
    Viewer visitor(const Share& share, std::string cookie = {}) {
        return ask(shares().visit(share.key, std::move(cookie)));
    }
    Result<Unlocked> unlock(const Share& share, std::string password) {
        return result_of(shares().unlock(share.key, std::move(password), {"192.0.2.7", "", ""}));
    }
    Photo photo(const Id& id) { return photo_of(id, entry({Kind::photo, id})->truth); }
    std::size_t shown_by(const Share& share) { return ask(catalog_->newest(share.view(), std::nullopt, 1000)).size(); }
    /// As a worker does what follows from revocations.
    void close_all() {
        while (auto taken = ask(jobs_->take({job::kClose}, Millis(60'000), Millis(0)))) {
            auto next = ask(shares().close(taken->job));
            ask(jobs_->done(*taken));
            if (next) ask(jobs_->push(std::move(*next)));
        }
    }
    static ShareChange with_password(std::string password) {
        ShareChange change;
        change.password = std::move(password);
        return change;
    }
    static ShareChange allowing(bool download, bool details) {
        ShareChange change;
        change.download = download;
        change.details = details;
        return change;
    }
};

TEST_F(SharesTest, AVisitorMayWhatTheShareAllowsAndNothingElse) {
    const auto album = make(owner_, "wedding").album.id;
    join(album, ben_, AlbumRole::contributor);
    const auto inside = add_photo("inside").id, outside = add_photo("outside").id, trashed = add_photo("trashed").id;
    const auto bens = add_photo("ben's").id;
    edit({Kind::photo, bens}, std::string(field::kOwner), json::value(ben_.text()));
    put(owner_, album, {inside, trashed});
    put(ben_, album, {bens});
    edit({Kind::photo, trashed}, std::string(field::kTrashedAt), 1);

    const Action all[] = {Action::see,   Action::see_about, Action::download,  Action::see_details, Action::edit,
                          Action::trash, Action::restore,   Action::favourite, Action::purge};
    const auto rights = [&](const Share& by, const Id& id) {
        std::string text;
        for (const auto action : all) text += may(visitor(by), action, photo(id)) ? '1' : '0';
        return text;
    };
    struct Row {
        Share by;
        std::string of_inside, of_bens;
    };
    for (const auto& [by, of_inside, of_bens] :
         {Row{share_album(album), "100000000", "100000000"},
          {share_album(album, allowing(true, false)), "101000000", "100000000"},
          {share_album(album, allowing(false, true)), "110000000", "110000000"},
          {share_album(album, allowing(true, true)), "111000000", "110000000"},
          {share_photos({inside}), "100000000", "000000000"},
          {share_photos({inside}, allowing(true, true)), "111000000", "000000000"}}) {
        EXPECT_EQ(rights(by, inside), of_inside);
        EXPECT_EQ(rights(by, bens), of_bens) << "originals of others are not hers to give";
        EXPECT_EQ(rights(by, outside), "000000000");
        EXPECT_EQ(rights(by, trashed), "000000000");
    }
    const auto look = share_album(album);
    EXPECT_EQ(code_of(result_of(gallery_->photos().original(visitor(look), inside, 0, 1)).error()),
              Code::share_may_not);
    EXPECT_EQ(code_of(result_of(gallery_->photos().original(visitor(look), outside, 0, 1)).error()),
              Code::photo_not_found);
    // A visitor is nobody else: not the owner, and no user.
    EXPECT_EQ(code_of(result_of(gallery_->photos().trash(visitor(look), inside, std::nullopt)).error()),
              Code::share_may_not);
    EXPECT_EQ(code_of(result_of(shares().list(visitor(look), "", 10)).error()), Code::not_logged_in);
    EXPECT_EQ(code_of(result_of(albums().get(visitor(look), album)).error()), Code::not_logged_in);
}

TEST_F(SharesTest, TheScopeOfAShareIsForItsVisitorsAlone) {
    const auto id = add_photo().id;
    const auto one = share_photos({id}), other = share_photos({id});
    const auto scope = [](const Share& share) { return "share:" + share.key; };
    EXPECT_EQ(ask(gallery_->timelines().view_for(visitor(one), scope(one))), (catalog::View{Family::share, one.id}));
    EXPECT_FALSE(view_for(visitor(one), scope(other)));
    EXPECT_FALSE(view_for(as(owner_), scope(one)));
    EXPECT_FALSE(view_for(Viewer(), scope(one)));
    EXPECT_FALSE(view_for(visitor(one), "share:" + one.id.text())) << "by its id";
    EXPECT_FALSE(view_for(visitor(one), "mine"));
    const auto album = make(owner_, "a").album.id;
    const auto of_album = share_album(album);
    EXPECT_EQ(ask(gallery_->timelines().view_for(visitor(of_album), scope(of_album))),
              (catalog::View{Family::album, album}));
    EXPECT_FALSE(result_of(gallery_->timelines().view_for(visitor(of_album), "album:" + album.text())))
        << "a visitor is no member";
}

TEST_F(SharesTest, OnlyWhatIsOnesOwnIsShared) {
    const auto album = make(ben_, "Ben's").album.id;
    const auto mine = add_photo("mine").id, bens = add_photo("ben's").id;
    edit({Kind::photo, bens}, std::string(field::kOwner), json::value(ben_.text()));
    const auto refused = [&](ShareWish wish) {
        const auto made = result_of(shares().create(as(owner_), std::move(wish)));
        return made ? kNone : code_of(made.error());
    };
    ShareWish of_album;
    of_album.album = album;
    EXPECT_EQ(refused(of_album), Code::invalid_fields) << "an album of others is none";
    ask(albums().set_member(as(ben_), album, owner_, AlbumRole::editor));
    EXPECT_EQ(refused(of_album), Code::album_role_needed);
    ShareWish photos;
    photos.photos = {mine, bens};
    EXPECT_EQ(refused(photos), Code::invalid_fields);
    photos.photos = {mine, make_id(clock_, random_)};
    EXPECT_EQ(refused(photos), Code::invalid_fields);
    EXPECT_TRUE(photo(mine).shares.empty()) << "all of them or none";
    edit({Kind::photo, mine}, std::string(field::kTrashedAt), 1);
    photos.photos = {mine};
    EXPECT_EQ(refused(photos), Code::invalid_fields) << "in the trash";
    EXPECT_EQ(refused(ShareWish{}), Code::invalid_fields);
    EXPECT_TRUE(ask(shares().list(as(owner_), "", 10)).items.empty());
}

TEST_F(SharesTest, NobodyElseSeesChangesOrRevokesOne) {
    const auto made = share_photos({add_photo().id});
    EXPECT_EQ(code_of(result_of(shares().get(as(ben_), made.id)).error()), Code::share_not_found);
    EXPECT_EQ(code_of(result_of(shares().change(as(ben_), made.id, allowing(true, true), std::nullopt)).error()),
              Code::share_not_found);
    EXPECT_EQ(code_of(result_of(shares().revoke(as(ben_), made.id, std::nullopt)).error()), Code::share_not_found);
    EXPECT_EQ(refusal(made), kNone);
    const auto changed = change(made, allowing(true, false));
    EXPECT_NE(changed.revision, made.revision);
    const std::vector stale{made.revision};
    EXPECT_EQ(code_of(result_of(shares().change(as(owner_), made.id, allowing(true, true), stale)).error()),
              Code::changed_meanwhile);
    EXPECT_EQ(code_of(result_of(shares().revoke(as(owner_), made.id, stale)).error()), Code::changed_meanwhile);
}

// ---- when it ends --------------------------------------------------------------------------------------------------

TEST_F(SharesTest, ItEndsAtItsMomentAndNotBefore) {
    ShareChange end;
    end.expires.emplace(clock_.now() + Millis(3'600'000));
    const auto made = share_photos({add_photo().id}, end);
    const auto left = *made.expires - clock_.now();
    EXPECT_FALSE(made.expired(*made.expires - Millis(1)));
    EXPECT_TRUE(made.expired(*made.expires));
    clock_.advance(left - Millis(60'000));
    EXPECT_EQ(refusal(made), kNone) << "in its last minute";
    clock_.advance(Millis(60'000));
    EXPECT_EQ(refusal(made), Code::share_not_found);
    EXPECT_EQ(code_of(result_of(shares().look(made.key, "", "192.0.2.7")).error()), Code::share_not_found);
    EXPECT_EQ(code_of(unlock(made, "x").error()), Code::share_not_found);
    EXPECT_EQ(ask(shares().list(as(owner_), "", 10)).items.size(), 1U) << "its owner may let it go on";
    ShareChange past;
    past.expires.emplace(clock_.now());
    EXPECT_EQ(code_of(result_of(shares().change(as(owner_), made.id, past, std::nullopt)).error()),
              Code::invalid_fields);
    ShareChange never;
    never.expires.emplace(std::nullopt);
    change(made, never);
    EXPECT_EQ(refusal(made), kNone);
}

TEST_F(SharesTest, ItIsGoneWithWhatItStandsOn) {
    const auto id = add_photo().id;
    const auto album = make(owner_, "a").album.id;
    const auto moment = [&] { clock_.advance(Millis(1000)); };  // what is known of users and albums may be that old
    const auto of_album = share_album(album), of_photos = share_photos({id});
    edit({Kind::user, owner_}, std::string(field::kDisabled), true);
    moment();
    EXPECT_EQ(refusal(of_album), Code::share_not_found) << "its owner is disabled";
    EXPECT_EQ(refusal(of_photos), Code::share_not_found);
    edit({Kind::user, owner_}, std::string(field::kDisabled), false);
    moment();
    EXPECT_EQ(refusal(of_album), kNone);
    edit({Kind::album, album}, std::string(field::kOwner), json::value(ben_.text()));
    moment();
    EXPECT_EQ(refusal(of_album), Code::share_not_found) << "the album is another's";
    edit({Kind::album, album}, std::string(field::kOwner), json::value(owner_.text()));
    moment();
    EXPECT_EQ(refusal(of_album), kNone);
    ask(albums().remove(as(owner_), album, std::nullopt));
    moment();
    EXPECT_EQ(refusal(of_album), Code::share_not_found) << "the album is gone";
    EXPECT_EQ(refusal(of_photos), kNone);
    for (const auto* key : {"", "AAAAAAAAAAAAAAAAAAAAAA", "x", "../../users"})
        EXPECT_EQ(code_of(result_of(shares().visit(key, "")).error()), Code::share_not_found) << key;
}

TEST_F(SharesTest, PhotosInTheTrashVanishAtOnceAndComeBackWithThem) {
    const auto kept = add_photo("kept").id, gone = add_photo("gone").id;
    const auto made = share_photos({kept, gone});
    EXPECT_EQ(shown_by(made), 2U);
    ask(gallery_->photos().trash(as(owner_), gone, std::nullopt));
    EXPECT_EQ(shown_by(made), 1U);
    EXPECT_FALSE(may(visitor(made), Action::see, photo(gone)));
    ask(gallery_->photos().restore(as(owner_), gone));
    EXPECT_EQ(shown_by(made), 2U);
    ask(gallery_->photos().purge(as(owner_), gone, std::nullopt));
    EXPECT_EQ(shown_by(made), 1U);
    ask(gallery_->photos().trash(as(owner_), kept, std::nullopt));
    EXPECT_EQ(ask(shares().look(made.key, "", "192.0.2.7")).count, 0U) << "an empty share is one";
}

TEST_F(SharesTest, WhatIsRevokedIsGoneAndOnlyWhatItAloneShowedGetsAnotherAddress) {
    const auto alone = add_photo("alone").id, twice = add_photo("twice").id, everybodys = add_photo("public").id;
    const auto trashed = add_photo("trashed").id;
    PhotoChange publish;
    publish.visibility = Visibility::public_;
    ask(gallery_->photos().change(as(owner_), everybodys, publish, std::nullopt));
    const auto made = share_photos({alone, twice, everybodys, trashed}), other = share_photos({twice});
    ask(gallery_->photos().trash(as(owner_), trashed, std::nullopt));
    const auto key = [&](const Id& id) { return photo(id).media_key; };
    const auto before = std::tuple(key(alone), key(twice), key(everybodys));

    revoke(made);
    EXPECT_EQ(refusal(made), Code::share_not_found) << "from the answer on, whatever job is still to come";
    EXPECT_EQ(refusal(other), kNone);
    close_all();
    EXPECT_NE(key(alone), std::get<0>(before));
    EXPECT_EQ(key(twice), std::get<1>(before));
    EXPECT_EQ(key(everybodys), std::get<2>(before));
    EXPECT_TRUE(photo(alone).shares.empty());
    EXPECT_EQ(photo(twice).shares, std::vector{other.id});
    EXPECT_TRUE(ask(jobs_->take({job::kRekey}, Millis(60'000), Millis(0)))) << "its pictures follow";
    EXPECT_EQ(photo(trashed).shares, std::vector{made.id});
    EXPECT_TRUE(ask(gallery_->photos().restore(as(owner_), trashed)).shares.empty());
}

TEST_F(SharesTest, PhotosOfASharedAlbumGetOtherAddressesToo) {
    const auto album = make(owner_, "a").album.id;
    std::vector<Id> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(add_photo(std::to_string(i)).id);
    put(owner_, album, ids);
    const auto one = share_album(album), two = share_album(album);
    const auto keys = [&] {
        std::vector<std::string> all;
        for (const auto& id : ids) all.push_back(photo(id).media_key);
        return all;
    };
    const auto first = keys();
    revoke(one);
    close_all();
    EXPECT_EQ(keys(), first) << "the other one shows them";
    revoke(two);
    close_all();
    const auto last = keys();
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_NE(first[i], last[i]);
    EXPECT_EQ(shown(album), 3U);
}

TEST_F(SharesTest, AJobThatWasLostIsFoundAgain) {
    const auto id = add_photo().id;
    const auto made = share_photos({id});
    const auto before = photo(id).media_key;
    revoke(made);
    const auto lost = ask(jobs_->take({job::kClose}, Millis(60'000), Millis(0)));
    ASSERT_TRUE(lost);
    ask(jobs_->done(*lost));
    EXPECT_TRUE(ask(shares().close_forgotten(made.id)));
    close_all();
    EXPECT_TRUE(photo(id).shares.empty());
    EXPECT_NE(photo(id).media_key, before);
    EXPECT_FALSE(ask(shares().close_forgotten(made.id)));
}

TEST_F(SharesTest, WhoGoesLeavesNone) {
    const auto id = add_photo().id;
    edit({Kind::photo, id}, std::string(field::kOwner), json::value(ben_.text()));
    ShareWish wish;
    wish.photos = {id};
    const auto made = ask(shares().create(as(ben_), std::move(wish))).share;
    ask(accounts().remove_user(ben_, "transfer:" + cleo_.text()));
    clock_.advance(Millis(1000));
    EXPECT_EQ(refusal(made), Code::share_not_found);
    leave(ben_);
    close_all();
    EXPECT_FALSE(entry({Kind::share, made.id}) && !entry({Kind::share, made.id})->truth.purged);
    EXPECT_EQ(photo(id).owner, cleo_);
    EXPECT_TRUE(photo(id).shares.empty());
}

// ---- the password --------------------------------------------------------------------------------------------------

TEST_F(SharesTest, ALockedShareShowsNothingAndItsCookieOpensNoOther) {
    const auto id = add_photo().id;
    const auto made = share_photos({id}, with_password("forget-me-not"));
    const auto other = share_photos({id}, with_password("forget-me-not"));
    EXPECT_EQ(refusal(made), Code::share_locked);
    auto door = ask(shares().look(made.key, "", "192.0.2.7"));
    EXPECT_TRUE(door.locked);
    EXPECT_FALSE(door.count);
    EXPECT_EQ(ask(shares().get(as(owner_), made.id)).views, 0U) << "nobody has seen it";
    EXPECT_EQ(code_of(unlock(made, "forget me not").error()), Code::wrong_share_password);
    EXPECT_EQ(code_of(unlock(made, "").error()), Code::wrong_share_password);
    const auto cookie = unlock(made, "forget-me-not")->key;
    EXPECT_EQ(refusal(made, cookie), kNone);
    EXPECT_EQ(refusal(other, cookie), Code::share_locked);
    for (std::size_t i = 0; i < cookie.size(); i += 7) {
        auto forged = cookie;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(refusal(made, forged), Code::share_locked) << i;
    }
    door = ask(shares().look(made.key, cookie, "192.0.2.7"));
    EXPECT_FALSE(door.locked);
    EXPECT_EQ(door.count, 1U);
    clock_.advance(Millis(kUnlockedFor));
    EXPECT_EQ(refusal(made, cookie), Code::share_locked) << "it has ended";
}

TEST_F(SharesTest, AnotherPasswordLocksAgainAndNoneOpens) {
    const auto made = share_photos({add_photo().id}, with_password("one"));
    const auto first = unlock(made, "one")->key;
    EXPECT_EQ(refusal(change(made, allowing(true, true)), first), kNone) << "no other change ends it";
    change(made, with_password("two"));
    EXPECT_EQ(refusal(made, first), Code::share_locked);
    EXPECT_EQ(code_of(unlock(made, "one").error()), Code::wrong_share_password);
    change(made, with_password("one"));
    EXPECT_EQ(refusal(made, first), Code::share_locked) << "the same word set anew is another password";
    change(made, with_password(""));
    EXPECT_EQ(refusal(made), kNone);
    EXPECT_TRUE(unlock(made, "whatever")->key.empty());
    const auto* kept = entry({Kind::share, made.id})->truth.find(field::kUnlock);
    EXPECT_EQ(kept, nullptr);
}

TEST_F(SharesTest, GuessesAreCountedByShareAndByNetwork) {
    const auto made = share_photos({add_photo().id}, with_password("secret"));
    const auto attempt = [&](std::string address, std::string word) {
        const auto done = result_of(shares().unlock(made.key, std::move(word), {std::move(address), "", ""}));
        return done ? kNone : code_of(done.error());
    };
    // What is right is no guess: a whole wedding may come from one address.
    for (int i = 0; i < 21; ++i) ASSERT_EQ(attempt("192.0.2.7", "secret"), kNone) << i;
    int taken = 0;
    while (taken < 100 && attempt("192.0.2.7", "guess") == Code::wrong_share_password) ++taken;
    EXPECT_EQ(taken, 20);
    EXPECT_EQ(attempt("192.0.2.7", "secret"), Code::too_many_attempts);
    EXPECT_EQ(attempt("198.51.100.9", "secret"), kNone) << "from elsewhere";
}

// ---- counting and keeping ------------------------------------------------------------------------------------------

TEST_F(SharesTest, AVisitIsANetworkWithinAnHour) {
    const auto made = share_photos({add_photo().id});
    const auto views = [&] { return ask(shares().get(as(owner_), made.id)).views; };
    // A minute past the hour.
    clock_.advance(Millis(kViewFor) - clock_.now().time_since_epoch() % Millis(kViewFor) + Millis(60'000));
    for (const auto* address : {"192.0.2.7", "192.0.2.7", "198.51.100.9", "192.0.2.7"})
        ask(shares().look(made.key, "", address));
    EXPECT_EQ(views(), 2U);
    EXPECT_TRUE(ask(shares().get(as(owner_), made.id)).viewed);
    clock_.advance(Millis(kViewFor));
    ask(shares().look(made.key, "", "192.0.2.7"));
    EXPECT_EQ(views(), 3U);
}

TEST_F(SharesTest, ReindexVerifyAndCopyKnowThem) {
    const auto id = add_photo().id;
    const auto made = share_photos({id}, with_password("secret")), revoked = share_photos({id});
    revoke(revoked);
    close_all();
    const auto note = [](const Finding&) {};
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 0U);
    const auto cookie = unlock(made, "secret")->key;
    set_entry({Kind::share, made.id}, std::nullopt);
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 1U);
    EXPECT_EQ(refusal(made, cookie), Code::share_not_found);
    ask(reindex(*gallery_, [](std::uint64_t) {}));
    EXPECT_EQ(ask(verify(*gallery_, {}, note)), 0U);
    EXPECT_EQ(refusal(made, cookie), kNone) << "from the blobs alone, for who had unlocked it";
    EXPECT_EQ(refusal(revoked), Code::share_not_found);
    EXPECT_EQ(shown_by(made), 1U);
    const auto target = value(blobs::files::open({folder_ / "target", 0}, files_));
    CopyOptions options;
    options.scratch = folder_;
    ask(gallery::copy(*blobs_, *target, files_, options, {}, note));
    ASSERT_FALSE(keys("shares/").empty());
    for (const auto& key : keys("shares/")) EXPECT_EQ(ask(target->get(key)), ask(store_->get(key))) << key;
}

// ---- gifts ---------------------------------------------------------------------------------------------------------

class GiftsTest : public SharesTest {
protected:
    GiftsTest() {
        media::Probe probe;
        probe.content_type = "image/png";
        probe.width = probe.height = 1;
        decoders_.every = probe;
        ShareChange change;
        change.upload = true;
        album_ = make(owner_, "wedding").album.id;
        share_.emplace(share_album(album_, change));
    }
    Result<Uploaded> give(std::string bytes, std::string giver = "Aunt Ida", std::function<void()> meanwhile = {}) {
        UploadOptions options;
        options.filename = "a.png";
        auto upload = result_of(gallery_->uploads().give({share_->key, "", std::move(giver)}, std::move(options)));
        if (!upload) return fail(upload.error());
        ask((*upload)->write(as_bytes(bytes)));
        if (meanwhile) meanwhile();
        return result_of((*upload)->finish());
    }

    Id album_;
    std::optional<Share> share_;
};

TEST_F(GiftsTest, AGiftIsTheOwnersAndStandsInTheAlbumWithTheGiversName) {
    const auto given = give("bytes");
    ASSERT_TRUE(given) << given.error().message;
    const auto kept = photo(given->photo.id);
    EXPECT_EQ(kept.owner, owner_);
    EXPECT_EQ(kept.visibility, Visibility::private_);
    EXPECT_EQ(kept.albums, std::vector{album_});
    EXPECT_EQ(kept.given_by, "Aunt Ida");
    EXPECT_TRUE(may(visitor(*share_), Action::see, kept));
    EXPECT_EQ(code_of(give("other", "\x1b[2J").error()), Code::invalid_fields);
}

TEST_F(GiftsTest, WhatTheShareShowsIsNotKeptTwice) {
    const auto shows = add_photo("bytes").id;
    put(owner_, album_, {shows});
    const auto given = value(give("bytes"));
    EXPECT_TRUE(given.duplicate);
    EXPECT_EQ(given.photo.id, shows);
    const auto first = value(give("another"));
    EXPECT_EQ(value(give("another")).photo.id, first.photo.id);
    EXPECT_EQ(shown(album_), 2U);
}

TEST_F(GiftsTest, NothingIsToldOfWhatItsOwnerHasElsewhere) {
    const auto had = add_photo("bytes").id, thrown = add_photo("thrown").id, left = add_photo("left").id;
    put(owner_, album_, {thrown, left});
    ask(gallery_->photos().trash(as(owner_), thrown, std::nullopt));
    ask(albums().change_photos(as(owner_), album_, {}, {left}));
    for (const auto& [bytes, id] : {std::pair{"bytes", had}, std::pair{"thrown", thrown}, std::pair{"left", left}}) {
        const auto before = entry({Kind::photo, id})->truth;
        const auto given = value(give(bytes));
        EXPECT_FALSE(given.duplicate) << bytes;
        EXPECT_NE(given.photo.id, id) << bytes;
        EXPECT_EQ(given.photo.title, "") << "what its owner called their own";
        EXPECT_EQ(entry({Kind::photo, id})->truth, before) << bytes;
        EXPECT_TRUE(value(give(bytes)).duplicate) << "when an answer was lost";
    }
    EXPECT_EQ(shown(album_), 3U);
}

TEST_F(GiftsTest, OfAShareThatEndsMeanwhileNothingStays) {
    const auto before = keys("photos/");
    EXPECT_EQ(code_of(give("bytes", "", [&] { revoke(*share_); }).error()), Code::share_not_found);
    EXPECT_EQ(keys("photos/"), before);
    share_.emplace(share_album(album_));
    EXPECT_EQ(code_of(give("bytes").error()), Code::share_may_not);
    ShareWish wish;
    wish.photos = {add_photo().id};
    wish.rest.upload = true;
    EXPECT_EQ(code_of(result_of(shares().create(as(owner_), std::move(wish))).error()), Code::invalid_fields)
        << "there is no album to give it to";
}

}  // namespace
}  // namespace cadre::gallery
