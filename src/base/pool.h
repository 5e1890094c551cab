// A bounded pool of threads for what blocks: files, SQLite, hashing of large things, passwords.
#pragma once

#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>

#include "base/resumption.h"
#include "base/task.h"

namespace cadre {

/// Thread-safe. Must be stopped (or destroyed) before the io_contexts whose coroutines wait on it.
class Pool {
public:
    /// At most `limit` calls wait or run at once; one more is refused with ErrorKind::unavailable.
    Pool(std::size_t threads, std::size_t limit) : limit_(limit), threads_(threads) {}
    ~Pool() { stop(); }

    /// Runs `work` (a callable that returns Result<T>) on a thread of the pool and resumes the caller on its own
    /// executor with what it returned. An exception of `work` reaches the caller.
    template <class Work>
    auto run(Work work) -> asio::awaitable<std::invoke_result_t<Work&>> {
        using Outcome = std::invoke_result_t<Work&>;
        if (in_hand_.fetch_add(1) >= limit_) {
            in_hand_.fetch_sub(1);
            Error busy{Code::busy, "The server is busy. Try again in a moment."};
            busy.retry_after = std::chrono::seconds(1);
            co_return fail(std::move(busy));
        }
        std::optional<Outcome> outcome;
        std::exception_ptr fault;
        const auto call = [&]() noexcept {
            try {
                outcome.emplace(work());
            } catch (...) {
                fault = std::current_exception();
            }
            in_hand_.fetch_sub(1);
        };
        co_await run_erased(std::function<void()>(call));
        if (fault) std::rethrow_exception(fault);
        co_return std::move(*outcome);
    }

    /// Calls waiting or running.
    [[nodiscard]] std::size_t in_hand() const { return in_hand_.load(); }

    /// Finishes what was accepted, then joins the threads.
    void stop() { threads_.join(); }

private:
    asio::awaitable<void> run_erased(std::function<void()> call) {
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
            [this, &call](auto handler) {
                asio::post(threads_, [&call, caller = Resumption(std::move(handler))]() mutable {
                    call();
                    caller.post();
                });
            },
            asio::use_awaitable);
    }

    std::size_t limit_;
    std::atomic<std::size_t> in_hand_{0};
    asio::thread_pool threads_;
};

}  // namespace cadre
