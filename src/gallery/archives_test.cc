// Archives over Solo's real stores: what is in them, whatever range is read, and what happens when photos change.
#include "gallery/archives.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "gallery/albums.h"
#include "gallery/crc32.h"
#include "gallery/shares.h"
#include "gallery/sweep.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ArchivesTest : public testing::LibraryTest {
protected:
    ArchivesTest() {
        add_owner();
        viewer_ = viewer_of(owner_, Role::member);
    }
    static Viewer viewer_of(const Id& id, Role role) {
        Viewer viewer;
        viewer.user.emplace();
        viewer.user->id = id;
        viewer.user->role = role;
        return viewer;
    }
    Archives archives() { return Archives(*gallery_); }
    Archive make(ArchiveWish wish) { return ask(archives().make(viewer_, std::move(wish))); }
    Archive make(std::vector<Id> photos) { return make(ArchiveWish{ArchiveContent::originals, {}, std::move(photos)}); }

    Result<std::string> read(const Archive& archive, std::uint64_t offset, std::uint64_t length) {
        TRY(auto head, result_of(archives().find(viewer_, archive.id)));
        TRY(const auto reader, result_of(archives().read(viewer_, archive.id, std::move(head), offset, length)));
        return all_of(*reader);
    }
    Result<std::string> all_of(ArchiveReader& reader) {
        std::string bytes;
        for (;;) {
            TRY(const auto piece, result_of(reader.next()));
            if (!piece) return bytes;
            EXPECT_GT(piece->length, 0U);
            if (!piece->file) {
                EXPECT_EQ(piece->bytes.size(), piece->length);
                bytes += piece->bytes;
                continue;
            }
            std::string part(piece->length, '\0');
            const auto got = ::pread(piece->file->get(), part.data(), part.size(), static_cast<off_t>(piece->offset));
            EXPECT_EQ(got, static_cast<ssize_t>(part.size()));
            bytes += part;
        }
    }
    std::string whole(const Archive& archive) { return value(read(archive, 0, archive.head.size())); }
    Share share(std::vector<Id> photos) {
        ShareWish wish;
        wish.photos = std::move(photos);
        wish.rest.download = true;
        return ask(gallery_->shares().create(viewer_, std::move(wish))).share;
    }
    Viewer visitor(const Share& share) { return ask(gallery_->shares().visit(share.key, "")); }
    Result<Archive> of_share(const Share& share, ArchiveContent content = ArchiveContent::originals) {
        return result_of(archives().make(visitor(share), {content, "share:" + share.key, {}}));
    }
    void change(const Share& share, const ShareChange& to) {
        ask(gallery_->shares().change(viewer_, share.id, to, std::nullopt));
    }
    Code refusal(const Archive& archive, std::uint64_t offset) {
        const auto bytes = read(archive, offset, archive.head.size() - offset);
        return bytes ? Code::fault : code_of(bytes.error());
    }

    Viewer viewer_;
};

TEST_F(ArchivesTest, EveryRangeIsThatPartOfTheWhole) {
    std::vector<Id> photos;
    for (const auto* bytes : {"a", "second one", "the third"}) photos.push_back(add_photo(bytes).id);
    photos.push_back(photos.front());  // named twice: in it once
    const auto archive = make(photos);
    EXPECT_EQ(archive.head.count, 3U);
    const auto bytes = whole(archive);
    ASSERT_EQ(bytes.size(), archive.head.size());
    EXPECT_NE(bytes.find("second one"), std::string::npos);
    for (std::uint64_t begin = 0; begin < bytes.size(); ++begin)
        for (const std::uint64_t length : {std::uint64_t{1}, std::uint64_t{50}, bytes.size() - begin}) {
            const auto cut = std::min(length, bytes.size() - begin);
            ASSERT_EQ(value(read(archive, begin, cut)), bytes.substr(begin, cut)) << begin << " " << cut;
        }
}

