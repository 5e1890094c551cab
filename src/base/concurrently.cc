#include "base/concurrently.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>

namespace cadre {
namespace {

struct Shared {
    std::size_t next = 0;
    std::size_t count = 0;
    std::size_t running = 0;
    std::exception_ptr fault;
};

asio::awaitable<void> run(Shared& shared, const std::function<asio::awaitable<void>(std::size_t)>& work) {
    while (shared.next < shared.count) {
        const std::size_t mine = shared.next++;
        co_await work(mine);
    }
}

}  // namespace

asio::awaitable<void> concurrently(std::size_t count, std::size_t at_once,
                                   std::function<asio::awaitable<void>(std::size_t)> work) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer all_done(executor, asio::steady_timer::time_point::max());
    Shared shared{0, count, std::min(count, at_once), nullptr};
    for (std::size_t i = shared.running; i > 0; --i)
        asio::co_spawn(executor, run(shared, work), [&shared, &all_done](std::exception_ptr fault) {
            if (fault) {
                shared.fault = fault;
                shared.next = shared.count;
            }
            if (--shared.running == 0) all_done.cancel();
        });
    while (shared.running > 0) {
        boost::system::error_code cancelled;
        co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (shared.running > 0) {  // it was the caller who cancelled
            shared.next = shared.count;
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        }
    }
    if (shared.fault) std::rethrow_exception(shared.fault);
}

Task<void> each(std::size_t count, std::size_t at_once, std::function<Task<void>(std::size_t)> work) {
    std::optional<Error> fault;
    const auto one = [&](std::size_t i) -> asio::awaitable<void> {
        if (fault) co_return;
        auto done = co_await work(i);
        if (!done && !fault) fault = std::move(done).error();
    };
    co_await concurrently(count, at_once, one);
    if (fault) co_return fail(std::move(*fault));
    co_return Result<void>();
}

}  // namespace cadre
