// What several coroutines ask in the same turn of an event loop is asked once, and all of them are told.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/task.h"

namespace cadre {

/// The question is put after all who share its answer have asked: nobody is told what was so before he asked.
/// Thread-safe; those of one io_context, which one thread runs, share with each other.
template <class Key, class Value>
class Together {
public:
    using Ask = std::function<Task<Value>(Key)>;

    /// `ask` is called on the io_context of those who asked, once for all, though some may have stopped waiting. What
    /// it refers to outlives the io_context's coroutines.
    explicit Together(Ask ask) : open_(std::make_shared<Open>(std::move(ask))) {}

    /// Errors: those of `ask`; unavailable if the caller is cancelled. What `ask` throws reaches all.
    Task<Value> operator()(Key key) {
        const auto executor = co_await asio::this_coro::executor;
        const auto turn = join(executor, std::move(key));
        if (!turn->ended) {
            boost::system::error_code cancelled;
            co_await turn->end.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        }
        if (!turn->ended) co_return fail(ErrorKind::unavailable, "The request was given up.");
        if (turn->fault) std::rethrow_exception(turn->fault);
        co_return *turn->answer;
    }

private:
    struct Turn {
        explicit Turn(const asio::any_io_executor& executor) : end(executor, asio::steady_timer::time_point::max()) {}
        asio::steady_timer end;
        bool ended = false;
        std::optional<Result<Value>> answer;
        std::exception_ptr fault;
    };
    using Place = std::pair<const asio::execution_context*, Key>;
    struct Open {
        explicit Open(Ask question) : ask(std::move(question)) {}
        const Ask ask;
        std::mutex mutex;
        std::map<Place, std::shared_ptr<Turn>> turns;  // whose question is not put yet
    };

    std::shared_ptr<Turn> join(const asio::any_io_executor& executor, Key key) {
        Place place{&asio::query(executor, asio::execution::context), std::move(key)};
        std::shared_ptr<Turn> turn;
        {
            const std::lock_guard lock(open_->mutex);
            auto& known = open_->turns[place];
            if (known) return known;
            known = turn = std::make_shared<Turn>(executor);
        }
        asio::co_spawn(executor, lead(open_, std::move(place), turn), [turn](const std::exception_ptr& fault) {
            turn->fault = fault;
            turn->ended = true;
            turn->end.cancel();
        });
        return turn;
    }

    static asio::awaitable<void> lead(std::shared_ptr<Open> open, Place place, std::shared_ptr<Turn> turn) {
        // However this ends, also with its io_context: another one may come to have the same address.
        const auto close = [&open, &place](const void*) {
            const std::lock_guard lock(open->mutex);
            open->turns.erase(place);
        };
        std::unique_ptr<const void, decltype(close)> closing(open.get(), close);
        co_await asio::post(turn->end.get_executor(), asio::use_awaitable);
        closing.reset();
        turn->answer = co_await open->ask(std::move(place.second));
    }

    std::shared_ptr<Open> open_;
};

}  // namespace cadre
