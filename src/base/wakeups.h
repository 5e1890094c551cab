// Coroutines wait here until something has happened, each on an executor of its own, and any thread may wake them.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "base/clock.h"
#include "base/task.h"

namespace cadre {

/// Thread-safe; outlives its waiters.
class Wakeups {
    struct Sleeper {
        explicit Sleeper(const asio::any_io_executor& executor) : timer(executor) {}
        asio::steady_timer timer;  // touched only on its executor
        std::atomic<bool> notified{false};
    };

public:
    /// Wakes every waiter: one that sleeps now, and one that is about to.
    void notify_all();

    /// Hears of what happens from its construction on: so make it, look, and wait if there was nothing to see.
    /// Not thread-safe; `executor` is the waiting coroutine's and runs its handlers one at a time.
    class Waiter {
    public:
        Waiter(Wakeups& wakeups, const asio::any_io_executor& executor);
        ~Waiter();
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        /// Ends when notified since construction or the last wait, after `limit`, when cancelled, and sometimes for no
        /// reason: look again.
        asio::awaitable<void> wait(Millis limit);

    private:
        Wakeups& wakeups_;
        std::shared_ptr<Sleeper> sleeper_;
    };

private:
    std::mutex mutex_;
    std::unordered_set<std::shared_ptr<Sleeper>> sleepers_;
};

}  // namespace cadre
