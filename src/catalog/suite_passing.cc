// What passes: leases, counts, what was seen, boards, sessions and kept words.
#include <set>

#include "catalog/suite.h"

namespace cadre::catalog {
namespace {

TEST_P(CatalogSuite, ALeaseKeepsOthersOutUntilItIsReleasedOrEnds) {
    auto other = stores_->open(clock_, random_);
    const auto first = ok(catalog_->lease("photo 1", Millis(4000)));
    EXPECT_EQ(first.name, "photo 1");
    EXPECT_LE(first.until, clock_.monotonic() + Millis(4000));
    EXPECT_EQ(refusal(catalog_->lease("photo 1", Millis(4000))), ErrorKind::conflict);
    EXPECT_EQ(refusal(other->lease("photo 1", Millis(4000))), ErrorKind::conflict);
    ok(catalog_->lease("photo 2", Millis(4000)));
    ok(catalog_->release(first));
    ok(catalog_->release(first));
    const auto second = ok(other->lease("photo 1", Millis(3000)));
    stores_->pass(clock_, Millis(1500));
    EXPECT_EQ(refusal(catalog_->lease("photo 1", Millis(3000))), ErrorKind::conflict);
    stores_->pass(clock_, Millis(1500));
    const auto third = ok(catalog_->lease("photo 1", Millis(4000)));
    ok(other->release(second));  // ended, and taken over: this must not end the third
    EXPECT_EQ(refusal(other->lease("photo 1", Millis(4000))), ErrorKind::conflict);
    EXPECT_NE(first.token, third.token);
}

TEST_P(CatalogSuite, ALeaseThatIsRenewedLastsLongerAndOneThatEndedCannotBe) {
    auto other = stores_->open(clock_, random_);
    const auto first = ok(catalog_->lease("keeper", Millis(2000)));
    stores_->pass(clock_, Millis(1000));
    const auto renewed = ok(catalog_->renew(first, Millis(3000)));
    EXPECT_EQ(renewed.token, first.token);
    EXPECT_GT(renewed.until, first.until);
    stores_->pass(clock_, Millis(1500));  // the first would have ended
    EXPECT_EQ(refusal(other->lease("keeper", Millis(4000))), ErrorKind::conflict);
    stores_->pass(clock_, Millis(1500));
    EXPECT_EQ(refusal(catalog_->renew(renewed, Millis(4000))), ErrorKind::conflict);
    ok(other->lease("keeper", Millis(4000)));
    EXPECT_EQ(refusal(catalog_->renew(renewed, Millis(4000))), ErrorKind::conflict);
}

TEST_P(CatalogSuite, WhoeverGetsALeaseFindsWhatItsLastHolderApplied) {
    auto other = stores_->open(clock_, random_);
    const auto owner = new_id();
    const auto key = key_of_hash(owner, "5e");
    for (int i = 0; i < 20; ++i) {
        auto& first = i % 2 == 0 ? *catalog_ : *other;
        auto& second = i % 2 == 0 ? *other : *catalog_;
        const Ref ref{Kind::photo, new_id()};
        const auto held = ok(first.lease("upload", Millis(10'000)));
        EXPECT_FALSE(ok(first.find(Index::photo_by_hash, {key})).at(0));
        ok(first.apply(ref, photo_with_key(owner, "key", 1)));
        ok(first.release(held));
        const auto next = ok(second.lease("upload", Millis(10'000)));
        EXPECT_EQ(ok(second.find(Index::photo_by_hash, {key})).at(0), ref.id);
        Truth purged;
        purged.purged = true;
        ok(second.apply(ref, purged));
        ok(second.release(next));
    }
}

TEST_P(CatalogSuite, OfManyWhoWantALeaseOneGetsIt) {
    std::vector<Task<Lease>> tasks;
    for (int i = 0; i < 50; ++i) tasks.push_back(catalog_->lease("wanted", Millis(4000)));
    int got = 0;
    for (const auto& outcome : run_all(std::move(tasks))) got += outcome ? 1 : 0;
    EXPECT_EQ(got, 1);
}

TEST_P(CatalogSuite, ACountStartsAgainWhenItsWindowHasPassed) {
    const Millis window{3000};
    const auto count = [&](const char* name) { return ok(catalog_->count(name, window, 100)).count; };
    EXPECT_EQ(count("a"), 1);
    stores_->pass(clock_, Millis(1500));
    EXPECT_EQ(count("a"), 2);
    EXPECT_EQ(count("b"), 1);
    EXPECT_EQ(count("a"), 3);
    stores_->pass(clock_, Millis(1500));
    EXPECT_EQ(count("a"), 1);
}

TEST_P(CatalogSuite, NoMoreThanTheMostIsCountedAndTheTimeLeftIsTold) {
    const Millis window{3000};
    for (int i = 1; i <= 3; ++i) {
        const auto counted = ok(catalog_->count("a", window, 3));
        EXPECT_TRUE(counted.within);
        EXPECT_EQ(counted.count, i);
    }
    for (int i = 0; i < 3; ++i) {
        const auto refused = ok(catalog_->count("a", window, 3));
        EXPECT_FALSE(refused.within);
        EXPECT_EQ(refused.count, 3);
        EXPECT_GT(refused.left, Millis(0));
        EXPECT_LE(refused.left, window);
    }
    // Refusals have not made the window longer.
    stores_->pass(clock_, window);
    EXPECT_EQ(ok(catalog_->count("a", window, 3)).count, 1);
}

TEST_P(CatalogSuite, OneThatIsTakenBackMakesRoomAndNoneBelowNothing) {
    const Millis window{3000};
    ok(catalog_->uncount("a"));
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(ok(catalog_->count("a", window, 2)).within);
    EXPECT_FALSE(ok(catalog_->count("a", window, 2)).within);
    for (int i = 0; i < 3; ++i) ok(catalog_->uncount("a"));
    for (int i = 1; i <= 2; ++i) EXPECT_EQ(ok(catalog_->count("a", window, 2)).count, i);
    EXPECT_FALSE(ok(catalog_->count("a", window, 2)).within);
    stores_->pass(clock_, window);
    EXPECT_TRUE(ok(catalog_->count("a", window, 2)).within);
}

TEST_P(CatalogSuite, ConcurrentCountsAreAllCountedAndNoneMore) {
    std::vector<Task<Counted>> tasks;
    for (int i = 0; i < 100; ++i) tasks.push_back(catalog_->count("c", Millis(10'000), 60));
    std::set<std::int64_t> seen;
    int within = 0;
    for (const auto& outcome : run_all(std::move(tasks))) {
        if (!outcome.value().within) continue;
        ++within;
        seen.insert(outcome->count);
    }
    EXPECT_EQ(within, 60);
    EXPECT_EQ(seen.size(), 60U);
    EXPECT_EQ(*seen.rbegin(), 60);
}

TEST_P(CatalogSuite, WhatWasSeenLastStaysAndTheRestIsForgotten) {
    EXPECT_TRUE(ok(catalog_->seen("ann")).empty());
    const auto start = clock_.now();
    for (const char* item : {"a", "b\xff", "c"}) {
        ok(catalog_->see("ann", item, 3));
        clock_.advance(Millis(1000));
    }
    ok(catalog_->see("ben", "a", 3));
    const Seen a{"a", start}, b{"b\xff", start + Millis(1000)}, c{"c", start + Millis(2000)};
    EXPECT_EQ(ok(catalog_->seen("ann")), (std::vector{c, b, a}));
    ok(catalog_->see("ann", "a", 3));
    const Seen again{"a", start + Millis(3000)};
    EXPECT_EQ(ok(catalog_->seen("ann")), (std::vector{again, c, b}));
    clock_.advance(Millis(1000));
    ok(catalog_->see("ann", "d", 3));
    reopen();
    EXPECT_EQ(ok(catalog_->seen("ann")), (std::vector{Seen{"d", start + Millis(4000)}, again, c}));
    EXPECT_EQ(ok(catalog_->seen("ben")).size(), 1U);
    clock_.advance(Millis(kSeenFor) - Millis(1000));
    EXPECT_EQ(ok(catalog_->seen("ann")), std::vector{(Seen{"d", start + Millis(4000)})});
    clock_.advance(Millis(1000));
    EXPECT_TRUE(ok(catalog_->seen("ann")).empty());
}

// ---- boards

namespace {
std::vector<std::string> texts_of(const std::vector<Posted>& all) {
    std::vector<std::string> texts;
    for (const auto& posted : all) texts.push_back(posted.item + "=" + posted.text);
    return texts;
}
}  // namespace

TEST_P(CatalogSuite, WhatAProcessPostsIsReadByOthersTheLastFirst) {
    auto other = stores_->open(clock_, random_);
    EXPECT_TRUE(ok(other->posted("processes")).empty());
    ok(catalog_->post("processes", "a", "1", Millis(60'000), 8));
    stores_->pass(clock_, Millis(200));
    ok(other->post("processes", "b", std::string("\xff\0{}", 4), Millis(60'000), 8));
    ok(catalog_->post("notes", "a", "elsewhere", Millis(60'000), 8));
    const auto shown = ok(other->posted("processes"));
    EXPECT_EQ(texts_of(shown), (std::vector<std::string>{std::string("b=\xff\0{}", 6), "a=1"}));
    EXPECT_GE(shown.at(1).age, Millis(200));
    EXPECT_LT(shown.at(0).age, shown.at(1).age);
    ok(catalog_->post("processes", "a", "2", Millis(60'000), 8));
    reopen();
    const auto again = ok(catalog_->posted("processes"));
    EXPECT_EQ(texts_of(again).at(0), "a=2");
    EXPECT_LT(again.at(0).age, again.at(1).age + Millis(1));
    EXPECT_EQ(texts_of(ok(catalog_->posted("notes"))), std::vector<std::string>{"a=elsewhere"});
}

TEST_P(CatalogSuite, WhatIsPostedGoesWhenItsTimeIsOverOrItIsTakenOff) {
    ok(catalog_->post("processes", "short", "", Millis(400), 8));
    ok(catalog_->post("processes", "long", "", Millis(60'000), 8));
    ok(catalog_->post("processes", "taken off", "", Millis(60'000), 8));
    ok(catalog_->post("processes", "taken off", "", Millis(0), 8));
    ok(catalog_->post("processes", "never there", "", Millis(0), 8));
    EXPECT_EQ(ok(catalog_->posted("processes")).size(), 2U);
    stores_->pass(clock_, Millis(400));
    EXPECT_EQ(texts_of(ok(catalog_->posted("processes"))), std::vector<std::string>{"long="});
    ok(catalog_->post("processes", "short", "again", Millis(60'000), 8));  // it must not have stayed behind
    EXPECT_EQ(texts_of(ok(catalog_->posted("processes"))), (std::vector<std::string>{"short=again", "long="}));
}

TEST_P(CatalogSuite, OfABoardTheLastStayHoweverManyPost) {
    std::vector<Task<void>> posts;
    for (int i = 0; i < 40; ++i) posts.push_back(catalog_->post("notes", std::to_string(i), "", Millis(60'000), 16));
    for (const auto& posted : run_all(std::move(posts))) EXPECT_TRUE(posted.has_value());
    EXPECT_EQ(ok(catalog_->posted("notes")).size(), 16U);
    ok(catalog_->post("notes", "last", "", Millis(60'000), 2));
    const auto left = texts_of(ok(catalog_->posted("notes")));
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left.front(), "last=");
}

// ---- sessions and kept words
// -----------------------------------------------------------------------------------------

TEST_P(CatalogSuite, ASessionIsThereUntilItIsRemovedOrExpires) {
    const auto user = new_id();
    const Session a{"a", user, clock_.now(), clock_.now() + Millis(1000), "5-00", "2001:db8::1", "A browser\xff"};
    const Session b{"b", user, clock_.now() + Millis(1), clock_.now() + Millis(9000)};
    ok(catalog_->put_session(a));
    ok(catalog_->put_session(b));
    ok(catalog_->put_session({"c", new_id(), clock_.now(), clock_.now() + Millis(9000)}));
    EXPECT_FALSE(ok(catalog_->get_session("none")));
    EXPECT_EQ(ok(catalog_->sessions_of(user)), (std::vector{a, b}));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(ok(catalog_->get_session("a")), a);
    reopen();
    EXPECT_EQ(ok(catalog_->get_session("a")), a);
    clock_.advance(Millis(999));
    EXPECT_EQ(ok(catalog_->get_session("a")), a);
    clock_.advance(Millis(1));
    EXPECT_FALSE(ok(catalog_->get_session("a")));
    EXPECT_EQ(ok(catalog_->sessions_of(user)), std::vector{b});
    EXPECT_EQ(ok(catalog_->get_session("b")), b);
    ok(catalog_->remove_session("b"));
    EXPECT_FALSE(ok(catalog_->get_session("b")));
    EXPECT_TRUE(ok(catalog_->sessions_of(user)).empty());
}

TEST_P(CatalogSuite, TheFirstWordIsKept) {
    EXPECT_EQ(ok(catalog_->keep("setup", "first")), "first");
    EXPECT_EQ(ok(catalog_->keep("setup", "second")), "first");
    reopen();
    EXPECT_EQ(ok(catalog_->keep("setup", "third")), "first");
    EXPECT_EQ(ok(catalog_->keep("other", "")), "");
    EXPECT_EQ(ok(catalog_->keep("other", "late")), "");
}

}  // namespace
}  // namespace cadre::catalog
