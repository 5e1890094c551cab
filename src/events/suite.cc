#include "events/suite.h"

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <thread>

namespace cadre::events {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(BusSuite);

namespace {

using namespace std::chrono_literals;

constexpr Millis kLong = 1min;  // far longer than anything here takes

template <class T>
T value(asio::io_context& io, Task<T> task) {
    auto future = asio::co_spawn(io, std::move(task), asio::use_future);
    io.restart();
    io.run();
    auto result = future.get();
    EXPECT_TRUE(result) << result.error().message;
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

json::object number(int n) { return {{"n", n}}; }
std::int64_t number_of(const Event& event) { return event.data.at("n").as_int64(); }

/// Reads until `count` events came or one says resync.
Task<std::vector<Event>> read(Subscription& from, std::size_t count) {
    std::vector<Event> all;
    while (all.size() < count) {
        CO_TRY(auto some, co_await from.next(kLong));
        for (auto& event : some) all.push_back(std::move(event));
        if (!all.empty() && all.back().type == "resync") break;
    }
    co_return all;
}

TEST_P(BusSuite, AWatcherSeesWhatCameSinceItSubscribedInOrder) {
    asio::io_context io;
    value(io, bus().publish("wall", "early", {}));
    const auto watcher = value(io, bus().subscribe("wall", ""));
    for (int i = 0; i < 10; ++i) value(io, bus().publish("wall", "photo.changed", number(i)));
    const auto events = value(io, read(*watcher, 10));
    ASSERT_EQ(events.size(), 10U);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(events[static_cast<std::size_t>(i)].type, "photo.changed");
        EXPECT_EQ(number_of(events[static_cast<std::size_t>(i)]), i);
    }
    EXPECT_TRUE(value(io, watcher->next(0ms)).empty());
}

TEST_P(BusSuite, ChannelsDoNotMix) {
    asio::io_context io;
    const auto one = value(io, bus().subscribe("user:1", ""));
    const auto two = value(io, bus().subscribe("user:2", ""));
    value(io, bus().publish("user:2", "t", number(2)));
    const auto seen = value(io, read(*two, 1));
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(number_of(seen[0]), 2);
    EXPECT_TRUE(value(io, one->next(0ms)).empty());
}

TEST_P(BusSuite, EveryWatcherOfAChannelSeesEveryEvent) {
    asio::io_context io;
    const auto one = value(io, bus().subscribe("wall", ""));
    const auto two = value(io, bus().subscribe("wall", ""));
    value(io, bus().publish("wall", "t", number(1)));
    EXPECT_EQ(value(io, read(*one, 1)).size(), 1U);
    EXPECT_EQ(value(io, read(*two, 1)).size(), 1U);
}

TEST_P(BusSuite, LastEventIdGoesOnWhereItStopped) {
    asio::io_context io;
    auto watcher = value(io, bus().subscribe("wall", ""));
    for (int i = 0; i < 5; ++i) value(io, bus().publish("wall", "t", number(i)));
    const auto events = value(io, read(*watcher, 5));
    watcher.reset();
    value(io, bus().publish("wall", "t", number(5)));
    for (std::size_t seen = 0; seen < 5; ++seen) {
        auto again = value(io, bus().subscribe("wall", events[seen].id));
        const auto rest = value(io, read(*again, 5 - seen));
        ASSERT_EQ(rest.size(), 5 - seen);
        EXPECT_EQ(number_of(rest.front()), static_cast<std::int64_t>(seen) + 1);
        EXPECT_EQ(number_of(rest.back()), 5);
    }
}

TEST_P(BusSuite, AnIdThatWasNeverGivenOutAnswersResync) {
    asio::io_context io;
    const auto other = value(io, bus().subscribe("user:1", ""));
    const auto wall = value(io, bus().subscribe("wall", ""));
    value(io, bus().publish("user:1", "t", number(1)));
    const auto elsewhere = value(io, read(*other, 1)).at(0).id;
    for (const auto& id : {std::string("nonsense"), std::string("99999999999999999999-1"), elsewhere + "9"}) {
        const auto watcher = value(io, bus().subscribe("wall", id));
        const auto first = value(io, watcher->next(kLong));
        ASSERT_EQ(first.size(), 1U) << id;
        EXPECT_EQ(first[0].type, "resync") << id;
        value(io, bus().publish("wall", "t", number(7)));
        EXPECT_EQ(number_of(value(io, read(*watcher, 1)).at(0)), 7);
    }
}

TEST_P(BusSuite, AnIdOfBeforeARestartAnswersResync) {
    asio::io_context io;
    std::string id;
    {
        const auto watcher = value(io, bus().subscribe("wall", ""));
        value(io, bus().publish("wall", "t", number(1)));
        id = value(io, read(*watcher, 1)).at(0).id;
    }
    bench_->restart();
    const auto again = value(io, bus().subscribe("wall", id));
    value(io, bus().publish("wall", "t", number(2)));
    const auto events = value(io, read(*again, 1));
    // A driver that keeps events elsewhere may go on; none may pass over what it lost.
    if (events.at(0).type != "resync") {
        EXPECT_EQ(number_of(events[0]), 2);
    }
    for (const auto& event : events) EXPECT_NE(event.id, id);
}

TEST_P(BusSuite, ASlowWatcherIsToldToResyncAndGoesOn) {
    asio::io_context io;
    const auto watcher = value(io, bus().subscribe("wall", ""));
    const auto many = static_cast<int>(bench_->kept_at_most()) + 1;
    for (int i = 0; i < many; ++i) value(io, bus().publish("wall", "t", number(i)));
    const auto first = value(io, watcher->next(kLong));
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].type, "resync");
    value(io, bus().publish("wall", "t", number(-1)));
    const auto next = value(io, read(*watcher, 1));
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(number_of(next[0]), -1);
    const auto resumed = value(io, bus().subscribe("wall", first[0].id));
    EXPECT_EQ(number_of(value(io, read(*resumed, 1)).at(0)), -1) << "the id of a resync can be gone on from";
}

