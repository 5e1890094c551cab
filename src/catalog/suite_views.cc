// Views as they are declared, and as they are declared later.
#include <set>

#include "catalog/suite_families.h"
#include "catalog/suite_timelines.h"

namespace cadre::catalog {
namespace {

/// The fields that decide where a thing stands, and no others: all that a driver may remember of what it was.
Truth decisive(const Truth& truth) {
    Truth some;
    some.purged = truth.purged;
    const auto decides = [](std::string_view name) {
        return std::ranges::any_of(suite_declared().decided_by(), [name](std::string_view field) {
            return field.ends_with('*') ? name.starts_with(field.substr(0, field.size() - 1)) : name == field;
        });
    };
    for (const auto& [from, to] : {std::pair{&truth.facts, &some.facts}, std::pair{&truth.derived, &some.derived}})
        for (const auto& [name, field] : from->fields)
            if (decides(name)) to->fields.emplace(name, field);
    return some;
}

TEST_P(CatalogTimelines, WhereAThingStandsIsDecidedByTheFieldsThatAreDeclared) {
    for (int i = 0; i < 2000; ++i) {
        auto truth = random_change();
        for (auto more = roll(30); more-- > 0;) join(truth, random_change());
        truth.facts.set("name", json::string(std::to_string(roll(9))), {1, 1});
        truth.facts.set("hash", json::string(std::to_string(roll(9))), {1, 1});
        truth.facts.set("user", json::string(std::to_string(roll(9))), {1, 1});
        truth.facts.set("member:" + std::to_string(roll(9)), true, {1, 1});
        const auto some = decisive(truth);
        for (const auto kind : {Kind::photo, Kind::user, Kind::album, Kind::share, Kind::token, Kind::settings}) {
            const Ref ref{kind, some_id(7)};
            ASSERT_EQ(suite_declared().postings_of(ref, some).all, suite_declared().postings_of(ref, truth).all);
            ASSERT_EQ(suite_declared().lookups_of(ref, some), suite_declared().lookups_of(ref, truth));
        }
    }
}

TEST_P(CatalogTimelines, AWordOfAnyBytesIsAViewOfItsOwn) {
    const auto owner = owners_[0];
    const std::vector<std::string> words{
        "a", "a/b", "a|b", "%41", "A", "\xe6\xb8\xa1\xe3\x81\x97", "2024-05", " ", std::string("\0\n}{", 4)};
    std::uint64_t number = 0;
    for (const auto& word : words) {
        auto photo = photo_with_key(owner, "K", 1);
        photo.facts.set("label:" + word, true, {1, 1});
        model_.photos[some_id(++number)] = photo;
        ok(catalog_->apply({Kind::photo, some_id(number)}, photo));
    }
    for (const auto& word : words) {
        EXPECT_EQ(ok(catalog_->timeline({kLabel, owner, word})).total, 1U) << word;
        compare({kLabel, owner, word});
    }
    auto sorted = words;
    std::ranges::sort(sorted);
    EXPECT_EQ(listed(owner, 2), sorted) << "by their bytes";
    EXPECT_EQ(listed(owner, 100), sorted);
    EXPECT_TRUE(listed(owners_[1], 2).empty());
    EXPECT_EQ(ok(catalog_->timeline({kLabel, owner, "b"})).total, 0U);
    EXPECT_EQ(ok(catalog_->timeline({kLabel, owners_[1], "a"})).total, 0U);
    audit(*catalog_);
    for (const auto& word : words) EXPECT_EQ(ok(catalog_->newest({kLabel, owner, word}, std::nullopt, 9)).size(), 1U);
}

TEST_P(CatalogTimelines, WordsAreListedWithTheirCountsAndGoWithTheirPhotos) {
    const auto owner = owners_[0];
    const auto label = [&](std::uint64_t photo, const std::string& word, json::value value, std::int64_t n) {
        Truth change = photo_with_key(owner, "K", 1);
        change.facts.set("label:" + word, std::move(value), {n, 1});
        ok(catalog_->apply({Kind::photo, some_id(photo)}, change));
    };
    using Words = std::vector<Word>;
    const auto words = [&] { return ok(catalog_->words(kLabel, owner, "", 10)).items; };
    for (std::uint64_t photo = 1; photo <= 5; ++photo) label(photo, "sea", true, 2);
    label(1, "boat", true, 2);
    EXPECT_EQ(words(), (Words{{"boat", 1}, {"sea", 5}}));
    label(1, "boat", nullptr, 3);
    label(2, "sea", nullptr, 3);
    EXPECT_EQ(words(), (Words{{"sea", 4}}));
    Truth trashed;
    trashed.facts.set("trashed_at", 5, {3, 1});
    ok(catalog_->apply({Kind::photo, some_id(3)}, trashed));
    EXPECT_EQ(words(), (Words{{"sea", 3}}));
    label(1, "boat", true, 4);
    EXPECT_EQ(words(), (Words{{"boat", 1}, {"sea", 3}}));
    EXPECT_EQ(ok(catalog_->words(kLabel, owner, "boat", 10)).items, (Words{{"sea", 3}}));
    EXPECT_TRUE(ok(catalog_->words(kLabel, owner, "sea", 10)).items.empty());
    EXPECT_TRUE(ok(catalog_->words(kLabel, owners_[1], "", 10)).items.empty());
    audit(*catalog_);
    EXPECT_EQ(words(), (Words{{"boat", 1}, {"sea", 3}}));
}

TEST_P(CatalogTimelines, ARecordIsFoundUnderEachOfItsKeys) {
    const Ref album{Kind::album, new_id()}, other{Kind::album, new_id()};
    const auto with = [](std::initializer_list<const char*> members, json::value value, std::int64_t n) {
        Truth truth;
        for (const auto* member : members) truth.facts.set("member:" + std::string(member), value, {n, 1});
        return truth;
    };
    const auto albums_of = [&](const char* member) { return ok(catalog_->find_all(kAlbumsOf, member, "", 10)).items; };
    ok(catalog_->apply(album, with({"ann", "ben"}, true, 1)));
    ok(catalog_->apply(other, with({"ben"}, true, 1)));
    EXPECT_EQ(albums_of("ann"), std::vector{album.id});
    EXPECT_EQ(albums_of("ben"), (std::vector{std::min(album.id, other.id), std::max(album.id, other.id)}));
    ok(catalog_->apply(album, with({"ben"}, nullptr, 2)));
    EXPECT_EQ(albums_of("ann"), std::vector{album.id});
    EXPECT_EQ(albums_of("ben"), std::vector{other.id});
    audit(*catalog_);
    EXPECT_EQ(albums_of("ben"), std::vector{other.id});
}

TEST_P(CatalogTimelines, AnyNumberOfRecordsUnderOneKeyIsReadInPages) {
    const auto with = [](json::value value, std::int64_t n) {
        Truth truth;
        truth.facts.set("member:ann", std::move(value), {n, 1});
        return truth;
    };
    const auto albums_of = [&](std::size_t limit) {
        std::vector<Id> all;
        std::string cursor;
        do {
            const auto page = ok(catalog_->find_all(kAlbumsOf, "ann", cursor, limit));
            EXPECT_LE(page.items.size(), limit);
            all.insert(all.end(), page.items.begin(), page.items.end());
            cursor = page.next;
        } while (!cursor.empty());
        return all;
    };
    std::set<Id> expected;
    std::vector<Task<Entry>> writes;
    for (int i = 0; i < 60; ++i) {
        const Ref album{Kind::album, new_id()};
        expected.insert(album.id);
        writes.push_back(catalog_->apply(album, with(true, 1)));
        Truth other;  // somebody else's, whose key may lie beside it
        other.facts.set("member:" + std::to_string(i), true, {1, 1});
        ok(catalog_->apply({Kind::album, new_id()}, other));
    }
    for (const auto& outcome : run_all(std::move(writes), 4)) ASSERT_TRUE(outcome);
    for (const std::size_t limit : {1, 7, 60, 100})
        EXPECT_EQ(albums_of(limit), std::vector<Id>(expected.begin(), expected.end())) << limit;
    EXPECT_EQ(ok(catalog_->find(kAlbumsOf, {"ann", "nobody"})),
              (std::vector<std::optional<Id>>{*expected.begin(), std::nullopt}));
    // Out and in again; what came late is of an older state.
    const std::vector<Id> some(expected.begin(), std::next(expected.begin(), 20));
    for (const auto& id : some) ok(catalog_->apply({Kind::album, id}, with(nullptr, 2)));
    for (const auto& id : some) ok(catalog_->apply({Kind::album, id}, with(true, 1)));
    ok(catalog_->apply({Kind::album, some[0]}, with("viewer", 3)));
    for (std::size_t i = 1; i < some.size(); ++i) expected.erase(some[i]);
    EXPECT_EQ(albums_of(9), std::vector<Id>(expected.begin(), expected.end()));
    audit(*catalog_);
    EXPECT_EQ(albums_of(9), std::vector<Id>(expected.begin(), expected.end()));
    EXPECT_EQ(refusal(catalog_->find_all(kAlbumsOf, "ann", "no cursor", 10)), ErrorKind::invalid);
}

TEST_P(CatalogTimelines, AListOfViewsShowsOfEachItsCountItsNewestAndItsOldestDay) {
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(ok(random_step(some_id(roll(kPhotos)))));
    const auto all = views();
    const auto summaries = ok(catalog_->summaries(all));
    ASSERT_EQ(summaries.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto timeline = ok(catalog_->timeline(all[i]));
        const auto newest = ok(catalog_->newest(all[i], std::nullopt, 1));
        EXPECT_EQ(summaries[i].total, timeline.total);
        ASSERT_EQ(summaries[i].newest.has_value(), !newest.empty());
        if (newest.empty()) continue;
        EXPECT_EQ(*summaries[i].newest, newest.front());
        EXPECT_EQ(month_of(summaries[i].oldest), timeline.months.back().month);
        EXPECT_EQ(date_of(summaries[i].oldest.at).day, timeline.months.back().days.back().day);
    }
    EXPECT_TRUE(ok(catalog_->summaries({})).empty());
}

TEST_P(CatalogTimelines, AFamilyThatIsDeclaredLaterShowsWhatWasThereBefore) {
    const auto change_some = [&] {
        std::set<Id> changed;
        while (changed.size() < 40) changed.insert(some_id(roll(kPhotos)));
        std::vector<Task<bool>> steps;
        for (const auto& id : changed) steps.push_back(random_step(id));
        for (const auto& outcome : run_all(std::move(steps), 2)) ASSERT_TRUE(outcome && *outcome);
    };
    const auto open_with = [&](const Declarations& declarations) {
        catalog_.reset();
        catalog_ = stores_->open(clock_, random_, declarations);
    };
    // The release before, an update, a roll-back, and the update again. Each changes what the other had shown.
    for (const auto* declarations : {&declared(), &suite_declared(), &declared(), &suite_declared()}) {
        open_with(*declarations);
        audit(*catalog_);
        for (int i = 0; i < 10; ++i) change_some();
        for (const auto& view : views()) {
            if (declarations->find(view.family) == nullptr) continue;
            compare(view);
            ASSERT_FALSE(HasFatalFailure());
        }
    }
}

}  // namespace
}  // namespace cadre::catalog
