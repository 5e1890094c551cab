// The library's own time, under clocks that are slow, ahead, put right, stopped and shared: nothing goes for good by
// one jump.
#include "gallery/lifetime.h"

#include <gmock/gmock.h>

#include <random>

#include "gallery/derivatives.h"
#include "gallery/photos.h"
#include "gallery/reindex.h"
#include "gallery/sweep.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using namespace std::chrono_literals;
using catalog::Kind;
using catalog::Ref;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr days kMonth{30};
constexpr days kTrashFor{3};

/// A machine: its clocks, and the process that ticks on it.
struct Machine {
    WallTime wall{days(20'000)};
    MonotonicTime monotonic{5'000s};
    std::optional<Tick> last{};
    Millis real{0};

    void pass(Millis time) {
        wall += time;
        monotonic += time;
        real += time;
    }
    void restart() {
        last.reset();
        monotonic = MonotonicTime(1s);
    }
    void tick(LifetimeState& state) {
        const Tick now{wall, monotonic};
        state = next(state, last, now);
        last = now;
    }
    /// As a server that runs.
    void run(LifetimeState& state, Millis time) {
        for (Millis passed{0}; passed < time; passed += kTickEvery) {
            pass(kTickEvery);
            tick(state);
        }
    }
};

LifetimeState begin(const Machine& machine) { return {{}, machine.wall, machine.wall, "test"}; }

TEST(OwnTime, GoesOnWithAServerThatRuns) {
    Machine machine;
    auto state = begin(machine);
    const auto from = state.lived;
    machine.tick(state);
    machine.run(state, kMonth - 1h);
    EXPECT_FALSE(has_passed(kMonth, from, state.lived));
    machine.run(state, 2h);
    EXPECT_TRUE(has_passed(kMonth, from, state.lived));
    EXPECT_LE(state.even_since, WallTime(days(20'000)));
}

TEST(OwnTime, OneJumpOfAnyLengthAndDirectionDecidesNothingWhetherOrNotTheServerRuns) {
    for (const Millis before : std::initializer_list<Millis>{0h, 5h, 24h, 24h * 25})
        for (const Millis jump :
             std::initializer_list<Millis>{23h, 24h, 24h * 31, 24h * 400, 24h * 365 * 5, -1h, -24h * 31, -24h * 400})
            for (const bool restarts : {false, true}) {
                SCOPED_TRACE(std::to_string(before.count()) + " " + std::to_string(jump.count()));
                Machine machine;
                auto state = begin(machine);
                machine.tick(state);
                machine.run(state, before);
                const auto from = state.lived;
                machine.wall += jump;
                if (restarts) machine.restart();
                machine.tick(state);
                EXPECT_FALSE(has_passed(1h, from, state.lived));
                machine.run(state, kMonth - before - 2h);
                EXPECT_FALSE(has_passed(kMonth - before, from, state.lived));
                machine.run(state, 4h);
                EXPECT_TRUE(has_passed(kMonth - before, from, state.lived)) << "what was seen counts";
            }
}

TEST(OwnTime, AClockThatAProgramIsLiedToAboutTwiceDecidesNothing) {
    Machine machine;  // both clocks, as faketime sets them ahead
    auto state = begin(machine);
    machine.tick(state);
    const auto from = state.lived;
    machine.pass(days(400));
    machine.tick(state);
    EXPECT_FALSE(has_passed(days(2), from, state.lived));
}

TEST(OwnTime, GoesOnWithAMachineThatIsOffMostOfTheTime) {
    Machine machine;
    auto state = begin(machine);
    const auto from = state.lived;
    for (int day = 0; day < 33; ++day) {
        machine.tick(state);
        machine.run(state, 2h);
        machine.pass(22h);
        machine.restart();
    }
    EXPECT_TRUE(has_passed(kMonth, from, state.lived));
}

TEST(OwnTime, IsSharedByTwoThatTickInTurnsAndGoesNoFasterForIt) {
    Machine one, other;
    auto state = begin(one);
    const auto from = state.lived;
    for (int i = 0; i < 24 * 10; ++i) {
        for (auto* machine : {&one, &other}) {
            const bool own = state.by == (machine == &one ? "one" : "other");
            if (!own) machine->last.reset();
            machine->tick(state);
            state.by = machine == &one ? "one" : "other";
            one.pass(minutes(3));
            other.pass(minutes(3));
        }
    }
    EXPECT_LE(state.lived.seen - from.seen, one.real);
    EXPECT_GE(state.lived.seen - from.seen, one.real - minutes(10));
}

TEST(OwnTime, IsNeverAheadOfTheTimeThatPassedButForGapsOfADay) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        std::mt19937_64 random(seed);
        Machine machine;
        auto state = begin(machine);
        int jumps = 0;
        for (int i = 0; i < 400; ++i) {
            const auto before = state;
            switch (random() % 12) {
                case 0:
                    ++jumps;
                    machine.wall += hours(static_cast<int>(random() % 20'000) - 10'000);
                    break;
                case 1:
                    machine.restart();
                    break;
                case 2:
                    machine.pass(hours(random() % 100));
                    break;
                default:
                    machine.pass(minutes(random() % 30));
            }
            machine.tick(state);
            ASSERT_GE(state.lived.seen, before.lived.seen);
            ASSERT_GE(state.lived.credited, before.lived.credited);
            ASSERT_LE(state.lived.seen, machine.real + jumps * Millis(kHandover)) << "seed " << seed;
            ASSERT_LE(state.lived.credited, machine.real + jumps * Millis(kLongestGap)) << "seed " << seed;
        }
    }
}

class LifetimeTest : public testing::LibraryTest {
protected:
    LifetimeTest() {
        Policy policy;
        policy.trash_days = kTrashFor.count();
        gallery_ = std::make_unique<Gallery>(gallery_->stores(), policy);
        add_owner();
    }

    /// Of a server that runs.
    void run(Millis time) {
        for (Millis passed{0}; passed < time; passed += kLongestStep) {
            clock_.advance(std::min<Millis>(kLongestStep, time - passed));
            tick();
        }
    }
    void tick() { ask(gallery_->lifetime().tick()); }
    /// As a jump is seen: by a tick, when there is one.
    void jump(Millis by) {
        clock_.jump(by);
        clock_.advance(kTickEvery);
        tick();
    }
    Ref trashed() {
        const auto ref = add_photo();
        ask(gallery_->photos().trash(owner(), ref.id, std::nullopt));
        return ref;
    }
    [[nodiscard]] Viewer owner() {
        User user;
        user.id = owner_;
        Viewer viewer;
        viewer.user = std::move(user);
        return viewer;
    }
    std::size_t expire() { return ask(gallery_->photos().expire_trash()); }
    bool is_there(const Ref& ref) { return !entry(ref)->truth.purged; }
};

TEST_F(LifetimeTest, TheTrashIsKeptForItsDaysAndThenGoes) {
    tick();
    const auto ref = trashed();
    run(kTrashFor - hours(2));
    EXPECT_EQ(expire(), 0U);
    run(hours(2));
    EXPECT_EQ(expire(), 1U);
    EXPECT_FALSE(is_there(ref));
}

TEST_F(LifetimeTest, WhatWasTrashedWhileTheClockWasSlowHasItsDaysAfterItIsPutRight) {
    clock_.jump(-days(400));
    tick();
    const auto ref = trashed();
    jump(days(400));
    EXPECT_EQ(expire(), 0U);
    run(kTrashFor - hours(2));
    EXPECT_EQ(expire(), 0U);
    run(hours(2));
    EXPECT_EQ(expire(), 1U);
    EXPECT_FALSE(is_there(ref));
}

TEST_F(LifetimeTest, WhatWasTrashedWhileTheClockWasAheadGoesAfterItsDaysAndNotInFiveYears) {
    tick();
    jump(days(5 * 365));
    const auto ref = trashed();
    jump(-days(5 * 365));
    run(kTrashFor - hours(2));
    EXPECT_EQ(expire(), 0U);
    run(hours(2));
    EXPECT_EQ(expire(), 1U);
    EXPECT_FALSE(is_there(ref));
}

TEST_F(LifetimeTest, NothingGoesBeforeAnybodyHasLookedAtAClock) {
    trashed();
    clock_.advance(days(400));
    EXPECT_EQ(expire(), 0U);
}

TEST_F(LifetimeTest, WhatAnOlderReleaseTrashedHasItsDaysFromNow) {
    tick();
    const auto ref = add_photo();
    edit(ref, "trashed_at", (clock_.now() - days(400)).time_since_epoch().count());
    EXPECT_EQ(expire(), 0U);
    run(kTrashFor - hours(2));
    EXPECT_EQ(expire(), 0U);
    run(hours(2));
    EXPECT_EQ(expire(), 1U);
    // One that trashes again what a newer release had trashed before.
    const auto again = trashed();
    ask(gallery_->photos().restore(owner(), again.id));
    run(kTrashFor + hours(2));
    edit(again, "trashed_at", clock_.now().time_since_epoch().count());
    EXPECT_EQ(expire(), 0U);
    EXPECT_EQ(expire(), 0U);
    EXPECT_TRUE(is_there(again));
}

TEST_F(LifetimeTest, WhatCannotBeReadIsNotTakenFromTheTrash) {
    tick();
    const auto ref = trashed();
    const auto right = trashed();
    put(keys(Ledger::prefix(ref) + "f/").at(0), "{");
    run(kTrashFor);
    EXPECT_EQ(expire(), 1U);
    EXPECT_TRUE(is_there(ref)) << "whether somebody restored it is not known";
    EXPECT_FALSE(is_there(right));
}

TEST_F(LifetimeTest, WhatWasRestoredBeginsAnewWhenItIsTrashedAgain) {
    tick();
    const auto ref = trashed();
    run(days(2));
    ask(gallery_->photos().restore(owner(), ref.id));
    run(days(2));
    EXPECT_EQ(expire(), 0U);
    ask(gallery_->photos().trash(owner(), ref.id, std::nullopt));
    run(days(2));
    EXPECT_EQ(expire(), 0U);
}

TEST_F(LifetimeTest, ItOutlivesTheCatalogAndGoesOnInAnotherProcess) {
    tick();
    run(days(2));
    const auto before = ask(gallery_->lifetime().now());
    const Ref record{Kind::settings, *parse_id("00000000-0000-7000-8000-00006c696665")};
    set_entry(record, std::nullopt);
    ask(reindex(*gallery_, {}));
    EXPECT_EQ(ask(gallery_->lifetime().now()), before);
    Lifetime other(*catalog_, gallery_->ledger(), clock_, random_);
    clock_.advance(kTickEvery);
    ask(other.tick());
    EXPECT_GE(ask(other.now())->seen, before->seen + kTickEvery);
    EXPECT_GE(other.age_of(clock_.now() - hours(47)), hours(47)) << "the clock was even for two days";
    EXPECT_LT(keys("settings/").size(), 3U) << "it does not grow";
}

TEST_F(LifetimeTest, NoJumpTakesTombsUploadsAndWhatIsUnderWay) {
    tick();
    const auto ref = add_photo();
    purge(ref);
    const Ref half{Kind::photo, make_id(clock_, random_)};
    put(Ledger::prefix(half) + "original", "half an upload");
    put("uploads/one/1", "a part");
    for (const auto by : {days(400), -days(800), days(5 * 365)}) {
        jump(by);
        const auto report = ask(sweep(*gallery_));
        EXPECT_EQ(report.tombs + report.uploads + report.mended, 0U);
        // Nor where no tick has seen it yet.
        clock_.jump(by);
        EXPECT_EQ(ask(gallery_->ledger().repair(half)), Repaired::waiting);
        EXPECT_FALSE(ask(gallery_->ledger().expire_tomb(ref)));
    }
    clock_.advance(kTickEvery);
    tick();
    clock_.advance(std::chrono::hours(49));
    tick();
    const auto report = ask(sweep(*gallery_));
    EXPECT_EQ(report.uploads, 1U);
    EXPECT_EQ(report.tombs, 0U);
    clock_.advance(days(31));
    EXPECT_EQ(ask(sweep(*gallery_)).tombs, 2U);
}

TEST_F(LifetimeTest, APhotoOfTheFutureIsNeitherLostNorForgotten) {
    clock_.jump(days(5 * 365));
    const auto ref = add_photo();
    const Ref ghost{Kind::photo, make_id(clock_, random_)};
    set_entry(ghost, entry(ref)->truth);
    clock_.jump(-days(5 * 365));
    EXPECT_EQ(ask(gallery_->derivatives().requeue_forgotten()), 2U) << "it waits for derivatives, and has no job";
    ask(sweep(*gallery_));
    EXPECT_TRUE(is_there(ref));
    EXPECT_FALSE(entry(ghost)) << "no blob knows it";
    EXPECT_EQ(edit(ref, "title", "second").string("title"), "second");
    EXPECT_EQ(edit(ref, "title", "third").string("title"), "third") << "an edit wins over a stamp of the future";
}

}  // namespace
}  // namespace cadre::gallery
