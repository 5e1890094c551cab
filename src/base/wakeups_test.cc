#include "base/wakeups.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <thread>
#include <vector>

namespace cadre {
namespace {

using namespace std::chrono_literals;

TEST(Wakeups, AWakeUpBetweenLookingAndWaitingIsNotLost) {
    asio::io_context io;
    Wakeups wakeups;
    bool woken = false;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            Wakeups::Waiter waiter(wakeups, co_await asio::this_coro::executor);
            wakeups.notify_all();
            co_await waiter.wait(1h);
            woken = true;
        },
        asio::detached);
    io.run();
    EXPECT_TRUE(woken);
}

TEST(Wakeups, EveryNotificationReachesWaitersOnOtherThreads) {
    constexpr int kThreads = 4;
    constexpr int kRounds = 2000;
    Wakeups wakeups;
    std::atomic<int> round{0};
    std::atomic<int> arrived{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&] {
            asio::io_context io;
            asio::co_spawn(
                io,
                [&]() -> asio::awaitable<void> {
                    Wakeups::Waiter waiter(wakeups, co_await asio::this_coro::executor);
                    for (int seen = 0; seen < kRounds; ++seen) {
                        while (round.load() <= seen) co_await waiter.wait(1h);
                        ++arrived;
                    }
                },
                asio::detached);
            io.run();
        });
    for (int i = 0; i < kRounds; ++i) {
        ++round;
        wakeups.notify_all();
        while (arrived.load() < kThreads * (i + 1)) std::this_thread::yield();
    }
    threads.clear();
    EXPECT_EQ(arrived.load(), kThreads * kRounds);
}

}  // namespace
}  // namespace cadre
