#include "gallery/search.h"

#include "base/testing.h"
#include "find/sqlite/finder.h"
#include "gallery/photos.h"
#include "gallery/testing/albums.h"

namespace cadre::gallery {
namespace {

constexpr Millis kSlice{20};

/// Keeps what it was told when it is stopped, as one that is late does.
class LateFinder final : public find::Finder {
public:
    explicit LateFinder(find::Finder& finder) : finder_(finder) {}
    Task<void> apply(std::vector<find::Change> changes) override {
        if (late) co_return Result<void>();
        co_return co_await finder_.apply(std::move(changes));
    }
    Task<void> begin_pass() override { return finder_.begin_pass(); }
    Task<void> end_pass() override { return finder_.end_pass(); }
    Task<void> follows(WallTime moment) override { return finder_.follows(moment); }
    Task<find::Moment> moment() override { return finder_.moment(); }
    [[nodiscard]] std::string form() const override { return finder_.form(); }
    [[nodiscard]] std::filesystem::path file() const override { return finder_.file(); }
    Task<void> save(std::filesystem::path to) override { return finder_.save(std::move(to)); }
    Task<void> take(std::filesystem::path from) override { return finder_.take(std::move(from)); }
    Task<find::Hits> search(find::Wish wish) override { return finder_.search(std::move(wish)); }
    Task<std::vector<find::Suggestion>> suggest(std::string typed, find::Asker asker, std::size_t limit) override {
        return finder_.suggest(std::move(typed), std::move(asker), limit);
    }
    Task<std::vector<find::Cell>> cells(Id owner, find::Box box, int zoom, find::Question question,
                                        std::vector<find::Album> albums) override {
        return finder_.cells(owner, box, zoom, std::move(question), std::move(albums));
    }
    Task<std::vector<find::Town>> towns(Id owner) override { return finder_.towns(owner); }
    Task<find::AlikePage> alike(find::AlikeWish wish) override { return finder_.alike(std::move(wish)); }
    Task<std::vector<find::AlikePhotos>> alike_to(Id owner, Id photo) override {
        return finder_.alike_to(owner, photo);
    }
    Task<std::vector<std::vector<Id>>> same_pixels(Id owner, std::vector<std::uint64_t> pixels) override {
        return finder_.same_pixels(owner, std::move(pixels));
    }
    bool late = false;

private:
    find::Finder& finder_;
};

class SearchTest : public testing::AlbumsTest {
protected:
    SearchTest() {
        kept_ = value(find::sqlite::open({folder_ / "find.db"}));
        finder_ = std::make_unique<LateFinder>(*kept_);
        search_ = std::make_unique<Search>(*gallery_, *finder_);
    }
    ~SearchTest() override { search_.reset(); }

    Id photo(const std::string& title, bool everybody = false) {
        const auto ref = add_photo("picture " + title + std::to_string(++made_));
        edit(ref, "title", json::string(title));
        if (everybody) {
            derive(ref);
            change(ref.id, [](PhotoChange& change) { change.visibility = Visibility::public_; });
        }
        return ref.id;
    }
    void derive(catalog::Ref ref) {
        Changes derived;
        derived[std::string(catalog::field::kState)] = "ready";
        ask(gallery_->ledger().derive(ref, std::move(derived)));
    }
    void change(const Id& id, const std::function<void(PhotoChange&)>& set) {
        PhotoChange wish;
        set(wish);
        ask(gallery_->photos().change(as(owner_), id, std::move(wish), std::nullopt));
    }
    /// As many turns as it takes until a search shows so many.
    void follow_until(std::size_t total) {
        for (int turn = 0; turn < 60; ++turn) {
            ask(search_->follow(kSlice));
            const auto page = result_of(search_->search(as(owner_), false, "", find::Order::newest, "", 100));
            if (page && page->photos.size() == total) return;
        }
        FAIL() << "search never showed " << total;
    }
    std::vector<Id> found(const Viewer& viewer, const std::string& question, bool wall = false) {
        std::vector<Id> ids;
        const auto page = ask(search_->search(viewer, wall, question, find::Order::newest, "", 100));
        EXPECT_EQ(page.total, page.photos.size());
        for (const auto& one : page.photos) ids.push_back(one.row.place.id);
        return ids;
    }