TEST_F(ArchivesTest, OfMoreThanABlockIsReadByBlocks) {
    ArchiveEntry entry;
    entry.photo = add_photo("bytes").id;
    entry.size = 5;
    ArchiveListWriter writer;
    for (std::size_t i = 0; i < kArchiveBlock + 3; ++i) {
        entry.name = std::to_string(i);
        writer.add(entry, "");
    }
    Archive archive{make_id(clock_, random_), writer.finish()};
    const auto prefix = "archives/" + owner_.text() + "/" + archive.id.text() + "/";
    put(prefix + "list", writer.take());
    put(prefix + "head", encode(archive.head));
    ASSERT_THAT(archive.head.blocks, SizeIs(2));
    const auto bytes = whole(archive);
    ASSERT_EQ(bytes.size(), archive.head.size());
    for (const auto& block : archive.head.blocks)
        for (const auto at : {block.offset, archive.head.central_offset + block.central})
            for (const std::uint64_t before : {0U, 1U}) {
                const auto begin = at - std::min(at, before);
                const auto length = std::min<std::uint64_t>(300, bytes.size() - begin);
                EXPECT_EQ(value(read(archive, begin, length)), bytes.substr(begin, length));
            }
}

TEST_F(ArchivesTest, WhatHasNoSumIsReadOnceAndKept) {
    const auto ref = add_photo("older");
    EXPECT_EQ(entry(ref)->truth.find(catalog::field::kCrc32), nullptr);
    const auto first = make({ref.id});
    Crc32 sum;
    sum.update(std::span(reinterpret_cast<const std::uint8_t*>("older"), 5));
    EXPECT_EQ(entry(ref)->truth.integer(catalog::field::kCrc32), std::int64_t{sum.value()});
    const auto opens = blobs_->opens;
    EXPECT_EQ(make({ref.id}).head.etag, first.head.etag);
    EXPECT_EQ(blobs_->opens, opens);
    EXPECT_TRUE(agrees(ref));
}

TEST_F(ArchivesTest, ADamagedOrMissingOriginalIsLeftOut) {
    const auto fine = add_photo("fine");
    const auto damaged = add_photo("damaged");
    const auto missing = add_photo("missing");
    put(Ledger::prefix(damaged) + "original", "DAMAGED");
    ask(store_->remove({Ledger::prefix(missing) + "original"}));
    const auto archive = make({fine.id, damaged.id, missing.id});
    EXPECT_EQ(archive.head.count, 1U);
    EXPECT_EQ(archive.head.left_out, 2U);
    const auto none = result_of(archives().make(viewer_, {ArchiveContent::originals, {}, {damaged.id}}));
    ASSERT_FALSE(none);
    EXPECT_EQ(code_of(none.error()), Code::archive_empty);
    EXPECT_EQ(entry(damaged)->truth.find(catalog::field::kCrc32), nullptr);
}

TEST_F(ArchivesTest, BreaksOffBeforeAPhotoThatIsGoneAndSaysSoToWhoGoesOn) {
    const auto first = add_photo("first");
    const auto second = add_photo("second");
    const auto third = add_photo("third");
    const auto archive = make({first.id, second.id, third.id});
    const auto bytes = whole(archive);
    purge(second);
    const auto begins = bytes.find("second") - local_header_length({"first (2)"});
    EXPECT_EQ(value(read(archive, 0, begins)), bytes.substr(0, begins));
    EXPECT_EQ(refusal(archive, 0), Code::archive_outdated);
    EXPECT_EQ(refusal(archive, begins), Code::archive_outdated);
    EXPECT_EQ(refusal(archive, begins + 40), Code::archive_outdated);
    const auto after = bytes.find("third") - local_header_length({"first (3)"});
    EXPECT_EQ(value(read(archive, after, bytes.size() - after)), bytes.substr(after));
}

TEST_F(ArchivesTest, AnotherOriginalInItsPlaceIsNotSent) {
    const auto ref = add_photo("first");
    const auto archive = make({ref.id});
    put(Ledger::prefix(ref) + "original", "longer than first");
    EXPECT_EQ(refusal(archive, 0), Code::archive_outdated);
}

