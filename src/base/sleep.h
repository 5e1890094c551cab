// Waiting without a thread; handed in where the simulation wants to wait in its own time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "base/clock.h"

namespace cadre {

namespace asio = boost::asio;

using Sleep = std::function<asio::awaitable<void>(Millis)>;

/// Waits on the caller's executor; ends early when the coroutine is cancelled.
asio::awaitable<void> sleep_for(Millis time);

}  // namespace cadre
