#include "catalog/redis/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "base/hash.h"
#include "catalog/redis/driver.h"
#include "catalog/redis/scripts.h"
#include "catalog/redis/testing.h"
#include "catalog/sqlite/catalog.h"
#include "catalog/suite_timelines.h"

namespace cadre::catalog {

namespace {

const SuiteDriver kRedis{"Redis", redis::testing::make_stores};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Redis, CatalogSuite, testing::Values(kRedis), name_of_driver);
INSTANTIATE_TEST_SUITE_P(Redis, CatalogTimelines, testing::Values(kRedis), name_of_driver);

namespace redis {
namespace {

namespace fs = std::filesystem;
using cadre::redis::Call;

class RedisCatalog : public CatalogTimelines {
protected:
    [[nodiscard]] testing::RedisStores& stores() { return dynamic_cast<testing::RedisStores&>(*stores_); }
    [[nodiscard]] Layout layout() { return Layout(stores().prefix(), suite_declared()); }

    static std::string watched() { return pack_watched(suite_declared().decided_by()); }

    cadre::redis::Reply say(std::vector<std::string> words) {
        Call call{words.at(1), words};
        return ok(stores().cluster().call(std::move(call)));
    }
    /// As if this partition's nodes had come back with nothing.
    void lose(std::size_t partition) {
        for (const auto& key : keys()) {
            const auto mine = layout().marker(partition);
            if (key.starts_with(mine.substr(0, mine.find('}') + 1))) say({"DEL", key});
        }
    }
    /// All keys of this test's prefix.
    std::vector<std::string> keys() {
        std::vector<std::string> all;
        for (const auto& node : ok(stores().cluster().nodes())) {
            if (!node.master) continue;
            auto found = ok(stores().cluster().call_node(node.endpoint, {"KEYS", stores().prefix() + "*"}));
            for (const auto& key : found.array()) all.push_back(key.text());
        }
        return all;
    }

