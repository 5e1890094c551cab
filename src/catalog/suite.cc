#include "catalog/suite.h"

#include <set>

namespace cadre::catalog {

void CatalogSuite::SetUp() {
    stores_ = GetParam().make();
    if (!stores_) GTEST_SKIP() << "its servers are not installed";
    catalog_ = stores_->open(clock_, random_);
    complete(*catalog_);
}

void CatalogSuite::reopen() {
    catalog_.reset();
    catalog_ = stores_->open(clock_, random_);
}

void CatalogSuite::audit(Catalog& catalog) {
    std::string cursor;
    do {
        auto page = ok(catalog.audit(cursor, 100));
        cursor = std::move(page.next);
    } while (!cursor.empty());
}

std::optional<Id> CatalogSuite::find_one(Index index, std::string key) {
    return ok(catalog_->find(index, {std::move(key)})).at(0);
}

namespace {

Truth with(std::string name, json::value value, Stamp stamp = {1, 1}) {
    Truth truth;
    truth.facts.set(std::move(name), std::move(value), stamp);
    return truth;
}

}  // namespace

Truth photo_with_key(const Id& owner, const char* key, std::int64_t n) {
    auto photo = with("owner", json::string(owner.text()), {n, 1});
    photo.facts.set("sha256", "5e", {n, 1});
    photo.facts.set("access", json::object{{"visibility", "public"}, {"key", key}}, {n, 1});
    return photo;
}

namespace {

// ---- records
// ---------------------------------------------------------------------------------------------------------

TEST_P(CatalogSuite, WhatWasAppliedIsReadBackAndSurvivesAReopening) {
    const Ref ref{Kind::album, new_id()};
    auto truth = with("title", "Été\0 1"), derived = Truth();
    truth.derived.set("lat", 48.123456789, {7, UINT64_MAX});
    EXPECT_FALSE(ok(catalog_->get(ref)));
    const auto applied = ok(catalog_->apply(ref, truth));
    EXPECT_EQ(applied.truth, truth);
    EXPECT_NE(applied.version, 0U);
    for (int i = 0; i < 2; ++i) {
        const auto entry = ok(catalog_->get(ref));
        ASSERT_TRUE(entry);
        EXPECT_EQ(entry->truth, truth);
        EXPECT_EQ(entry->version, applied.version);
        reopen();
    }
    EXPECT_FALSE(ok(catalog_->get({Kind::share, ref.id})));
}

TEST_P(CatalogSuite, ApplyJoinsAndAnOlderValueChangesNothing) {
    const Ref ref{Kind::photo, new_id()};
    const auto first = ok(catalog_->apply(ref, with("title", "new", {5, 0})));
    const auto second = ok(catalog_->apply(ref, with("title", "old", {4, 9})));
    EXPECT_EQ(second.truth.string("title"), "new");
    EXPECT_EQ(second.version, first.version);
    const auto third = ok(catalog_->apply(ref, with("caption", "more", {4, 9})));
    EXPECT_EQ(third.truth.string("title"), "new");
    EXPECT_EQ(third.truth.string("caption"), "more");
    EXPECT_NE(third.version, first.version);
}

TEST_P(CatalogSuite, ConcurrentAppliesOfOneThingEndInTheirJoin) {
    const Ref ref{Kind::photo, new_id()};
    std::vector<Task<Entry>> tasks;
    Truth all;
    for (int i = 0; i < 200; ++i) {
        auto truth = with("field" + std::to_string(i % 20), i, {i, 1});
        join(all, truth);
        tasks.push_back(catalog_->apply(ref, truth));
    }
    for (const auto& outcome : run_all(std::move(tasks))) ASSERT_TRUE(outcome);
    EXPECT_EQ(ok(catalog_->get(ref))->truth, all);
}

TEST_P(CatalogSuite, ATombBeatsAllThatComesLater) {
    const Ref ref{Kind::photo, new_id()};
    const auto owner = new_id();
    ok(catalog_->apply(ref, photo_with_key(owner, "K", 1)));
    Truth tomb;
    tomb.purged = true;
    EXPECT_TRUE(ok(catalog_->apply(ref, tomb)).truth.purged);
    EXPECT_TRUE(ok(catalog_->apply(ref, photo_with_key(owner, "L", 9))).truth.purged);
    EXPECT_FALSE(find_one(Index::photo_by_key, "K"));
    EXPECT_FALSE(find_one(Index::photo_by_key, "L"));
    EXPECT_FALSE(find_one(Index::photo_by_hash, key_of_hash(owner, "5e")));
    EXPECT_EQ(ok(catalog_->timeline({Family::mine, owner})).total, 0U);
}

TEST_P(CatalogSuite, ReplaceSetsExactlyWhatItIsGivenOnlyIfNothingChangedSince) {
    const Ref ref{Kind::photo, new_id()};
    EXPECT_FALSE(ok(catalog_->replace(ref, 77, with("title", "no"))));
    EXPECT_FALSE(ok(catalog_->get(ref)));
    EXPECT_TRUE(ok(catalog_->replace(ref, 0, with("title", "first", {9, 9}))));
    const auto first = ok(catalog_->get(ref))->version;
    EXPECT_FALSE(ok(catalog_->replace(ref, 0, with("title", "no"))));
    EXPECT_TRUE(ok(catalog_->replace(ref, first, with("caption", "older, alone", {1, 1}))));
    EXPECT_EQ(ok(catalog_->get(ref))->truth, with("caption", "older, alone", {1, 1}));
    EXPECT_FALSE(ok(catalog_->replace(ref, first, std::nullopt)));
    EXPECT_TRUE(ok(catalog_->replace(ref, ok(catalog_->get(ref))->version, std::nullopt)));
    EXPECT_FALSE(ok(catalog_->get(ref)));
    EXPECT_TRUE(ok(catalog_->replace(ref, 0, std::nullopt)));
}

TEST_P(CatalogSuite, AVersionIsNotUsedAgainAfterARemoval) {
    const Ref ref{Kind::photo, new_id()};
    std::set<std::uint64_t> versions;
    for (int i = 0; i < 20; ++i) {
        const auto entry = ok(catalog_->apply(ref, with("title", "same")));
        EXPECT_TRUE(versions.insert(entry.version).second);
        EXPECT_TRUE(ok(catalog_->replace(ref, entry.version, std::nullopt)));
    }
}

TEST_P(CatalogSuite, OfConcurrentReplacesOneSucceeds) {
    const Ref ref{Kind::photo, new_id()};
    const auto version = ok(catalog_->apply(ref, with("title", "start"))).version;
    std::vector<Task<bool>> tasks;
    for (int i = 0; i < 50; ++i) tasks.push_back(catalog_->replace(ref, version, with("title", i, {i + 2, 1})));
    int succeeded = 0;
    for (const auto& outcome : run_all(std::move(tasks))) succeeded += outcome.value() ? 1 : 0;
    EXPECT_EQ(succeeded, 1);
}

TEST_P(CatalogSuite, ManyAreReadInTheOrderAskedForWithHolesForTheAbsent) {
    const auto a = new_id(), b = new_id();
    ok(catalog_->apply({Kind::user, a}, with("name", "a")));
    ok(catalog_->apply({Kind::user, b}, with("name", "b")));
    const auto entries = ok(catalog_->get_many(Kind::user, {b, new_id(), a, b}));
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries[0]->truth.string("name"), "b");
    EXPECT_FALSE(entries[1]);
    EXPECT_EQ(entries[2]->truth.string("name"), "a");
    EXPECT_EQ(entries[3]->truth.string("name"), "b");
}

TEST_P(CatalogSuite, AScanFindsEveryEntryOfItsKindOnceWhateverThePagesSize) {
    std::set<Id> all;
    for (int i = 0; i < 23; ++i) {
        const auto id = new_id();
        all.insert(id);
        auto truth = with("n", i);
        truth.purged = i % 3 == 0;
        ok(catalog_->apply({Kind::token, id}, truth));
        ok(catalog_->apply({Kind::user, new_id()}, truth));
    }
    for (const std::size_t limit : std::initializer_list<std::size_t>{1, 7, 23, 100}) {
        std::set<Id> seen;
        std::string cursor;
        do {
            const auto page = ok(catalog_->scan(Kind::token, cursor, limit));
            EXPECT_LE(page.items.size(), limit);
            EXPECT_FALSE(page.items.empty());
            for (const auto& item : page.items) EXPECT_TRUE(seen.insert(item.id).second);
            cursor = page.next;
        } while (!cursor.empty());
        EXPECT_EQ(seen, all) << limit;
    }
    EXPECT_TRUE(ok(catalog_->scan(Kind::share, "", 10)).items.empty());
    EXPECT_EQ(refusal(catalog_->scan(Kind::token, "nonsense", 10)), ErrorKind::invalid);
}

TEST_P(CatalogSuite, AThingIsFoundUnderItsPresentKeyAndNoLongerUnderTheOldOne) {
    const Ref ref{Kind::photo, new_id()};
    const auto owner = new_id();
    EXPECT_FALSE(find_one(Index::photo_by_key, "K1"));
    ok(catalog_->apply(ref, photo_with_key(owner, "K1", 1)));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(find_one(Index::photo_by_key, "K1"), ref.id);
    EXPECT_EQ(find_one(Index::photo_by_hash, key_of_hash(owner, "5e")), ref.id);
    ok(catalog_->apply(ref, photo_with_key(owner, "K2", 2)));
    EXPECT_FALSE(find_one(Index::photo_by_key, "K1"));
    EXPECT_EQ(find_one(Index::photo_by_key, "K2"), ref.id);
    const auto found = ok(catalog_->find(Index::photo_by_key, {"K2", "none", "K2"}));
    EXPECT_EQ(found, (std::vector<std::optional<Id>>{ref.id, std::nullopt, ref.id}));
    EXPECT_TRUE(ok(catalog_->replace(ref, ok(catalog_->get(ref))->version, std::nullopt)));
    EXPECT_FALSE(find_one(Index::photo_by_key, "K2"));
    EXPECT_TRUE(ok(catalog_->find(Index::photo_by_key, {})).empty());
}

TEST_P(CatalogSuite, WhatIsKnownWithoutAskingIsWhatWouldBeFound) {
    const Ref ref{Kind::photo, new_id()};
    const auto owner = new_id();
    const auto agrees = [&](const char* key, std::optional<Id> found) {
        for (int i = 0; i < 2; ++i) {  // before and after it was asked for
            const auto known = catalog_->known(Index::photo_by_key, key);
            EXPECT_TRUE(!known || known == found) << key;
            EXPECT_EQ(find_one(Index::photo_by_key, key), found);
        }
    };
    agrees("K1", std::nullopt);
    ok(catalog_->apply(ref, photo_with_key(owner, "K1", 1)));
    agrees("K1", ref.id);
    ok(catalog_->apply(ref, photo_with_key(owner, "K2", 2)));
    agrees("K1", std::nullopt);
    agrees("K2", ref.id);
    const auto mark = ok(catalog_->begin_rebuild(true));
    EXPECT_FALSE(catalog_->known(Index::photo_by_key, "K2"));
    ok(catalog_->end_rebuild(mark));
    agrees("K2", ref.id);
    EXPECT_TRUE(ok(catalog_->replace(ref, ok(catalog_->get(ref))->version, std::nullopt)));
    agrees("K2", std::nullopt);
}

TEST_P(CatalogSuite, OfSeveralUnderOneKeyTheSmallestIsFound) {
    const auto a = new_id(), b = new_id();
    const auto [small, large] = std::minmax(a, b);
    ok(catalog_->apply({Kind::user, large}, with("name", "Ann")));
    EXPECT_EQ(find_one(Index::user_by_name, "ann"), large);
    ok(catalog_->apply({Kind::user, small}, with("name", "aNN")));
    EXPECT_EQ(find_one(Index::user_by_name, fold_name("ANN")), small);
    Truth tomb;
    tomb.purged = true;
    ok(catalog_->apply({Kind::user, small}, tomb));
    EXPECT_EQ(find_one(Index::user_by_name, "ann"), large);
}

TEST_P(CatalogSuite, AllUnderOneKeyAreListedInPages) {
    const auto owner = new_id(), other = new_id();
    const auto token_of = [](const Id& user, std::int64_t n) {
        return with("user", json::string(user.text()), {n, 1});
    };
    std::vector<Id> ids;
    for (int i = 0; i < 7; ++i) ids.push_back(new_id());
    for (const auto& id : ids) ok(catalog_->apply({Kind::token, id}, token_of(owner, 1)));
    ok(catalog_->apply({Kind::token, new_id()}, token_of(other, 1)));
    std::ranges::sort(ids);
    const auto listed = [&](std::size_t limit) {
        std::vector<Id> all;
        std::string cursor;
        do {
            auto page = ok(catalog_->find_all(Index::tokens_of, owner.text(), cursor, limit));
            EXPECT_LE(page.items.size(), limit);
            all.insert(all.end(), page.items.begin(), page.items.end());
            cursor = page.next;
        } while (!cursor.empty());
        return all;
    };
    for (const std::size_t limit : {1, 3, 7, 100}) EXPECT_EQ(listed(limit), ids) << limit;
    Truth tomb;
    tomb.purged = true;
    ok(catalog_->apply({Kind::token, ids[2]}, tomb));
    ok(catalog_->apply({Kind::token, ids[4]}, token_of(other, 2)));
    EXPECT_EQ(listed(2), (std::vector{ids[0], ids[1], ids[3], ids[5], ids[6]}));
    EXPECT_TRUE(ok(catalog_->find_all(Index::tokens_of, new_id().text(), "", 10)).items.empty());
    EXPECT_EQ(refusal(catalog_->find_all(Index::tokens_of, owner.text(), "no cursor", 10)), ErrorKind::invalid);
}

TEST_P(CatalogSuite, AnEntryMayHaveTenThousandTagsOfAnyBytes) {
    const Ref ref{Kind::photo, new_id()};
    Truth truth;
    for (int i = 0; i < 10'000; ++i) truth.facts.set("tag:\u6e21\u3057'\"\n" + std::to_string(i), true, {1, 1});
    ok(catalog_->apply(ref, truth));
    EXPECT_EQ(ok(catalog_->get(ref))->truth, truth);
}

TEST_P(CatalogSuite, APersonsRecordIsReadAsItWasLastWritten) {
    const Ref user{Kind::user, new_id()}, token{Kind::token, new_id()};
    for (int i = 1; i < 20; ++i) {
        ok(catalog_->apply(user, with("role", i, {i, 1})));
        ok(catalog_->apply(token, with("hash", json::string(std::to_string(i)), {i, 1})));
        for (int twice = 0; twice < 2; ++twice) {
            EXPECT_EQ(ok(catalog_->get(user))->truth.integer("role"), i);
            EXPECT_EQ(find_one(Index::token_by_hash, std::to_string(i)), token.id);
            EXPECT_FALSE(find_one(Index::token_by_hash, std::to_string(i - 1)));
        }
    }
}

// ---- two handles
// -----------------------------------------------------------------------------------------------------

TEST_P(CatalogSuite, WhatAnotherProcessWritesAboutPeopleIsSeenSoon) {
    auto other = stores_->open(clock_, random_);
    const Ref user{Kind::user, new_id()}, token{Kind::token, new_id()};
    ok(catalog_->apply(user, with("disabled", false)));
    ok(catalog_->apply(token, with("hash", "h")));
    ok(catalog_->put_session({"s", user.id, clock_.now(), clock_.now() + Millis(10'000)}));
    EXPECT_FALSE(ok(catalog_->get(user))->truth.flag("disabled"));
    EXPECT_TRUE(find_one(Index::token_by_hash, "h"));
    EXPECT_TRUE(ok(catalog_->get_session("s")));
    ok(other->apply(user, with("disabled", true, {2, 2})));
    Truth tomb;
    tomb.purged = true;
    ok(other->apply(token, tomb));
    ok(other->remove_session("s"));
    clock_.advance(Millis(1000));
    EXPECT_TRUE(ok(catalog_->get(user))->truth.flag("disabled"));
    EXPECT_FALSE(find_one(Index::token_by_hash, "h"));
    EXPECT_FALSE(ok(catalog_->get_session("s")));
}

TEST_P(CatalogSuite, TwoProcessesMayWriteAtTheSameTime) {
    auto other = stores_->open(clock_, random_);
    const Ref ref{Kind::user, new_id()};
    std::vector<Task<Entry>> tasks;
    Truth all;
    for (int i = 0; i < 100; ++i) {
        auto truth = with("field" + std::to_string(i), i);
        join(all, truth);
        tasks.push_back((i % 2 == 0 ? catalog_ : other)->apply(ref, truth));
    }
    for (const auto& outcome : run_all(std::move(tasks))) ASSERT_TRUE(outcome) << outcome.error().detail;
    clock_.advance(Millis(1000));
    EXPECT_EQ(ok(catalog_->get(ref))->truth, all);
    EXPECT_EQ(ok(other->get(ref))->truth, all);
}

// ---- completeness
// ----------------------------------------------------------------------------------------------------

TEST_P(CatalogSuite, AFreshCatalogIsNotComplete) {
    auto fresh_stores = GetParam().make();
    auto fresh = fresh_stores->open(clock_, random_);
    EXPECT_FALSE(ok(fresh->complete()));
    EXPECT_EQ(refusal(fresh->timeline({})), ErrorKind::unavailable);
    EXPECT_EQ(refusal(fresh->get({Kind::photo, new_id()})), ErrorKind::unavailable);
    ok(fresh->check());
}

TEST_P(CatalogSuite, AnIncompleteCatalogRefusesReadsAndTakesWrites) {
    const Ref photo{Kind::photo, new_id()}, user{Kind::user, new_id()};
    ok(catalog_->apply(photo, photo_with_key(user.id, "K", 1)));
    ok(catalog_->find(Index::photo_by_key, {"K"}));
    ok(catalog_->version({}));
    ok(catalog_->month_version({Family::mine, user.id}, {1970, 1}));
    const auto mark = ok(catalog_->begin_rebuild(true));
    EXPECT_FALSE(mark.empty());
    for (int i = 0; i < 2; ++i) {
        EXPECT_FALSE(ok(catalog_->complete()));
        EXPECT_EQ(refusal(catalog_->find(Index::photo_by_key, {"K"})), ErrorKind::unavailable);
        EXPECT_EQ(refusal(catalog_->find(Index::photo_by_key, {})), ErrorKind::unavailable);
        EXPECT_EQ(refusal(catalog_->version({})), ErrorKind::unavailable);
        EXPECT_EQ(refusal(catalog_->timeline({})), ErrorKind::unavailable);
        EXPECT_EQ(refusal(catalog_->month_version({Family::mine, user.id}, {1970, 1})), ErrorKind::unavailable);
        EXPECT_EQ(refusal(catalog_->month({}, {1970, 1}, 0, 1)), ErrorKind::unavailable);
        EXPECT_EQ(refusal(catalog_->newest({}, std::nullopt, 1)), ErrorKind::unavailable);
        EXPECT_EQ(refusal(catalog_->get(user)), ErrorKind::unavailable);
        EXPECT_EQ(refusal(catalog_->get_many(Kind::photo, {photo.id, user.id})), ErrorKind::unavailable);
        EXPECT_TRUE(ok(catalog_->get(photo)));
        reopen();
    }
    ok(catalog_->apply(photo, photo_with_key(user.id, "L", 2)));
    EXPECT_TRUE(ok(catalog_->replace(user, 0, with("name", "n"))));
    EXPECT_EQ(ok(catalog_->scan(Kind::photo, "", 10)).items.size(), 1U);
    ok(catalog_->release(ok(catalog_->lease("x", Millis(1)))));
    ok(catalog_->put_session({"s", user.id, clock_.now(), clock_.now() + Millis(10)}));
    EXPECT_TRUE(ok(catalog_->get_session("s")));
    EXPECT_EQ(ok(catalog_->keep("a", "b")), "b");
    ok(catalog_->check());
    ok(catalog_->end_rebuild(mark));
    EXPECT_EQ(find_one(Index::photo_by_key, "L"), photo.id);
    EXPECT_FALSE(find_one(Index::photo_by_key, "K"));
    EXPECT_TRUE(ok(catalog_->complete()));
}

TEST_P(CatalogSuite, OfSeveralThatRebuildTheFirstThatIsDoneMakesItComplete) {
    EXPECT_EQ(ok(catalog_->begin_rebuild(false)), "");  // nothing is missing
    for (const bool joins_first : {false, true}) {
        const auto everything = ok(catalog_->begin_rebuild(true));
        const auto joins = ok(catalog_->begin_rebuild(false));
        ok(catalog_->end_rebuild(""));
        EXPECT_FALSE(ok(catalog_->complete()));
        ok(catalog_->end_rebuild(joins_first ? joins : everything));
        EXPECT_TRUE(ok(catalog_->complete()));
        ok(catalog_->end_rebuild(joins_first ? everything : joins));
        EXPECT_TRUE(ok(catalog_->complete()));
    }
}

TEST_P(CatalogSuite, WhoRebuiltBeforeEverythingWasBegunAgainDoesNotMakeItComplete) {
    const auto first = ok(catalog_->begin_rebuild(true));
    const auto second = ok(catalog_->begin_rebuild(true));
    EXPECT_NE(first, second);
    for (int crashed = 0; crashed < 40; ++crashed) EXPECT_NE(ok(catalog_->begin_rebuild(false)), "");
    const auto third = ok(catalog_->begin_rebuild(false));
    ok(catalog_->end_rebuild(first));
    EXPECT_FALSE(ok(catalog_->complete()));
    ok(catalog_->end_rebuild(third));
    EXPECT_TRUE(ok(catalog_->complete()));
}

TEST_P(CatalogSuite, AnAuditOfWhatIsRightChangesNothing) {
    const auto owner = new_id();
    for (int i = 0; i < 30; ++i) {
        auto photo = photo_with_key(owner, ("K" + std::to_string(i)).c_str(), 1);
        photo.purged = i % 5 == 0;
        ok(catalog_->apply({Kind::photo, new_id()}, photo));
        ok(catalog_->apply({Kind::user, new_id()}, with("name", json::string(std::to_string(i)))));
    }
    const auto before = ok(catalog_->timeline({Family::mine, owner}));
    std::string cursor;
    do {
        auto page = ok(catalog_->audit(cursor, 7));
        EXPECT_TRUE(page.items.empty());
        cursor = std::move(page.next);
    } while (!cursor.empty());
    EXPECT_EQ(ok(catalog_->timeline({Family::mine, owner})), before);
}

}  // namespace
}  // namespace cadre::catalog