TEST_F(ArchivesTest, WhoLostTheRightGetsNothingMore) {
    const auto ref = add_photo("first");
    const auto archive = make({ref.id});
    auto head = ask(archives().find(viewer_, archive.id));
    const auto size = head.size();
    const auto reader = ask(archives().read(viewer_, archive.id, std::move(head), 0, size));
    EXPECT_TRUE(ask(reader->next()));  // the header
    edit(ref, "owner", json::value(make_id(clock_, random_).text()));
    clock_.advance(std::chrono::seconds(6));
    const auto refused = result_of(reader->next());
    ASSERT_FALSE(refused);
    EXPECT_EQ(code_of(refused.error()), Code::archive_outdated);
    edit({catalog::Kind::user, owner_}, "disabled", true);
    EXPECT_EQ(refusal(archive, size - 1), Code::not_logged_in);
}

TEST_F(ArchivesTest, IsOnesOwnAndStaysAWeek) {
    const auto archive = make({add_photo().id});
    const auto other = viewer_of(make_id(clock_, random_), Role::admin);
    for (const auto& [viewer, code] :
         {std::pair{other, Code::archive_not_found}, std::pair{Viewer(), Code::not_logged_in}}) {
        const auto found = result_of(archives().find(viewer, archive.id));
        ASSERT_FALSE(found);
        EXPECT_EQ(code_of(found.error()), code);
    }
    clock_.advance(kArchiveFor - std::chrono::minutes(1));
    EXPECT_EQ(whole(archive).size(), archive.head.size());
    clock_.advance(std::chrono::minutes(2));
    const auto expired = result_of(archives().find(viewer_, archive.id));
    ASSERT_FALSE(expired);
    EXPECT_EQ(code_of(expired.error()), Code::archive_not_found);
}

TEST_F(ArchivesTest, OfAShareItIsForItsVisitorsAlone) {
    const auto ref = add_photo("first");
    const auto one = share({ref.id}), other = share({ref.id});
    const auto archive = value(of_share(one));
    EXPECT_EQ(ask(archives().find(visitor(one), archive.id)), archive.head);
    for (const auto& [viewer, code] :
         {std::pair{visitor(other), Code::archive_not_found}, std::pair{viewer_, Code::archive_not_found},
          std::pair{Viewer(), Code::not_logged_in}}) {
        const auto found = result_of(archives().find(viewer, archive.id));
        ASSERT_FALSE(found);
        EXPECT_EQ(code_of(found.error()), code);
    }
    const auto named = result_of(archives().make(visitor(one), {ArchiveContent::originals, {}, {ref.id}}));
    ASSERT_FALSE(named);
    EXPECT_EQ(code_of(named.error()), Code::share_may_not);
    const auto elsewhere =
        result_of(archives().make(visitor(one), {ArchiveContent::originals, "share:" + other.key, {}}));
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(code_of(elsewhere.error()), Code::share_not_found);
}

TEST_F(ArchivesTest, VisitorsAreGivenTheSameOneWhileTheShareShowsTheSame) {
    const auto first = add_photo("first"), second = add_photo("second");
    const auto made = share({first.id, second.id});
    const auto archive = value(of_share(made));
    const auto opens = blobs_->opens;
    for (std::size_t i = 0; i < kMaxArchives + 5; ++i) {
        clock_.advance(std::chrono::minutes(1));
        EXPECT_EQ(value(of_share(made)).id, archive.id);
    }
    EXPECT_EQ(blobs_->opens, opens);
    EXPECT_THAT(keys("archives/" + made.id.text() + "/"), SizeIs(2));
    clock_.advance(kGivenAgainFor - std::chrono::hours(1));
    EXPECT_EQ(value(of_share(made)).id, archive.id) << "on the next day, too";

    edit(first, "title", "another");
    const auto renamed = value(of_share(made));
    EXPECT_NE(renamed.id, archive.id);
    ShareChange title;
    title.title = "The wedding";
    change(made, title);
    EXPECT_EQ(value(of_share(made)).head.filename, "The wedding.zip");
    edit(second, "trashed_at", 1);
    EXPECT_EQ(value(of_share(made)).head.count, 1U);
    clock_.advance(kGivenAgainFor);
    const auto later = value(of_share(made));
    EXPECT_LT(clock_.now() - later.id.made_at(), Millis(1000)) << "whoever asks has some days to fetch it";
}