    /// A photo of owner 0 in May 2024.
    static Truth photo(const Id& owner, int number, const char* visibility, std::int64_t n) {
        Truth photo;
        const auto set = [&](const char* name, json::value value) { photo.facts.set(name, std::move(value), {n, 7}); };
        set("owner", json::string(owner.text()));
        set("sha256", json::string(sha256_hex(std::to_string(number))));
        set("access", json::object{{"visibility", visibility}, {"key", json::string("K" + std::to_string(number))}});
        set("taken_at", "2024-05-01T10:00:00Z");
        set("filename", json::string("IMG_" + std::to_string(number) + ".jpg"));
        photo.derived.set("state", "ready", {n, 7});
        return photo;
    }
    void fill(int photos) {
        std::vector<Task<bool>> steps;
        for (int i = 0; i < photos; ++i) {
            const auto id = some_id(static_cast<std::uint64_t>(i));
            model_.photos[id] = photo(owners_[0], i, i % 3 == 0 ? "private" : "public", 1);
            steps.push_back(apply_now({Kind::photo, id}, model_.photos[id]));
        }
        for (const auto& outcome : run_all(std::move(steps))) ASSERT_TRUE(outcome && *outcome);
    }
    std::vector<Ref> audit() {
        std::vector<Ref> mended;
        std::string cursor;
        do {
            auto page = ok(catalog_->audit(cursor, 100));
            mended.insert(mended.end(), page.items.begin(), page.items.end());
            cursor = std::move(page.next);
        } while (!cursor.empty());
        return mended;
    }
};
INSTANTIATE_TEST_SUITE_P(Redis, RedisCatalog, ::testing::Values(kRedis), name_of_driver);

TEST_P(RedisCatalog, WhatAnEntryRemembersOfItsEarlierSelvesIsBounded) {
    const Ref ref{Kind::photo, some_id(1)};
    const auto size = [&] { return say({"HSTRLEN", layout().entries(ref), bytes_of(ref.id)}).integer(); };
    std::int64_t after_a_hundred = 0;
    for (int i = 1; i <= 300; ++i) {
        auto truth = photo(owners_[0], i, "public", i);
        truth.facts.set("title", json::string(std::to_string(i) + std::string(1200, 'x')), {i, 7});
        ok(catalog_->apply(ref, truth));
        if (i == 100) after_a_hundred = size();
    }
    EXPECT_LT(size(), 200'000);
    EXPECT_LT(size(), after_a_hundred + 1000);
}

// ---- rows of releases before ranks ---------------------------------------------------------------------------------

/// As a release before ranks wrote them, in place of those that are there.
class RedisUnranked : public RedisCatalog {
protected:
    void write_unranked(const Id& id) {
        const auto entry = ok(catalog_->get({Kind::photo, id}));
        const auto truth = entry->truth;
        auto row = *row_of(id, truth);
        const auto ranked = row.place;
        row.place = unranked(row.place);
        for (const auto& [view, place] : suite_declared().postings_of({Kind::photo, id}, truth).all) {
            tell(view, id, entry->version, "", "", bytes_of(ranked));
            tell(view, id, entry->version, bytes_of(row.place), pack(row, entry->version), bytes_of(row.place));
        }
    }
    /// Whether all pages together are all rows, each once, in the order in which they come whole.
    void expect_whole(const View& view, std::size_t count) {
        const auto whole = ok(catalog_->month(view, {2024, 5}, 0, 1000)).rows;
        EXPECT_EQ(whole.size(), count);
        std::vector<Row> paged;
        for (std::uint32_t offset = 0; offset < count; offset += 7) {
            const auto page = ok(catalog_->month(view, {2024, 5}, offset, 7)).rows;
            paged.insert(paged.end(), page.begin(), page.end());
        }
        EXPECT_EQ(paged, whole);
        std::optional<Place> after;
        for (paged.clear();; after = paged.back().place) {
            const auto page = ok(catalog_->newest(view, after, 7));
            if (page.empty()) break;
            paged.insert(paged.end(), page.begin(), page.end());
        }
        EXPECT_EQ(paged, whole);
    }

private:
    void tell(const View& view, const Id& id, std::uint64_t version, std::string place, std::string row,
              std::string stands) {
        const auto layout = this->layout();
        const auto home = layout.home_of({view, {2024, 5}});
        cadre::redis::ScriptCall call;
        call.script = &scripts().row;
        call.keys = {layout.head(home), layout.directory(home), layout.names(home.partition),
                     layout.row_mark(home, id)};
        call.arguments = {layout.rows(home), home.text, bytes_of(id), std::to_string(version), std::move(place),
                          std::move(row),    "4",       "",           std::move(stands)};
        EXPECT_EQ(ok(stores().cluster().run(std::move(call))).array().at(0).integer(), 1);
    }
};
INSTANTIATE_TEST_SUITE_P(Redis, RedisUnranked, ::testing::Values(kRedis), name_of_driver);

TEST_P(RedisUnranked, StandBesideTheOthersUntilTheyAreWrittenAgain) {
    const View mine{Family::mine, owners_[0]};
    fill(60);
    for (std::uint64_t i = 0; i < 60; i += 2) write_unranked(some_id(i));
    expect_whole(mine, 60);
    // One that is changed moves to its place, and stands there once.
    for (std::uint64_t i = 0; i < 20; ++i) {
        Truth change;
        change.facts.set("title", "x", {2, 2});
        join(model_.photos[some_id(i)], change);
        ok(catalog_->apply({Kind::photo, some_id(i)}, change));
    }
    expect_whole(mine, 60);
    EXPECT_EQ(ok(catalog_->timeline(mine)).total, 60U);
    // The audit writes the rest again.
    EXPECT_EQ(audit().size(), 20U);
    EXPECT_TRUE(audit().empty());
    for (const auto& view : views()) compare(view);
}

// ---- waits ---------------------------------------------------------------------------------------------------------

TEST_P(RedisCatalog, AReadTakesOneWaitAndAWriteTwo) {
    const Ref ref{Kind::photo, some_id(1)};
    const MonthOf may{{Family::wall, {}}, {2024, 5}};
    auto& cluster = stores().cluster();
    auto waits = [&, before = cluster.waits()]() mutable {
        return cluster.waits() - std::exchange(before, cluster.waits());
    };
    ok(catalog_->apply(ref, photo(owners_[0], 1, "public", 1)));
    EXPECT_EQ(waits(), 2U) << "an upload";
    ok(catalog_->apply(ref, photo(owners_[0], 2, "private", 2)));
    EXPECT_EQ(waits(), 2U) << "an edit that moves rows and look-ups";
    ok(catalog_->month_version(may.view, may.month));
    EXPECT_EQ(waits(), 1U);
    ok(catalog_->month(may.view, may.month, 0, 100));
    EXPECT_EQ(waits(), 1U);
    ok(catalog_->get(ref));
    EXPECT_EQ(waits(), 1U);
    ok(catalog_->find(Index::photo_by_key, {"K1", "K2", "K3"}));
    EXPECT_EQ(waits(), 1U);
    ok(catalog_->timeline(may.view));
    waits();
    ok(catalog_->timeline(may.view));
    ok(catalog_->version(may.view));
    EXPECT_EQ(waits(), 2U) << "once its months are known";
    ok(catalog_->lease("x", Millis(4000)));
    EXPECT_EQ(waits(), 1U);
    const Ref user{Kind::user, owners_[0]};
    Truth ann;
    ann.facts.set("name", "Ann", {1, 1});
    ok(catalog_->apply(user, ann));
    ok(catalog_->put_session({"s", user.id, clock_.now(), clock_.now() + Millis(10'000)}));
    for (int twice = 0; twice < 2; ++twice) {
        waits();
        ok(catalog_->get_session("s"));
        ok(catalog_->get(user));
        EXPECT_EQ(waits(), twice == 0 ? 2U : 0U) << "who asks is known for a moment";
    }
}

// ---- writers that are late, or die ---------------------------------------------------------------------------------

TEST_P(RedisCatalog, AWriterWhoseRowsComeLateDoesNotShowAPrivatePhoto) {
    const Ref ref{Kind::photo, some_id(1)};
    const auto shown = photo(owners_[0], 1, "public", 1);
    const auto stale = ok(catalog_->apply(ref, shown)).version;
    ok(catalog_->apply(ref, photo(owners_[0], 2, "private", 2)));
    for (auto& call : follow(layout(), ref, shown, stale, Standing(), 4)) ok(stores().cluster().run(std::move(call)));
    EXPECT_EQ(ok(catalog_->timeline({})).total, 0U);
    EXPECT_FALSE(find_one(Index::photo_by_key, "K1"));
    EXPECT_EQ(ok(catalog_->timeline({Family::mine, owners_[0]})).total, 1U);
}

TEST_P(RedisCatalog, AWriterWhoseRowsComeLateDoesNotShowAPhotoTwiceInAMonth) {
    const Ref ref{Kind::photo, some_id(1)};
    const auto early = photo(owners_[0], 1, "public", 1);
    const auto stale = ok(catalog_->apply(ref, early)).version;
    Truth later;
    later.facts.set("taken_at", "2024-05-20T10:00:00Z", {2, 2});
    ok(catalog_->apply(ref, later));
    for (auto& call : follow(layout(), ref, early, stale, Standing(), 4)) ok(stores().cluster().run(std::move(call)));
    const auto rows = ok(catalog_->month({}, {2024, 5}, 0, 10)).rows;
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].taken_at, "2024-05-20T10:00:00Z");
}

TEST_P(RedisCatalog, WhatAWriterThatDiedLeftUndoneIsDoneByTheNextOfTheSameThing) {
    const Ref ref{Kind::photo, some_id(1)};
    auto truth = photo(owners_[0], 1, "public", 1);
    ok(catalog_->apply(ref, truth));
    const auto other = photo(owners_[0], 1, "private", 2);
    // Dies after its first script: the entry is private, the wall still shows it.
    std::vector<std::string> keys{layout().marker(Layout::partition_of(ref.id)), layout().entries(ref)};
    ok(stores().cluster().run(
        safe_call(scripts().write, keys, {bytes_of(ref.id), "apply", pack(other), "0", watched()})));
    EXPECT_EQ(ok(catalog_->timeline({})).total, 1U);
    ok(catalog_->apply(ref, other));  // changes nothing in the entry
    EXPECT_EQ(ok(catalog_->timeline({})).total, 0U);
    // The same of a replace with what the entry is already.
    ok(stores().cluster().run(safe_call(
        scripts().write, keys, {bytes_of(ref.id), "apply", pack(photo(owners_[0], 1, "public", 3)), "0", watched()})));
    const auto entry = ok(catalog_->get(ref));
    EXPECT_EQ(ok(catalog_->timeline({})).total, 0U);
    EXPECT_TRUE(ok(catalog_->replace(ref, entry->version, entry->truth)));
    EXPECT_EQ(ok(catalog_->timeline({})).total, 1U);
}

TEST_P(RedisCatalog, AnEntryThatLostItsLastVersionsIsShownAgainWithItsNextOne) {
    const Ref ref{Kind::photo, some_id(1)};
    ok(catalog_->apply(ref, photo(owners_[0], 1, "public", 1)));
    const auto entry_key = layout().entries(ref);
    const auto old = say({"HGET", entry_key, bytes_of(ref.id)}).text();
    ok(catalog_->apply(ref, photo(owners_[0], 1, "private", 2)));
    // A clock of the partition's new master that is far behind makes versions that are older than the row's.
    const MonthOf may{{Family::mine, owners_[0]}, {2024, 5}};
    const auto far = ok(catalog_->get(ref))->version + 1'000'000'000'000;
    const auto truth = ok(catalog_->get(ref))->truth;
    for (auto& call : follow(layout(), ref, truth, far, Standing(), 4)) ok(stores().cluster().run(std::move(call)));
    say({"HSET", entry_key, bytes_of(ref.id), old});
    ok(catalog_->apply(ref, photo(owners_[0], 1, "public", 3)));
    EXPECT_EQ(ok(catalog_->timeline({})).total, 1U);
    EXPECT_GE(ok(catalog_->get(ref))->version, far);
    EXPECT_EQ(ok(catalog_->timeline(may.view)).total, 1U);
}

// ---- audit and rebuild ---------------------------------------------------------------------------------------------

TEST_P(RedisCatalog, AnAuditSetsRightWhatAPartitionForgot) {
    fill(40);
    const Ref hidden{Kind::photo, some_id(1)}, missing{Kind::photo, some_id(2)}, orphan{Kind::photo, some_id(99)};
    const auto now = ok(catalog_->get(hidden));
    // The wall's month lost a removal and an insertion, and keeps a row and a look-up of what is gone.
    const auto once = photo(owners_[1], 777, "public", 1);
    ok(catalog_->apply(hidden, photo(owners_[0], 1, "private", 2)));
    model_.photos[hidden.id] = photo(owners_[0], 1, "private", 2);
    for (auto& call : follow(layout(), hidden, photo(owners_[0], 1, "public", 1), now->version + 60'000'000, {}, 4))
        ok(stores().cluster().run(std::move(call)));
    for (auto& call : follow(layout(), orphan, once, 5, Standing(), 4)) ok(stores().cluster().run(std::move(call)));
    Standing stood;
    stood.add(suite_declared(), missing, model_.photos[missing.id]);
    for (auto& call : follow(layout(), missing, Truth(), ok(catalog_->get(missing))->version, stood, 4))
        ok(stores().cluster().run(std::move(call)));
    EXPECT_EQ(find_one(Index::photo_by_key, "K777"), orphan.id);

    const auto mended = audit();
    EXPECT_THAT(mended, ::testing::IsSupersetOf({hidden, missing, orphan}));
    EXPECT_LE(mended.size(), 8U);
    for (const auto& view : views()) compare(view);
    EXPECT_FALSE(find_one(Index::photo_by_key, "K777"));
    EXPECT_EQ(find_one(Index::photo_by_key, "K2"), missing.id);
    EXPECT_TRUE(audit().empty());
}

TEST_P(RedisCatalog, AnAuditSetsRightAListThatForgot) {
    const auto of_ann = [] {
        Truth album;
        album.facts.set("member:ann", "viewer", {1, 1});
        return album;
    };
    const auto listed = [&] { return ok(catalog_->find_all(kAlbumsOf, "ann", "", 100)).items; };
    const Ref missing{Kind::album, some_id(1)}, left{Kind::album, some_id(2)}, orphan{Kind::album, some_id(99)};
    for (const auto& ref : {missing, left}) ok(catalog_->apply(ref, of_ann()));
    Standing stood;
    stood.add(suite_declared(), missing, of_ann());
    for (auto& call : follow(layout(), missing, Truth(), ok(catalog_->get(missing))->version, stood, 4))
        ok(stores().cluster().run(std::move(call)));
    Truth gone;
    gone.facts.set("member:ann", nullptr, {2, 1});
    const auto now = ok(catalog_->apply(left, gone));
    for (auto& call : follow(layout(), left, of_ann(), now.version + 60'000'000, {}, 4))
        ok(stores().cluster().run(std::move(call)));
    for (auto& call : follow(layout(), orphan, of_ann(), 5, {}, 4)) ok(stores().cluster().run(std::move(call)));
    EXPECT_EQ(listed(), (std::vector{left.id, orphan.id}));
    EXPECT_THAT(audit(), ::testing::IsSupersetOf({missing, left}));  // nobody knows of what kind the orphan was
    EXPECT_EQ(listed(), std::vector{missing.id});
    EXPECT_TRUE(audit().empty());
}

TEST_P(RedisCatalog, ALostPartitionRefusesOthersAnswerAndARebuildMakesItWholeAgain) {
    fill(600);  // some in every partition
    const View wall{}, mine{Family::mine, owners_[0]};
    const auto lost = layout().partition_of(MonthOf{wall, {2024, 5}});
    ASSERT_NE(lost, layout().partition_of(MonthOf{mine, {2024, 5}}));
    lose(lost);
    EXPECT_FALSE(ok(catalog_->complete()));
    EXPECT_EQ(refusal(catalog_->month_version(wall, {2024, 5})), ErrorKind::unavailable);
    EXPECT_EQ(refusal(catalog_->timeline(wall)), ErrorKind::unavailable);
    EXPECT_EQ(refusal(catalog_->newest(wall, std::nullopt, 5)), ErrorKind::unavailable);
    EXPECT_EQ(refusal(catalog_->get({Kind::photo, some_id(lost)})), ErrorKind::unavailable);
    EXPECT_TRUE(ok(catalog_->get({Kind::photo, some_id(lost + 1 < 256 ? lost + 1 : 0)})));
    EXPECT_EQ(ok(catalog_->month_version(mine, {2024, 5})).count, 600U);

    const auto first = ok(catalog_->begin_rebuild(false));
    EXPECT_FALSE(first.empty());
    // Half a truth of something whose entry is lost would look like a whole one.
    Truth derived;
    derived.derived.set("state", "ready", {9, 9});
    EXPECT_EQ(refusal(catalog_->apply({Kind::photo, some_id(lost)}, derived)), ErrorKind::unavailable);
    // Lost again while it is rebuilt: what was rebuilt so far is not all.
    lose(lost);
    ok(catalog_->end_rebuild(first));
    EXPECT_FALSE(ok(catalog_->complete()));

    const auto second = ok(catalog_->begin_rebuild(false));
    for (const auto& [id, truth] : model_.photos)
        if (Layout::partition_of(id) == lost) {
            EXPECT_TRUE(ok(catalog_->replace({Kind::photo, id}, 0, truth)));
        }
    audit();
    ok(catalog_->end_rebuild(second));
    EXPECT_TRUE(ok(catalog_->complete()));
    for (const auto& view : views()) compare(view);
    for (int i = 0; i < 600; i += 7)
        EXPECT_EQ(find_one(Index::photo_by_key, "K" + std::to_string(i)), some_id(static_cast<std::uint64_t>(i)));
}

TEST_P(RedisCatalog, NothingIsLeftOfAMonthWhosePhotosAreGone) {
    fill(40);
    for (const auto& [id, truth] : model_.photos) {
        const Ref ref{Kind::photo, id};
        EXPECT_TRUE(ok(catalog_->replace(ref, ok(catalog_->get(ref))->version, std::nullopt)));
    }
    for (const auto& key : keys()) {
        const auto rest = key.substr(key.find("}:") + 2);
        // Markers, the lists of months (a superset), and marks that end by themselves.
        if (rest == "marker" || rest.starts_with("months:")) continue;
        EXPECT_TRUE(rest.starts_with("gone:")) << rest;
        EXPECT_GT(say({"TTL", key}).integer(), 0) << rest;
    }
}

// ---- beside SQLite -------------------------------------------------------------------------------------------------

TEST_P(RedisCatalog, SaysOfTheSameTruthsWhatSqliteSays) {
    std::string name = (fs::temp_directory_path() / "cadre-catalog-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    const fs::path folder = name;
    auto opened = sqlite::open(
        {.catalog_db = folder / "catalog.db", .volatile_db = folder / "volatile.db", .declared = suite_declared()},
        clock_, random_);
    ASSERT_TRUE(opened);
    auto other = std::move(*opened);
    complete(*other);
    std::vector<std::pair<Ref, Truth>> changes;
    for (int i = 0; i < 800; ++i)
        changes.emplace_back(Ref{roll(9) == 0 ? Kind::user : Kind::photo, some_id(roll(60))}, random_change());
    for (const auto& [ref, truth] : changes) ok(catalog_->apply(ref, truth));
    std::ranges::shuffle(changes, dice_);
    for (const auto& [ref, truth] : changes) ok(other->apply(ref, truth));
    for (const auto& view : views()) {
        const auto timeline = ok(other->timeline(view));
        EXPECT_EQ(ok(catalog_->timeline(view)), timeline);
        for (const auto& month : timeline.months) {
            const auto theirs = ok(other->month(view, month.month, 0, 1000));
            const auto ours = ok(catalog_->month(view, month.month, 0, 1000));
            EXPECT_EQ(ours.month, theirs.month);
            EXPECT_EQ(ours.rows, theirs.rows);
        }
    }
    for (const auto& [ref, truth] : changes) {
        EXPECT_EQ(ok(catalog_->get(ref))->truth, ok(other->get(ref))->truth);
        for (const auto& [index, key] : suite_declared().lookups_of(ref, truth))
            EXPECT_EQ(find_one(index, key), ok(other->find(index, {key})).at(0)) << key;
    }
    other.reset();
    fs::remove_all(folder);
}

}  // namespace
}  // namespace redis
}  // namespace cadre::catalog
