#include "gallery/duplicates.h"

#include "base/encoding.h"
#include "find/sqlite/finder.h"
#include "gallery/likeness.h"
#include "gallery/search.h"
#include "gallery/testing/albums.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using find::AlikeKind;

constexpr Millis kSlice{20};
constexpr std::uint64_t kHash = 0x1234'5678'9abc'def0U;

class DuplicatesTest : public testing::AlbumsTest {
protected:
    DuplicatesTest() {
        finder_ = value(find::sqlite::open({folder_ / "find.db"}));
        search_ = std::make_unique<Search>(*gallery_, *finder_);
        alike_ = std::make_unique<LookAlikes>(*gallery_, *finder_);
    }
    ~DuplicatesTest() override {
        alike_.reset();
        search_.reset();
    }

    /// One whose file shows `pixels`.
    Id photo(const std::string& pixels, std::optional<std::uint64_t> phash = std::nullopt, std::uint32_t width = 3000) {
        const auto ref = add_photo(pixels + std::to_string(++made_));
        media::Derived derived;
        derived.pixels = sha256_hex(pixels).substr(0, 16);
        derived.phash = phash;
        Changes facts;
        facts[std::string(field::kState)] = "ready";
        facts[std::string(field::kWidth)] = width;
        facts[std::string(field::kHeight)] = width * 2 / 3;
        facts[std::string(field::kLikeness)] = likeness_fact(derived);
        ask(gallery_->ledger().derive(ref, std::move(facts)));
        change(ref.id, [](PhotoChange& wish) { wish.title = ""; });  // which is told to who follows
        return ref.id;
    }
    void change(const Id& id, const std::function<void(PhotoChange&)>& set) {
        PhotoChange wish;
        set(wish);
        ask(gallery_->photos().change(as(owner_), id, std::move(wish), std::nullopt));
    }
    Photo now(const Id& id) { return ask(gallery_->photos().get(as(owner_), id)); }
    bool is_trashed(const Id& id) { return now(id).trashed_at.has_value(); }

    /// The finder follows all that was done.
    void follow() {
        for (int turn = 0; turn < 60; ++turn) {
            ask(search_->follow(kSlice));
            if (ask(finder_->moment()).whole) break;
        }
        ask(search_->follow(kSlice));
    }
    std::vector<Duplicates> groups(const Id& of, std::vector<AlikeKind> kinds = {AlikeKind::exact, AlikeKind::near}) {
        return ask(alike_->list(as(of), std::move(kinds), "", 20)).groups;
    }
    std::vector<Duplicates> groups() { return groups(owner_); }
    static std::vector<Id> ids_of(const Duplicates& group) {
        std::vector<Id> ids;
        for (const auto& photo : group.photos) ids.push_back(photo.id);
        return ids;
    }
    Result<Kept> keep(const Duplicates& group, std::vector<Id> kept, bool apart = true) {
        auto id = group.id;
        return result_of(alike_->keep(as(owner_), std::move(id), std::move(kept), apart));
    }

    int made_ = 0;
    std::unique_ptr<find::Finder> finder_;
    std::unique_ptr<Search> search_;
    std::unique_ptr<LookAlikes> alike_;
};

using Ids = std::vector<Id>;
using Names = std::vector<std::string>;

TEST_F(DuplicatesTest, AreListedWithWhatDiffersTheBestFirst) {
    const auto small = photo("a", kHash, 1500), large = photo("b", kHash, 3000), other = photo("c", ~kHash);
    const auto twin = photo("c", ~kHash);
    change(twin, [](PhotoChange& wish) { wish.tags = Names{"sea"}; });
    change(small, [](PhotoChange& wish) { wish.title = "A boat"; });
    follow();
    const auto all = groups();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].kind, AlikeKind::exact);
    EXPECT_EQ(ids_of(all[0]), (Ids{twin, other})) << "the one of which more was said";
    EXPECT_EQ(all[0].differs, Names{"tags"});
    EXPECT_EQ(all[1].kind, AlikeKind::near);
    EXPECT_EQ(ids_of(all[1]), (Ids{large, small}));
    EXPECT_EQ(all[1].differs, (Names{"width", "height", "title"}));
    EXPECT_TRUE(groups(ben_).empty());
    EXPECT_EQ(result_of(alike_->list({}, {AlikeKind::exact}, "", 20)).error().kind, ErrorKind::unauthenticated);
}

TEST_F(DuplicatesTest, WhatTheCatalogKnowsBetterIsNotShown) {
    const auto first = photo("a"), second = photo("a"), third = photo("a"), fourth = photo("b"), fifth = photo("b");
    follow();
    // The finder does not hear of these.
    ask(gallery_->photos().trash(as(owner_), first, std::nullopt));
    purge({catalog::Kind::photo, fourth});
    const auto all = groups();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(ids_of(all[0]), (Ids{second, third}));
    edit({catalog::Kind::photo, second}, "owner", json::string(ben_.text()));
    EXPECT_TRUE(groups().empty());
    EXPECT_FALSE(is_trashed(fifth));
}

