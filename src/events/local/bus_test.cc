#include "events/local/bus.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "base/testing.h"
#include "events/suite.h"

namespace cadre::events {
namespace {

using test::run;

constexpr local::Options kSmall{.events = 64, .channels = 4};

class LocalBench final : public Bench {
public:
    Bus& bus() override { return *bus_; }
    void restart() override { bus_ = local::make(kSmall, clock_, random_); }
    std::size_t kept_at_least() override { return kSmall.events; }
    std::size_t kept_at_most() override { return kSmall.events; }

private:
    SystemClock clock_;
    SystemRandom random_;
    std::unique_ptr<Bus> bus_ = local::make(kSmall, clock_, random_);
};

std::unique_ptr<Bench> make_bench() { return std::make_unique<LocalBench>(); }

INSTANTIATE_TEST_SUITE_P(Local, BusSuite, testing::Values(&make_bench));

TEST(LocalBus, AnIdOfAnEarlierProcessAnswersResync) {
    const auto bench = make_bench();
    auto watcher = run(bench->bus().subscribe("wall", "")).value();
    (void)run(bench->bus().publish("wall", "t", {}));
    const auto id = run(watcher->next(Millis(0))).value().at(0).id;
    bench->restart();
    (void)run(bench->bus().subscribe("wall", ""));
    (void)run(bench->bus().publish("wall", "t", {}));
    watcher = run(bench->bus().subscribe("wall", id)).value();
    EXPECT_EQ(run(watcher->next(Millis(0))).value().at(0).type, "resync");
}

TEST(LocalBus, TheChannelThatWasIdleLongestMakesRoomAndItsWatchersResync) {
    const auto bench = make_bench();
    auto& bus = bench->bus();
    std::string id;
    {
        const auto watcher = run(bus.subscribe("idle", "")).value();
        (void)run(bus.publish("idle", "t", {}));
        id = run(watcher->next(Millis(0))).value().at(0).id;
    }
    std::vector<std::unique_ptr<Subscription>> watchers;
    for (const char* name : {"a", "b", "c", "d"}) watchers.push_back(run(bus.subscribe(name, "")).value());
    watchers.pop_back();
    const auto again = run(bus.subscribe("idle", id)).value();
    EXPECT_EQ(run(again->next(Millis(0))).value().at(0).type, "resync");
}

TEST(LocalBus, RefusesOneMoreChannelWhenAllAreWatched) {
    const auto bench = make_bench();
    std::vector<std::unique_ptr<Subscription>> watchers;
    for (const char* name : {"a", "b", "c", "d"}) watchers.push_back(run(bench->bus().subscribe(name, "")).value());
    const auto refused = run(bench->bus().subscribe("e", ""));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_TRUE(run(bench->bus().subscribe("a", "")));
}

TEST(LocalBus, ASubscriptionMayOutliveTheBus) {
    auto bench = make_bench();
    const auto watcher = run(bench->bus().subscribe("wall", "")).value();
    bench.reset();
    EXPECT_TRUE(run(watcher->next(Millis(0))).value().empty());
}

}  // namespace
}  // namespace cadre::events