TEST_P(BusSuite, AWatcherThatIsNotTooSlowMissesNothing) {
    asio::io_context io;
    const auto watcher = value(io, bus().subscribe("wall", ""));
    const auto many = static_cast<int>(bench_->kept_at_least());
    for (int i = 0; i < many; ++i) value(io, bus().publish("wall", "t", number(i)));
    const auto events = value(io, read(*watcher, static_cast<std::size_t>(many)));
    ASSERT_EQ(events.size(), static_cast<std::size_t>(many));
    for (int i = 0; i < many; ++i) EXPECT_EQ(number_of(events[static_cast<std::size_t>(i)]), i);
}

TEST_P(BusSuite, WatchersOnOtherThreadsAreWokenOnTheirOwn) {
    constexpr int kThreads = 4;
    const auto kept = static_cast<int>(bench_->kept_at_least());  // so that no watcher can be too slow
    std::atomic<int> subscribed{0};
    std::atomic<int> seen{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&] {
            asio::io_context io;
            const auto watcher = value(io, bus().subscribe("wall", ""));
            ++subscribed;
            const auto watch = [&]() -> asio::awaitable<void> {
                const auto home = std::this_thread::get_id();
                int expected = 0;
                while (expected < kept) {
                    const auto events = co_await watcher->next(kLong);
                    EXPECT_EQ(std::this_thread::get_id(), home);
                    for (const auto& event : events.value()) EXPECT_EQ(number_of(event), expected++);
                }
                seen += expected;
            };
            auto done = asio::co_spawn(io, watch, asio::use_future);
            io.restart();
            io.run();
            done.get();
        });
    while (subscribed.load() < kThreads) std::this_thread::yield();
    asio::io_context io;
    for (int i = 0; i < kept; ++i) value(io, bus().publish("wall", "t", number(i)));
    threads.clear();
    EXPECT_EQ(seen.load(), kThreads * kept);
}

TEST_P(BusSuite, ACancelledWaitLosesNoEvent) {
    asio::io_context io;
    const auto watcher = value(io, bus().subscribe("wall", ""));
    asio::cancellation_signal stop;
    asio::co_spawn(io, watcher->next(kLong),
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr, Result<std::vector<Event>>) {}));
    io.restart();
    io.poll();
    stop.emit(asio::cancellation_type::terminal);
    io.restart();
    io.run();
    value(io, bus().publish("wall", "t", number(3)));
    EXPECT_EQ(number_of(value(io, read(*watcher, 1)).at(0)), 3);
}

}  // namespace
}  // namespace cadre::events
