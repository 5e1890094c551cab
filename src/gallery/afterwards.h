// What follows from a change and nobody waits for: events, jobs that repair would find again. It begins at once, beside
// the answer, so that the person does not wait for stores that the promise does not need.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstddef>

#include "jobs/queue.h"

namespace cadre::gallery {

/// Thread-safe.
class Afterwards {
public:
    explicit Afterwards(jobs::Queue& jobs) : jobs_(jobs) {}

    /// Queues a job. One that cannot be queued is logged, and found again by repair.
    asio::awaitable<void> queue(jobs::Job job);

    /// Begins `work` on the caller's executor; what it throws is logged. With too many under way the caller waits for
    /// its own: a store that is slow slows writers down instead of filling memory.
    asio::awaitable<void> begin(asio::awaitable<void> work);

    /// Whether any is under way. A process may only take the gallery apart when none is.
    [[nodiscard]] bool busy() const { return running_.load() > 0; }

private:
    asio::awaitable<void> push(jobs::Job job);

    jobs::Queue& jobs_;
    std::atomic<std::size_t> running_{0};
};

}  // namespace cadre::gallery