    int made_ = 0;
    std::unique_ptr<find::Finder> kept_;
    std::unique_ptr<LateFinder> finder_;
    std::unique_ptr<Search> search_;
};

TEST_F(SearchTest, IsToldOfTheLibraryAndOfWhatChanges) {
    const auto boat = photo("red boat");
    const auto refused = result_of(search_->search(as(owner_), false, "boat", find::Order::newest, "", 100));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::search_in_the_making);
    follow_until(1);
    EXPECT_EQ(found(as(owner_), "boats"), std::vector{boat});
    EXPECT_TRUE(found(as(ben_), "boats").empty());
    change(boat, [](PhotoChange& wish) { wish.title = "blue ship"; });
    ask(search_->follow(kSlice));
    EXPECT_EQ(found(as(owner_), "ships"), std::vector{boat});
    EXPECT_TRUE(found(as(owner_), "boat").empty());
    const auto page = ask(search_->search(as(owner_), false, "ship", find::Order::newest, "", 100));
    EXPECT_EQ(page.photos.at(0).why, std::vector<std::string>{"title"});
}

TEST_F(SearchTest, AFinderThatIsLateShowsNothingThatMayNotBeSeen) {
    const auto hidden = photo("sea one", true), trashed = photo("sea two", true), purged = photo("sea three", true);
    const auto left = photo("sea four"), renamed = photo("sea five", true), stays = photo("sea six", true);
    const auto album = make(owner_, "Holidays").album.id;
    join(album, ben_, AlbumRole::viewer);
    put(owner_, album, {left});
    follow_until(6);
    ASSERT_EQ(found(as(ben_), "sea").size(), 6U);
    ASSERT_EQ(found({}, "sea", true).size(), 5U);
    ASSERT_EQ(found(as(ben_), "holidays"), std::vector{left});

    finder_->late = true;
    change(hidden, [](PhotoChange& wish) { wish.visibility = Visibility::private_; });
    ask(gallery_->photos().trash(as(owner_), trashed, std::nullopt));
    ask(gallery_->photos().purge(as(owner_), purged, std::nullopt));
    ask(albums().remove_member(as(ben_), album, ben_));
    change(renamed, [](PhotoChange& wish) { wish.title = "mountain"; });
    EXPECT_EQ(found(as(ben_), "sea"), std::vector{stays});
    EXPECT_EQ(found({}, "sea", true), std::vector{stays});
    EXPECT_TRUE(found(as(ben_), "holidays").empty());
    EXPECT_EQ(found(as(owner_), "sea").size(), 3U) << "what is hidden is its owner's still";
}

TEST_F(SearchTest, WhatIsWipedIsToldAgain) {
    const auto boat = photo("red boat");
    follow_until(1);
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove((folder_ / "find.db").string() + end);
    const auto ship = photo("blue ship");
    follow_until(2);
    EXPECT_EQ(found(as(owner_), "ship,boat").size(), 2U);
    EXPECT_TRUE(std::filesystem::exists(folder_ / "find.db"));
    EXPECT_EQ(found(as(owner_), "ship"), std::vector{ship});
    EXPECT_EQ(found(as(owner_), "boat"), std::vector{boat});
}

TEST_F(SearchTest, NobodyInParticularSearchesTheWallAlone) {
    const auto shown = photo("sea", true);
    photo("sea");
    follow_until(2);
    EXPECT_EQ(found({}, "sea", true), std::vector{shown});
    EXPECT_EQ(found(as(owner_), "sea", true), std::vector{shown});
    EXPECT_EQ(result_of(search_->search({}, false, "sea", find::Order::newest, "", 100)).error().kind,
              ErrorKind::unauthenticated);
    EXPECT_EQ(result_of(search_->search({}, true, "foo:x", find::Order::newest, "", 100)).error().code,
              Code::search_not_understood);
}

TEST_F(SearchTest, TheMapShowsOnesOwnPhotosWhereTheyAreNow) {
    const auto here = photo("here"), there = photo("there");
    for (const auto& id : {here, there})
        change(id, [](PhotoChange& wish) { wish.location.emplace(std::pair(48.39, -4.48)); });
    follow_until(2);
    const auto cells = [&](const Viewer& viewer, std::string question = "") {
        return ask(search_->cells(viewer, {}, 2, std::move(question)));
    };
    ASSERT_EQ(cells(as(owner_)).size(), 1U);
    EXPECT_EQ(cells(as(owner_)).front().count, 2U);
    EXPECT_TRUE(cells(as(ben_)).empty());
    EXPECT_EQ(cells(as(owner_), "there").front().id, there);
    EXPECT_FALSE(cells(as(owner_), "there").front().key.empty());
}

}  // namespace
}  // namespace cadre::gallery
