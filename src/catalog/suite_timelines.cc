#include "catalog/suite_timelines.h"

#include <set>

namespace cadre::catalog {
namespace {

TEST_P(CatalogTimelines, AreWhatAllEntriesTogetherGiveAfterThousandsOfChanges) {
    for (int round = 0; round < 250; ++round) {
        std::set<Id> changed;
        while (changed.size() < 20) changed.insert(some_id(roll(kPhotos)));
        std::vector<Task<bool>> steps;
        for (const auto& id : changed) steps.push_back(random_step(id));
        for (const auto& outcome : run_all(std::move(steps), 2)) ASSERT_TRUE(outcome && *outcome) << round;
        const auto all = views();
        const auto& one = all[roll(all.size())];
        ASSERT_EQ(ok(catalog_->version(one)), Model::version(model_.rows(one))) << round;
        if (round % 25 != 24) continue;
        for (const auto& view : all) {
            compare(view);
            ASSERT_FALSE(HasFatalFailure()) << "round " << round;
        }
    }
    reopen();
    for (const auto& view : views()) compare(view);
}

TEST_P(CatalogTimelines, AreTheSameInWhateverOrderTheChangesCame) {
    std::vector<std::pair<Ref, Truth>> changes;
    for (int i = 0; i < 400; ++i) changes.emplace_back(Ref{Kind::photo, some_id(roll(20))}, random_change());
    for (const auto& [ref, truth] : changes) ok(catalog_->apply(ref, truth));
    auto other_stores = GetParam().make();
    auto other = other_stores->open(clock_, random_);
    complete(*other);
    std::ranges::shuffle(changes, dice_);
    for (const auto& [ref, truth] : changes) ok(other->apply(ref, truth));
    for (const auto& view : views()) EXPECT_EQ(ok(catalog_->timeline(view)), ok(other->timeline(view)));
}

TEST_P(CatalogTimelines, AnEmptyOneHasAVersionAndNothingElse) {
    EXPECT_EQ(ok(catalog_->version({})), "0000000000000000");
    EXPECT_EQ(ok(catalog_->timeline({})), (Timeline{"0000000000000000", 0, {}}));
    EXPECT_EQ(ok(catalog_->month_version({}, {2024, 5})), (MonthVersion{"0000000000000000", 0}));
    EXPECT_TRUE(ok(catalog_->month({}, {2024, 5}, 0, 10)).rows.empty());
    EXPECT_TRUE(ok(catalog_->newest({}, std::nullopt, 10)).empty());
}

TEST_P(CatalogTimelines, ChangesAtTheSameTimeAreAllCounted) {
    std::vector<Task<bool>> steps;
    for (std::uint64_t i = 0; i < 300; ++i) {
        Truth photo;
        photo.facts.set("owner", json::string(owners_[0].text()), {1, 1});
        photo.facts.set("access", json::object{{"visibility", "private"}, {"key", "K"}}, {1, 1});
        model_.photos[some_id(i)] = photo;
        steps.push_back(apply_now({Kind::photo, some_id(i)}, photo));
    }
    for (const auto& outcome : run_all(std::move(steps))) ASSERT_TRUE(outcome && *outcome);
    compare({Family::mine, owners_[0]});
}

}  // namespace

}  // namespace cadre::catalog