TEST_F(ArchivesTest, OneThatCannotBeFinishedIsNotGivenAgain) {
    const auto ref = add_photo("first");
    const auto made = share({ref.id});
    const auto archive = value(of_share(made));
    put(Ledger::prefix(ref) + "original", "longer than first");
    auto head = archive.head;
    const auto size = head.size();
    const auto refused = result_of(archives().read(visitor(made), archive.id, std::move(head), 0, size));
    ASSERT_FALSE(refused);
    EXPECT_EQ(code_of(refused.error()), Code::archive_outdated);
    put(Ledger::prefix(ref) + "original", "first");
    EXPECT_NE(value(of_share(made)).id, archive.id);
}

TEST_F(ArchivesTest, NorOneInWhichSomethingChangedWhileItWasMade) {
    const auto first = add_photo("first"), second = add_photo("second");
    const auto made = share({first.id, second.id});
    bool changed = false;
    blobs_->before_put = [&]() -> Task<void> {
        if (!std::exchange(changed, true)) edit(second, "title", "meanwhile");
        co_return Result<void>();
    };
    const auto archive = value(of_share(made));  // whose sums have to be kept, which are puts
    blobs_->before_put = nullptr;
    ASSERT_TRUE(changed);
    edit(second, "title", "first");
    EXPECT_NE(value(of_share(made)).id, archive.id);
}

TEST_F(ArchivesTest, WhatChangesAllTheTimeIsMadeSoOftenInAnHour) {
    const auto ref = add_photo("first");
    const auto made = share({ref.id});
    ask(catalog_->count("archives/" + made.id.text(), std::chrono::hours(1), 1));
    for (std::int64_t i = 1; i < kMaxArchivesOfShare; ++i)
        ask(catalog_->count("archives/" + made.id.text(), std::chrono::hours(1), kMaxArchivesOfShare));
    const auto refused = of_share(made);
    ASSERT_FALSE(refused);
    EXPECT_EQ(code_of(refused.error()), Code::too_many_attempts);
    EXPECT_TRUE(refused.error().retry_after);
}

TEST_F(ArchivesTest, AShareThatEndsIsLockedOrAllowsNoMoreStopsADownload) {
    const auto ref = add_photo("first");
    const auto begun = [&](const Share& by) {
        const auto archive = value(of_share(by));
        auto head = archive.head;
        const auto size = head.size();
        auto reader = ask(archives().read(visitor(by), archive.id, std::move(head), 0, size));
        EXPECT_TRUE(ask(reader->next()));  // the header
        return reader;
    };
    const auto stops_with = [&](ArchiveReader& reader) {
        clock_.advance(std::chrono::seconds(6));
        const auto next = result_of(reader.next());
        return next ? Code::fault : code_of(next.error());
    };
    EXPECT_EQ(stops_with(*begun(share({ref.id}))), Code::fault) << "nothing has changed";
    const auto revoked = share({ref.id}), locked = share({ref.id}), closed = share({ref.id}), ended = share({ref.id});
    const auto by_revoked = begun(revoked), by_locked = begun(locked), by_closed = begun(closed),
               by_ended = begun(ended);
    ask(gallery_->shares().revoke(viewer_, revoked.id, std::nullopt));
    EXPECT_EQ(stops_with(*by_revoked), Code::share_not_found);
    ShareChange password;
    password.password = "secret";
    change(locked, password);
    EXPECT_EQ(stops_with(*by_locked), Code::share_locked);
    ShareChange no_download;
    no_download.download = false;
    change(closed, no_download);
    EXPECT_EQ(stops_with(*by_closed), Code::share_may_not);
    ShareChange end;
    end.expires.emplace(clock_.now() + Millis(10));
    change(ended, end);
    EXPECT_EQ(stops_with(*by_ended), Code::share_not_found);
}

