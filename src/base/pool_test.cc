#include "base/pool.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace cadre {
namespace {

TEST(Pool, ResumesTheCallerOnItsOwnThreadWithTheValue) {
    asio::io_context io;
    Pool pool(2, 8);
    int got = 0;
    std::thread::id worked_on;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            auto value = co_await pool.run([&]() -> Result<int> {
                worked_on = std::this_thread::get_id();
                return 42;
            });
            got = value.value();
        },
        asio::detached);
    io.run();
    EXPECT_EQ(got, 42);
    EXPECT_NE(worked_on, std::this_thread::get_id());
}

TEST(Pool, RefusesWhatExceedsItsBound) {
    asio::io_context io;
    Pool pool(1, 1);
    std::mutex gate;
    gate.lock();
    int refused = 0;
    int done = 0;
    const auto call = [&]() -> asio::awaitable<void> {
        auto outcome = co_await pool.run([&]() -> Result<int> {
            const std::lock_guard wait(gate);
            return 1;
        });
        if (outcome)
            ++done;
        else {
            EXPECT_EQ(outcome.error().kind, ErrorKind::unavailable);
            ++refused;
            gate.unlock();
        }
    };
    asio::co_spawn(io, call(), asio::detached);
    asio::co_spawn(io, call(), asio::detached);
    io.run();
    EXPECT_EQ(done, 1);
    EXPECT_EQ(refused, 1);
}

TEST(Pool, AnExceptionReachesTheCaller) {
    asio::io_context io;
    Pool pool(1, 1);
    std::string seen;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
            try {
                (void)co_await pool.run([]() -> Result<int> { throw std::runtime_error("disk broken"); });
            } catch (const std::runtime_error& error) {
                seen = error.what();
            }
        },
        asio::detached);
    io.run();
    EXPECT_EQ(seen, "disk broken");
}

}  // namespace
}  // namespace cadre
