// Runs coroutines to their end from a test's thread.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "base/task.h"
#include "base/testing.h"

namespace cadre::redis::testing {

template <class T>
Result<T> run(asio::io_context& io, Task<T> task) {
    auto future = asio::co_spawn(io, std::move(task), asio::use_future);
    io.restart();
    io.run();
    return future.get();
}

using test::run;

}  // namespace cadre::redis::testing