TEST_F(DuplicatesTest, OfThoseThatGoEverythingThatWasSaidIsJoinedIntoWhatStays) {
    const auto best = photo("a", kHash, 3000), worse = photo("b", kHash, 1500), worst = photo("c", kHash, 900);
    const auto album = make(owner_, "Holidays").album.id, theirs = make(ben_, "Ben's").album.id;
    ask(albums().set_member(as(ben_), theirs, owner_, AlbumRole::contributor));
    put(owner_, album, {worse});
    put(owner_, theirs, {worst});
    change(best, [](PhotoChange& wish) {
        wish.tags = Names{"sea"};
        wish.rating.emplace(2);
        wish.caption = "mine";
    });
    change(worse, [](PhotoChange& wish) {
        wish.tags = Names{"boat", "sea"};
        wish.rating.emplace(4);
        wish.title = "A boat";
        wish.caption = "another";
    });
    change(worst, [](PhotoChange& wish) {
        wish.tags = Names{"2019"};
        wish.rating.emplace(3);
        wish.favourite = true;
        wish.title = "The worst";
        wish.taken_at.emplace("1998-05");
        wish.location.emplace(std::pair(48.38, -4.49));
    });
    follow();
    const auto group = groups().at(0);
    const auto done = value(keep(group, {best}));
    EXPECT_EQ(done.trashed, (Ids{worse, worst}));
    EXPECT_EQ(done.results.size(), 3U);
    const auto stays = now(best);
    EXPECT_EQ(stays.tags, (Names{"2019", "boat", "sea"}));
    EXPECT_EQ(stays.rating, 4);
    EXPECT_EQ(stays.title, "A boat");
    EXPECT_EQ(stays.caption, "mine");
    EXPECT_TRUE(stays.favourite);
    EXPECT_EQ(text_of(stays.taken_at.value()), "1998-05");
    EXPECT_EQ(stays.location, std::pair(48.38, -4.49));
    EXPECT_EQ(stays.albums.size(), 2U);
    EXPECT_TRUE(is_trashed(worse) && is_trashed(worst));
    EXPECT_FALSE(stays.trashed_at);
    EXPECT_TRUE(groups().empty()) << "before the finder hears of it, too";
    follow();
    EXPECT_TRUE(groups().empty());
    // Undone: what is restored is listed again.
    for (const auto& id : done.trashed) ask(gallery_->photos().restore(as(owner_), id));
    follow();
    EXPECT_EQ(ids_of(groups().at(0)), ids_of(group));
}

TEST_F(DuplicatesTest, NothingGoesBeforeAllIsJoined) {
    const auto best = photo("a", kHash, 3000), worse = photo("b", kHash, 1500);
    const auto album = make(owner_, "Holidays").album.id;
    put(owner_, album, {worse});
    change(worse, [](PhotoChange& wish) { wish.tags = Names{"boat"}; });
    follow();
    const auto group = groups().at(0);
    // Each write of it in turn is the first that fails; what was done before is not lost, and it can be done again.
    for (int writes = 0; writes < 3; ++writes) {
        blobs_->allowed_puts = writes;
        const auto broken = keep(group, {best});
        blobs_->allowed_puts = -1;
        EXPECT_FALSE(is_trashed(worse)) << writes;
        EXPECT_EQ(broken.has_value(), writes == 2) << writes;
        if (broken) {
            EXPECT_TRUE(broken->trashed.empty());
            EXPECT_EQ(now(best).albums, Ids{album});
        }
        change(best, [](PhotoChange& wish) { wish.tags = Names{}; });
        ask(albums().change_photos(as(owner_), album, {}, {best}));
        follow();
    }
    EXPECT_EQ(value(keep(group, {best})).trashed, Ids{worse});
}

TEST_F(DuplicatesTest, AGroupThatChangedIsRefusedAndSoIsWhatIsNotInIt) {
    const auto first = photo("a"), second = photo("a"), stranger = photo("b");
    follow();
    const auto group = groups().at(0);
    const auto outside = keep(group, {first, stranger});
    ASSERT_FALSE(outside);
    EXPECT_EQ(code_of(outside.error()), Code::invalid_fields);
    EXPECT_EQ(outside.error().fields.at(0).field, "keep[1]");
    EXPECT_EQ(code_of(keep(group, {stranger}).error()), Code::look_alikes_changed);
    const auto third = photo("a");
    follow();
    EXPECT_EQ(code_of(keep(group, {first}).error()), Code::look_alikes_changed);
    ask(gallery_->photos().trash(as(owner_), third, std::nullopt));
    follow();
    EXPECT_EQ(result_of(alike_->keep(as(ben_), group.id, {first}, true)).error().code, Code::look_alikes_changed);
    EXPECT_FALSE(is_trashed(second));
    EXPECT_EQ(value(keep(group, {first})).trashed, Ids{second});
}

TEST_F(DuplicatesTest, ThoseThatWereToldApartComeBackOnlyWithAnother) {
    const auto first = photo("a"), second = photo("a");
    follow();
    const auto group = groups().at(0);
    const auto done = value(keep(group, {first, second}));
    EXPECT_TRUE(done.trashed.empty());
    EXPECT_EQ(done.results.size(), 2U);
    EXPECT_TRUE(groups().empty());
    value(keep(group, {first, second}, false));
    EXPECT_EQ(groups().size(), 1U);
    value(keep(group, {second, first}));
    EXPECT_TRUE(groups().empty());
    photo("a");
    follow();
    EXPECT_EQ(groups().at(0).photos.size(), 3U);
}

TEST_F(DuplicatesTest, APhotoSaysOfWhichOlderOneItIsACopy) {
    const auto first = photo("a"), second = photo("a"), third = photo("a"), other = photo("b");
    follow();
    const auto originals = [&] { return ask(alike_->originals_of({now(first), now(second), now(third), now(other)})); };
    EXPECT_EQ(originals(), (std::map<Id, Id>{{second, first}, {third, first}}));
    ask(gallery_->photos().trash(as(owner_), first, std::nullopt));
    EXPECT_EQ(originals(), (std::map<Id, Id>{{third, second}}));
}

}  // namespace
}  // namespace cadre::gallery
