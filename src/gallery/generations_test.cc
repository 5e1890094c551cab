#include "gallery/generations.h"

#include <filesystem>
#include <fstream>

#include "base/testing.h"
#include "find/sqlite/finder.h"
#include "gallery/photos.h"
#include "gallery/search.h"
#include "gallery/testing/albums.h"

namespace cadre::gallery {
namespace {

namespace fs = std::filesystem;

constexpr Millis kSlice{20};

/// What a `cadre serve` of a fleet has of search.
struct Replica {
    Replica(Gallery& gallery, const fs::path& folder) : file(folder / "find.db") {
        fs::create_directory(folder);
        auto opened = find::sqlite::open({file});
        if (!opened) throw std::runtime_error(opened.error().message);
        finder = std::move(*opened);
        generations = std::make_unique<Generations>(gallery, *finder);
        search = std::make_unique<Search>(gallery, *finder);
        search->begin_from(*generations);
    }
    [[nodiscard]] Stands stands() const {
        return [this] { return search->standing(); };
    }

    fs::path file;
    std::unique_ptr<find::Finder> finder;
    std::unique_ptr<Generations> generations;
    std::unique_ptr<Search> search;
};

class GenerationsTest : public testing::AlbumsTest {
protected:
    Id photo(const std::string& title) {
        const auto ref = add_photo("picture " + title + std::to_string(++made_));
        edit(ref, "title", json::string(title));
        return ref.id;
    }
    /// As people do, which is told.
    void rename(const Id& id, const std::string& title) {
        PhotoChange wish;
        wish.title = title;
        ask(gallery_->photos().change(as(owner_), id, std::move(wish), std::nullopt));
    }
    std::unique_ptr<Replica> replica() {
        return std::make_unique<Replica>(*gallery_, folder_ / ("replica" + std::to_string(++replicas_)));
    }
    void follow(Replica& replica) { ask(replica.search->follow(kSlice)); }
    /// Until it was told all.
    void complete(Replica& replica) {
        for (int turn = 0; turn < 100 && !replica.search->standing(); ++turn) follow(replica);
        ASSERT_TRUE(replica.search->standing());
    }
    /// As well, and has heard of an event since.
    void complete_and_told(Replica& replica, const Id& photo) {
        complete(replica);
        rename(photo, "told by an event");
        for (int turn = 0; turn < 100 && replica.search->standing()->place.empty(); ++turn) follow(replica);
        ASSERT_FALSE(replica.search->standing()->place.empty());
    }
    void keep(Replica& replica) { ask(replica.generations->keep(replica.stands())); }
    bool is_whole(Replica& replica) { return ask(replica.finder->moment()).whole; }
    std::vector<Id> found(Replica& replica, const std::string& question) {
        std::vector<Id> ids;
        const auto page = ask(replica.search->search(as(owner_), false, question, find::Order::newest, "", 100));
        for (const auto& one : page.photos) ids.push_back(one.row.place.id);
        std::ranges::sort(ids);
        return ids;
    }
    std::vector<std::string> keys() { return LibraryTest::keys("find/"); }
    bool is_kept(const std::string& key) {
        const auto all = keys();
        return std::ranges::find(all, key) != all.end();
    }
    /// The only file below find/.
    fs::path generation_file() const {
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / "blobs" / "find"))
            if (entry.is_regular_file()) return entry.path();
        return {};
    }

    int made_ = 0, replicas_ = 0;
};

TEST_F(GenerationsTest, AReplicaBeginsWithWhatAnotherHadAndIsToldTheRest) {
    const auto boat = photo("red boat"), ship = photo("blue ship");
    const auto first = replica();
    complete_and_told(*first, boat);
    keep(*first);
    ASSERT_EQ(keys().size(), 1U);
    const auto raft = photo("raft");
    rename(raft, "old raft");
    rename(ship, "blue whale");
    ask(gallery_->photos().trash(as(owner_), boat, std::nullopt));

    const auto second = replica();
    blobs_->opens = 0;
    follow(*second);
    EXPECT_EQ(blobs_->opens, 1U) << "of the generation, once";
    EXPECT_TRUE(is_whole(*second));
    complete(*second);
    EXPECT_EQ(second->search->standing()->passed, first->search->standing()->passed) << "it read the whole catalog";
    EXPECT_EQ(found(*second, "raft"), std::vector{raft});
    EXPECT_EQ(found(*second, "whale"), std::vector{ship});
    EXPECT_TRUE(found(*second, "boat,ship").empty());
}

TEST_F(GenerationsTest, WhatNoEventToldIsComparedWithTheCatalog) {
    const auto boat = photo("red boat"), ship = photo("blue ship");
    const auto first = replica();
    complete_and_told(*first, boat);
    keep(*first);
    // More than the bus keeps.
    for (int i = 0; i < 300; ++i)
        ask(gallery_->stores().events.publish(kChangesChannel, kPhotoTouched, {{"id", boat.text()}}));
    rename(ship, "blue whale");
    for (int i = 0; i < 300; ++i)
        ask(gallery_->stores().events.publish(kChangesChannel, kPhotoTouched, {{"id", boat.text()}}));
    const auto second = replica();
    follow(*second);
    EXPECT_TRUE(is_whole(*second));
    complete(*second);
    EXPECT_EQ(found(*second, "whale"), std::vector{ship});
    EXPECT_TRUE(found(*second, "ship").empty());
}

