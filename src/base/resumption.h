// How another thread lets a coroutine go on.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/task.h"

namespace cadre {

/// The handler of an operation that ends on a thread which is not its io_context's. The io_context does not run out of
/// work before the handler was called, and nothing here refers to it afterwards: whoever waited may end it at once,
/// while the other thread has not yet returned from post().
template <class Handler>
class Resumption {
public:
    explicit Resumption(Handler handler)
        : guard_(asio::make_work_guard(asio::get_associated_executor(handler))), handler_(std::move(handler)) {}

    /// Calls the handler with `values` on its own executor. Once.
    template <class... Values>
    void post(Values... values) {
        const auto executor = asio::get_associated_executor(handler_);
        // The guard goes with the handler, and ends where the handler does.
        asio::post(executor, [guard = std::move(guard_), handler = std::move(handler_),
                              ... values = std::move(values)]() mutable { handler(std::move(values)...); });
    }

private:
    asio::executor_work_guard<asio::associated_executor_t<Handler>> guard_;
    Handler handler_;
};

}  // namespace cadre
