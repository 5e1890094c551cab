// The write protocol, searched: every schedule of small cases, random ones of larger, and bugs planted on purpose.
#include <gtest/gtest.h>

#include <cstdlib>

#include "gallery/simulation/scenario.h"
#include "gallery/simulation/sends.h"

namespace cadre::gallery::simulation {
namespace {

/// CADRE_SIMULATION_SEEDS asks for more (or fewer) random schedules.
std::uint64_t seeds() {
    const char* asked = std::getenv("CADRE_SIMULATION_SEEDS");
    return asked == nullptr ? 2000 : std::strtoull(asked, nullptr, 10);
}

template <class Case = Scenario>
void expect_all_schedules_hold(const Case& scenario) {
    EveryChoice choices;
    std::uint64_t runs = 0;
    do {
        const auto violation = run(scenario, choices, 1);
        ASSERT_FALSE(violation) << *violation << choices.text();
        ++runs;
    } while (choices.next());
    std::printf("%llu schedules\n", static_cast<unsigned long long>(runs));
}

Scenario random_scenario(std::uint64_t seed, Quirks quirks) {
    std::mt19937_64 random(seed * 7919);
    const auto below = [&](std::uint64_t bound) { return static_cast<int>(random() % bound); };
    Scenario scenario;
    const int actors = 2 + below(3);
    const bool uploads = below(6) == 0;  // then nothing but an upload and those who repair it
    for (int i = 0; i < actors; ++i)
        scenario.roles.push_back(!uploads ? static_cast<Role>(below(kRoles)) : i == 0 ? Role::upload : Role::repair);
    scenario.budget = {below(2), below(3), below(2), below(2), uploads ? 1 : below(2)};
    scenario.quirks = quirks;
    scenario.quirks.atomic_listing = quirks.bug != Bug::delete_at_once && below(2) == 0;
    scenario.clock_spread = below(2) == 0 ? Millis(0) : Millis(2000);
    scenario.keeper_sweeps = below(2) == 0;
    scenario.quirks.rows_apart = below(2) == 0;
    return scenario;
}

/// Somebody takes a tag off, others edit before and after, and most that goes wrong are deletions that are lost.
std::optional<std::string> run_untag(std::uint64_t seed, Quirks quirks) {
    Scenario scenario;
    scenario.roles = {Role::untag, Role::edit_caption, Role::edit_title};
    scenario.budget = {0, 3, 0, 0, 1};
    scenario.quirks = quirks;
    scenario.quirks.atomic_listing = seed % 2 == 0;
    RandomChoices choices(seed);
    return run(scenario, choices, seed);
}

std::optional<std::string> run_sends(std::uint64_t seed, Bug bug) {
    std::mt19937_64 random(seed * 7919);
    const auto below = [&](std::uint64_t bound) { return static_cast<int>(random() % bound); };
    Sends sends;
    sends.senders = 2 + below(4);
    sends.budget = {below(2), below(3), below(2), below(3), 0};
    sends.quirks = {below(2) == 0, false, bug};
    RandomChoices choices(seed);
    return run(sends, choices, seed);
}

std::optional<std::string> run_seed(std::uint64_t seed, Quirks quirks) {
    const Scenario scenario = random_scenario(seed, quirks);
    RandomChoices choices(seed);
    return run(scenario, choices, seed);
}

TEST(Exhaustive, TwoEditsOfOneFieldAndOneBadCall) {
    expect_all_schedules_hold({{Role::edit_title, Role::edit_title}, {0, 1, 0, 0, 0}, {}, {}});
}

TEST(Exhaustive, TwoEditsThatExcludeEachOtherAndOneDeath) {
    expect_all_schedules_hold({{Role::edit_unchanged, Role::edit_unchanged}, {1, 0, 0, 0, 0}, {}, {}});
}

TEST(Exhaustive, TwoEditsThatExcludeEachOtherAndOnePause) {
    expect_all_schedules_hold({{Role::edit_unchanged, Role::edit_unchanged}, {0, 0, 0, 1, 0}, {}, {}});
}

TEST(Exhaustive, AnEditAPurgeAndOneBadCall) {
    expect_all_schedules_hold({{Role::edit_title, Role::purge}, {0, 1, 0, 0, 0}, {}, {}});
}

TEST(Exhaustive, AnEditAPurgeAndOneDeath) {
    expect_all_schedules_hold({{Role::edit_title, Role::purge}, {1, 0, 0, 0, 0}, {}, {}});
}

TEST(Exhaustive, ADerivationAndAPurge) { expect_all_schedules_hold({{Role::derive, Role::purge}, {}, {}, {}}); }

TEST(Exhaustive, AnEditARepairAndAFailover) {
    expect_all_schedules_hold({{Role::edit_title, Role::repair}, {0, 0, 1, 0, 0}, {}, {}});
}

TEST(Exhaustive, AnEditASweepAndOneBadCall) {
    expect_all_schedules_hold({{Role::edit_title, Role::sweep}, {0, 1, 0, 0, 0}, {}, {}, true});
}

TEST(Exhaustive, AnEditARepairAndRowsThatAreLostApart) {
    expect_all_schedules_hold({{Role::edit_title}, {0, 0, 1, 0, 0}, {true, true, Bug::none}, {}});
}

TEST(Exhaustive, AnUploadARepairOneBadCallAndAMonth) {
    expect_all_schedules_hold({{Role::upload, Role::repair}, {0, 1, 0, 0, 1}, {}, {}});
}

TEST(Exhaustive, AnUploadARepairOneDeathAndAMonth) {
    expect_all_schedules_hold({{Role::upload, Role::repair}, {1, 0, 0, 0, 1}, {}, {}});
}

TEST(Exhaustive, AnEditADerivationAndListingsThatTakeTime) {
    expect_all_schedules_hold({{Role::edit_title, Role::derive}, {}, {false, false, Bug::none}, {}});
}

TEST(Exhaustive, ATagThatIsTakenOffAnEditOneBadCallAndAMonth) {
    expect_all_schedules_hold({{Role::untag, Role::edit_title}, {0, 1, 0, 0, 1}, {}, {}});
}

TEST(Exhaustive, ATagThatIsTakenOffAndSetAgainAndAMonth) {
    expect_all_schedules_hold({{Role::untag, Role::tag}, {0, 0, 0, 0, 1}, {}, {}});
}

TEST(Exhaustive, ATagThatIsRenamedAnEditAndOneBadCall) {
    expect_all_schedules_hold({{Role::rename, Role::edit_title}, {0, 1, 0, 0, 0}, {}, {}});
}

TEST(Exhaustive, ATagThatIsRenamedAndTakenOffAndOneDeath) {
    expect_all_schedules_hold({{Role::rename, Role::untag}, {1, 0, 0, 0, 0}, {}, {}});
}

TEST(Exhaustive, ATagThatIsRenamedTwiceAndOnePause) {
    expect_all_schedules_hold({{Role::rename, Role::rename}, {0, 0, 0, 1, 0}, {}, {}});
}

TEST(Exhaustive, TheSameBytesTwiceAndOneBadCall) { expect_all_schedules_hold(Sends{2, {0, 1, 0, 0, 0}, {}}); }

TEST(Exhaustive, TheSameBytesTwiceAndOneDeath) { expect_all_schedules_hold(Sends{2, {1, 0, 0, 0, 0}, {}}); }

TEST(Exhaustive, TheSameBytesTwiceAndOnePause) { expect_all_schedules_hold(Sends{2, {0, 0, 0, 1, 0}, {}}); }

TEST(Exhaustive, TheSameBytesThreeTimes) { expect_all_schedules_hold(Sends{3, {}, {}}); }

TEST(Random, TheSameBytesSentAtOnceAreOnePhoto) {
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        const auto violation = run_sends(seed, Bug::none);
        ASSERT_FALSE(violation) << "seed " << seed << ": " << *violation;
    }
}

TEST(Random, WhatIsTakenOffStaysOff) {
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        const auto violation = run_untag(seed, {});
        ASSERT_FALSE(violation) << "seed " << seed << ": " << *violation;
    }
}