/// An album in its own order, of photos whose files are called so.
class OrderedArchivesTest : public ArchivesTest {
protected:
    OrderedArchivesTest() {
        AlbumChange wish;
        wish.title = "wedding";
        album_ = ask(gallery_->albums().create(viewer_, std::move(wish))).album.id;
        for (const auto* const name : {"a.jpg", "b.jpg", "c.jpg"}) {
            const auto ref = add_photo(name);
            edit(ref, "filename", name);
            edit(ref, "title", json::string(std::string("title of ") + name[0]));
            edit(ref, "taken_at", json::string(fmt::format("2024-05-01T12:{:02}:00", ++minute_)));
            photos_.push_back(ref.id);
        }
        ask(gallery_->albums().change_photos(viewer_, album_, photos_, {}));
        ShareWish share;
        share.album = album_;
        share.rest.download = true;
        share_ = ask(gallery_->shares().create(viewer_, std::move(share))).share;
    }
    void order() {
        AlbumChange change;
        change.order = AlbumOrder::own;
        ask(gallery_->albums().change(viewer_, album_, std::move(change), std::nullopt));
        clock_.advance(std::chrono::minutes(1));  // until every visit knows
    }
    void to_the_beginning(std::vector<Id> photos) {
        ask(gallery_->albums().move_photos(viewer_, album_, std::move(photos), {AlbumSpot::Side::beginning, {}}));
    }
    std::vector<std::string> names_in(const Archive& archive) {
        std::vector<std::string> names;
        const auto list = ask(store_->get(fmt::format("archives/{}/{}/list", keeper_.text(), archive.id.text())));
        for (const auto& block : archive.head.blocks)
            for (auto& entry : value(decode_archive_block(list, block.count))) names.push_back(std::move(entry.name));
        return names;
    }
    std::vector<std::string> names_of(const std::string& scope) {
        keeper_ = owner_;
        return names_in(make(ArchiveWish{ArchiveContent::originals, scope + ":" + album_.text(), {}}));
    }
    std::vector<std::string> names_shared(std::vector<Id> chosen = {}) {
        keeper_ = share_.id;
        return names_in(ask(
            archives().make(visitor(share_), {ArchiveContent::originals, "share:" + share_.key, std::move(chosen)})));
    }

    Id album_, keeper_;
    std::vector<Id> photos_;
    Share share_;
    int minute_ = 0;
};

TEST_F(OrderedArchivesTest, NamesAreNumberedAsThePhotosStand) {
    to_the_beginning({photos_[1], photos_[0]});
    EXPECT_THAT(names_of("sequence"), ElementsAre("001 b.jpg", "002 a.jpg", "003 c.jpg"));
    EXPECT_THAT(names_of("album"), ElementsAre("c.jpg", "b.jpg", "a.jpg")) << "by time: any name sorts it otherwise";
    const auto archive = make(ArchiveWish{ArchiveContent::originals, "sequence:" + album_.text(), {}});
    const auto bytes = whole(archive);
    ASSERT_EQ(bytes.size(), archive.head.size());
    for (std::size_t at = 0; at < bytes.size(); at += 7) {
        const auto part = bytes.substr(at, 11);
        ASSERT_EQ(value(read(archive, at, part.size())), part) << at;
    }
}

TEST_F(OrderedArchivesTest, AShareOfItNumbersThemTooAndThoseThatAreChosen) {
    EXPECT_THAT(names_shared(), ElementsAre("title of c", "title of b", "title of a"));
    order();
    EXPECT_THAT(names_shared(), ElementsAre("001 title of c", "002 title of b", "003 title of a"))
        << "the photos are the same, and the file is not";
    to_the_beginning({photos_[0]});
    EXPECT_THAT(names_shared(), ElementsAre("001 title of a", "002 title of c", "003 title of b"));
    EXPECT_THAT(names_shared({photos_[1], photos_[0]}), ElementsAre("001 title of a", "002 title of b"));
}

TEST_F(ArchivesTest, TheSweepLetsGoOfListsThatHadTheirTime) {
    make({add_photo().id});
    EXPECT_EQ(ask(sweep(*gallery_)).archives, 0U);
    EXPECT_THAT(keys("archives/"), SizeIs(2));
    for (const Millis passed : {Millis(0), Millis(kTickEvery), Millis(kArchiveGoes)}) {
        clock_.advance(passed);
        ask(gallery_->lifetime().tick());
    }
    EXPECT_EQ(ask(sweep(*gallery_)).archives, 1U);
    EXPECT_THAT(keys("archives/"), IsEmpty());
}

