// Runs a coroutine to its end on the calling thread, for commands that have nothing else to do.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "base/task.h"

namespace cadre::cli {

template <class T>
[[nodiscard]] Result<T> wait_for(Task<T> task) {
    asio::io_context io{1};
    auto outcome = asio::co_spawn(io, std::move(task), asio::use_future);
    io.run();
    return outcome.get();
}

}  // namespace cadre::cli
