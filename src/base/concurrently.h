// Several coroutines at once, on the caller's executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>

#include "base/task.h"

namespace cadre {

/// Calls `work` with 0…count−1, at most `at_once` of them under way, and returns when all have ended. The executor runs
/// one handler at a time (an io_context of one thread, or a strand). The first exception of
/// `work` ends the rest and reaches the caller; cancellation waits for those
/// under way and begins no more.
asio::awaitable<void> concurrently(std::size_t count, std::size_t at_once,
                                   std::function<asio::awaitable<void>(std::size_t)> work);

/// The same of tasks: the first error ends it, when those under way have ended, and is the outcome.
Task<void> each(std::size_t count, std::size_t at_once, std::function<Task<void>(std::size_t)> work);

}  // namespace cadre
