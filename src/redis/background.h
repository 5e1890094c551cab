// A thread with an io_context of its own, for coroutines that go on while nobody waits for them: readers of streams.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <thread>

#include "redis/cluster.h"

namespace cadre::redis {

/// Thread-safe.
class Background {
public:
    Background();
    /// Ends what runs wherever it waits: nothing of it runs any more afterwards. So it is destroyed before what its
    /// coroutines use.
    ~Background();
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    void spawn(asio::awaitable<void> work) { asio::co_spawn(io_, std::move(work), asio::detached); }

private:
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;
};

/// Waits until a stream has an entry after `id`, `wait` at most: the last id that it saw, which is `id` where somebody
/// has taken the entries away again; nothing if there were none.
[[nodiscard]] Task<std::optional<std::string>> wait_for_entry(Cluster& cluster, std::string stream, std::string id,
                                                              Millis wait);

}  // namespace cadre::redis