TEST_F(GenerationsTest, OneThatWasLongAgoComparedIsComparedAgain) {
    const auto boat = photo("red boat"), ship = photo("blue ship");
    const auto first = replica();
    complete_and_told(*first, boat);
    keep(*first);
    clock_.advance(std::chrono::hours(7));
    set_entry({catalog::Kind::photo, ship}, std::nullopt);  // as a repair does, which tells no event
    const auto second = replica();
    follow(*second);
    EXPECT_TRUE(is_whole(*second));
    complete(*second);
    EXPECT_GE(second->search->standing()->passed, clock_.now() - std::chrono::hours(1));
    find::Wish all;
    all.asker.user = owner_;
    EXPECT_EQ(ask(second->finder->search(all)).ids, std::vector{boat});
}

TEST_F(GenerationsTest, TheNewestIsWrittenWhenTheOneBeforeIsOldAndTwoStay) {
    photo("red boat");
    const auto one = replica(), other = replica();
    complete(*one);
    complete(*other);
    keep(*one);
    keep(*other);
    const auto first = keys();
    EXPECT_EQ(first.size(), 1U) << "the other one wrote it again";
    for (int i = 0; i < 3; ++i) {
        clock_.advance(kGenerationEvery + std::chrono::minutes(1));
        keep(*one);
    }
    EXPECT_EQ(keys().size(), 2U);
    EXPECT_FALSE(is_kept(first.front()));
    EXPECT_FALSE(fs::exists(one->file.string() + ".saved"));
    EXPECT_FALSE(fs::exists(one->file.string() + ".packed"));
}

TEST_F(GenerationsTest, NothingIsWrittenOfWhatIsNotWhole) {
    photo("red boat");
    const auto one = replica();
    keep(*one);
    EXPECT_TRUE(keys().empty());
}

TEST_F(GenerationsTest, WhileAnotherReplicaWritesNobodyElseDoes) {
    photo("red boat");
    const auto one = replica();
    complete(*one);
    const auto lease = ask(gallery_->stores().catalog.lease("find", Millis(60'000)));
    keep(*one);
    EXPECT_TRUE(keys().empty());
    ask(gallery_->stores().catalog.release(lease));
    keep(*one);
    EXPECT_EQ(keys().size(), 1U);
}

TEST_F(GenerationsTest, ADamagedOneGoesAndTheOneBeforeIsTaken) {
    const auto boat = photo("red boat");
    const auto first = replica();
    complete(*first);
    keep(*first);
    const auto before = keys();
    clock_.advance(kGenerationEvery);
    const auto older = generation_file();
    keep(*first);
    ASSERT_EQ(keys().size(), 2U);
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "blobs" / "find")) {
        if (!entry.is_regular_file() || entry.path() == older) continue;
        std::fstream(entry.path(), std::ios::in | std::ios::out | std::ios::binary).seekp(500).write("nonsense", 8);
    }
    const auto second = replica();
    follow(*second);
    EXPECT_TRUE(is_whole(*second));
    EXPECT_EQ(keys(), before);
    EXPECT_EQ(found(*second, "boat"), std::vector{boat});
}

TEST_F(GenerationsTest, OneThatIsCutShortCostsTheReadingOfTheCatalog) {
    const auto boat = photo("red boat");
    const auto first = replica();
    complete(*first);
    keep(*first);
    fs::resize_file(generation_file(), 1'000);
    const auto second = replica();
    follow(*second);
    complete(*second);
    EXPECT_TRUE(keys().empty());
    EXPECT_EQ(found(*second, "boat"), std::vector{boat});
    EXPECT_FALSE(fs::exists(second->file.string() + ".taken"));
}

TEST_F(GenerationsTest, OneOfAnotherFormIsLeftAloneAndGoesLater) {
    photo("red boat");
    const auto other = "find/" + make_id(clock_, random_).text() + "/sqlite-4";
    put(other, "of a release before");
    const auto one = replica();
    complete(*one);
    keep(*one);
    EXPECT_EQ(keys().size(), 2U);
    clock_.advance(std::chrono::hours(49));
    complete(*one);
    keep(*one);
    EXPECT_FALSE(is_kept(other));
}

TEST_F(GenerationsTest, WithoutTheBlobsTheCatalogIsRead) {
    const auto boat = photo("red boat");
    const auto one = replica();
    blobs_->failing_list = blobs_->lists + 1;
    follow(*one);
    complete(*one);
    EXPECT_EQ(found(*one, "boat"), std::vector{boat});
}

TEST_F(GenerationsTest, ALostCopyIsTakenAgainAndOnceMoreMadeFromTheCatalog) {
    const auto boat = photo("red boat");
    const auto one = replica();
    complete(*one);
    keep(*one);
    for (int time = 0; time < 3; ++time) {
        for (const char* end : {"", "-wal", "-shm"}) fs::remove(one->file.string() + end);
        const auto raft = photo("raft " + std::to_string(time));
        follow(*one);
        complete(*one);
        EXPECT_EQ(found(*one, "boat"), std::vector{boat});
        EXPECT_EQ(found(*one, "raft").size(), static_cast<std::size_t>(time + 1));
        EXPECT_EQ(found(*one, "\"raft " + std::to_string(time) + "\""), std::vector{raft});
    }
}

}  // namespace
}  // namespace cadre::gallery
