// Runs coroutines to their end on the calling thread, for commands that have nothing else to do meanwhile.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>

#include "base/task.h"

namespace cadre::cli {

/// Stores keep connections on it from call to call, so it is made before the library and outlives it. Not thread-safe.
class Loop {
public:
    template <class T>
    [[nodiscard]] Result<T> wait_for(Task<T> task) {
        auto outcome = asio::co_spawn(io_, std::move(task), asio::use_future);
        io_.restart();
        while (outcome.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io_.run_one();
        return outcome.get();
    }

    /// The same for `limit` at most; what has not ended by then is left where it is. Returns whether it went well.
    template <class T>
    bool try_for(Task<T> task, std::chrono::milliseconds limit) {
        auto outcome = asio::co_spawn(io_, std::move(task), asio::use_future);
        const auto until = std::chrono::steady_clock::now() + limit;
        io_.restart();
        while (outcome.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            if (io_.run_one_until(until) == 0) return false;
        return outcome.get().has_value();
    }

    [[nodiscard]] asio::io_context& io() { return io_; }

private:
    asio::io_context io_{1};
};

}  // namespace cadre::cli