TEST(Random, NoSeedBreaksAPromise) {
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        const auto violation = run_seed(seed, {});
        ASSERT_FALSE(violation) << "seed " << seed << ": " << *violation;
    }
}

TEST(PlantedAmongSends, AreFound) {
    for (const auto bug : {Bug::no_lease, Bug::look_before_lease}) {
        std::uint64_t seed = 1;
        while (seed <= 2000 && !run_sends(seed, bug)) ++seed;
        EXPECT_LE(seed, 2000U);
        std::printf("found by seed %llu\n", static_cast<unsigned long long>(seed));
    }
}

class Planted : public ::testing::TestWithParam<std::pair<const char*, Bug>> {};

TEST_P(Planted, IsFound) {
    constexpr std::uint64_t kMost = 20'000;
    for (std::uint64_t seed = 1; seed <= kMost; ++seed) {
        const auto bug = GetParam().second;
        const bool of_tags = bug == Bug::forget_at_once;
        const auto found = of_tags ? run_untag(seed, {true, false, bug}) : run_seed(seed, {true, false, bug});
        if (!found) continue;
        std::printf("found by seed %llu\n", static_cast<unsigned long long>(seed));
        return;
    }
    FAIL() << kMost << " schedules did not find it";
}

INSTANTIATE_TEST_SUITE_P(Bugs, Planted,
                         testing::Values(std::pair("NoLease", Bug::no_lease), std::pair("NoTomb", Bug::no_tomb),
                                         std::pair("RestampJoin", Bug::restamp_join),
                                         std::pair("StampByClock", Bug::stamp_by_clock),
                                         std::pair("DeleteAtOnce", Bug::delete_at_once),
                                         std::pair("DeleteBeforePut", Bug::delete_before_put),
                                         std::pair("StampByCatalog", Bug::stamp_by_catalog),
                                         std::pair("RepairLooksOnce", Bug::repair_looks_once),
                                         std::pair("RepairSkipsEqual", Bug::repair_skips_equal),
                                         std::pair("SweepByNewestStamp", Bug::sweep_by_newest),
                                         std::pair("ForgetAtOnce", Bug::forget_at_once),
                                         std::pair("RenameInTwo", Bug::rename_in_two),
                                         std::pair("RepairWithoutCompare", Bug::repair_without_compare)),
                         [](const auto& case_) { return std::string(case_.param.first); });

}  // namespace
}  // namespace cadre::gallery::simulation