TEST_F(ArchivesTest, OfOnePersonTheNewestStay) {
    const auto ref = add_photo();
    std::vector<Archive> made;
    for (std::size_t i = 0; i < kMaxArchives + 2; ++i) {
        made.push_back(make({ref.id}));
        clock_.advance(Millis(2));
    }
    EXPECT_THAT(keys("archives/"), SizeIs(2 * kMaxArchives));
    EXPECT_FALSE(result_of(archives().find(viewer_, made[1].id)));
    EXPECT_TRUE(result_of(archives().find(viewer_, made[2].id)));
}

TEST_F(ArchivesTest, WhatTakesTooLongToBeReadGoesOnWithTheNextRequest) {
    std::vector<Id> photos;
    for (int i = 0; i < 6; ++i) photos.push_back(add_photo(std::to_string(i)).id);
    blobs_->before_put = [this]() -> Task<void> {
        clock_.advance(std::chrono::minutes(1));
        co_return Result<void>();
    };
    const auto later = result_of(archives().make(viewer_, {ArchiveContent::originals, {}, photos}));
    ASSERT_FALSE(later);
    EXPECT_EQ(code_of(later.error()), Code::archive_in_the_making);
    EXPECT_TRUE(later.error().retry_after);
    EXPECT_THAT(keys("archives/"), IsEmpty());
    const auto opens = blobs_->opens;
    EXPECT_EQ(make(photos).head.count, 6U);
    EXPECT_LT(blobs_->opens - opens, 6U) << "what was read is kept";
}

TEST_F(ArchivesTest, TheLargestPictureIsHadOfPhotosThatAreReady) {
    const auto ref = add_photo();
    const ArchiveWish wish{ArchiveContent::large, {}, {ref.id}};
    const auto none = result_of(archives().make(viewer_, wish));
    ASSERT_FALSE(none);
    EXPECT_EQ(code_of(none.error()), Code::archive_empty);

    const auto derive = [&] {
        Changes ready;
        ready["state"] = "ready";
        ready["variants"] = json::array{json::array{"xl", 1, 1}};
        ask(gallery_->ledger().derive(ref, std::move(ready)));
    };
    derive();
    const auto key = photo_of(ref.id, entry(ref)->truth).media_key;
    // The store believes a derivative's own word for its length.
    const auto webp = [](std::string_view text) {
        std::string bytes = "RIFF";
        bytes += {static_cast<char>(text.size() + 4), 0, 0, 0};
        return bytes.append("WEBP").append(text);
    };
    put(media_blob(key, "xl"), webp("a picture"));
    const auto archive = make(wish);
    const auto bytes = whole(archive);
    EXPECT_NE(bytes.find("first.webp"), std::string::npos);
    EXPECT_NE(bytes.find("a picture"), std::string::npos);
    const auto opens = blobs_->opens;
    EXPECT_EQ(make(wish).head.etag, archive.head.etag);
    EXPECT_EQ(blobs_->opens, opens);

    put(media_blob(key, "xl"), webp("another picture"));
    derive();  // as by a release that knows nothing of sums
    EXPECT_NE(make(wish).head.etag, archive.head.etag);
    EXPECT_EQ(refusal(archive, 0), Code::archive_outdated);
    ask(store_->remove({media_blob(key, "xl")}));
    EXPECT_EQ(refusal(make(wish), 0), Code::picture_in_the_making);
    edit(ref, "access", json::object{{"visibility", "private"}, {"key", random_.token(16)}});
    EXPECT_EQ(refusal(archive, 0), Code::archive_outdated);
}

TEST_F(ArchivesTest, AListThatCannotBeReadIsNone) {
    const auto archive = make({add_photo().id});
    put("archives/" + owner_.text() + "/" + archive.id.text() + "/head", "{");
    const auto found = result_of(archives().find(viewer_, archive.id));
    ASSERT_FALSE(found);
    EXPECT_EQ(code_of(found.error()), Code::archive_not_found);
}

}  // namespace
}  // namespace cadre::gallery
