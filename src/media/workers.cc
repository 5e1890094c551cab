#include "media/workers.h"

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace cadre::media {
namespace {

tl::unexpected<Error> busy(std::string detail) {
    Error error{ErrorKind::unavailable, "Too many photos are being read at the moment. Try again soon.",
                std::move(detail)};
    error.retry_after = std::chrono::seconds(5);
    return fail(std::move(error));
}

}  // namespace

/// A call in the queue. Its members but the executor belong to the thread of that executor once it waits; whoever ends
/// a turn only posts to it.
struct Workers::Waiter {
    explicit Waiter(const asio::any_io_executor& executor_) : executor(executor_), timer(executor_) {
        timer.expires_at(asio::steady_timer::time_point::max());
    }

    asio::any_io_executor executor;
    asio::steady_timer timer;
    std::optional<bool> granted;

    static void wake(std::shared_ptr<Waiter> waiter, bool granted) {
        const auto executor = waiter->executor;
        asio::post(executor, [waiter = std::move(waiter), granted] {
            waiter->granted = granted;
            waiter->timer.cancel();
        });
    }
};

asio::awaitable<Ending> Workers::Lease::end() {
    Ending ending;
    if (worker_) ending = co_await worker_->end();
    worker_.reset();
    co_return ending;
}

Result<void> Workers::Lease::start() {
    TRY(worker_, Worker::start(home_->options_));
    worker_->owner = owner_;
    return {};
}

void Workers::Lease::keep() { std::exchange(home_, nullptr)->give_back(std::move(worker_)); }

Task<Workers::Lease> Workers::take(std::string owner) {
    std::shared_ptr<Waiter> waiter;
    {
        const auto executor = co_await asio::this_coro::executor;
        const std::lock_guard lock(mutex_);
        if (stopped_) co_return busy("the decoders are stopped");
        if (out_ < count_) {
            ++out_;
        } else if (waiting_.size() >= options_.queue) {
            co_return busy("the queue for a decoder is full");
        } else {
            waiter = std::make_shared<Waiter>(executor);
            waiting_.push_back(waiter);
        }
    }
    if (waiter) {
        // Leaves the queue, or passes the turn on, if the caller goes away while it waits.
        struct Place {
            std::shared_ptr<Workers> home;
            std::shared_ptr<Waiter> waiter;
            ~Place() {
                if (!waiter) return;
                std::unique_lock lock(home->mutex_);
                if (std::erase(home->waiting_, waiter) > 0) return;
                lock.unlock();
                if (waiter->granted.value_or(true)) home->give_back(std::nullopt);
            }
        } place{shared_from_this(), waiter};
        while (!waiter->granted) {
            (void)co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
            const auto cancellation = co_await asio::this_coro::cancellation_state;
            if (cancellation.cancelled() != asio::cancellation_type::none) co_return busy("the caller went away");
        }
        place.waiter = nullptr;
        if (!*waiter->granted) co_return busy("the decoders are stopped");
    }

    Lease lease(shared_from_this(), owner);
    lease.worker_ = pick_idle(owner);
    const bool fits =
        lease.worker_ && lease.worker_->alive() && (lease.worker_->owner == owner || lease.worker_->owner.empty());
    if (!fits) {
        (void)co_await lease.end();
        CO_CHECK(lease.start());
    }
    lease.worker_->owner = owner;
    co_return lease;
}

std::optional<Worker> Workers::pick_idle(const std::string& owner) {
    const std::lock_guard lock(mutex_);
    auto found = std::find_if(idle_.begin(), idle_.end(), [&](const Worker& worker) { return worker.owner == owner; });
    if (found == idle_.end() && out_ + idle_.size() > count_) found = idle_.begin();
    if (found == idle_.end()) return std::nullopt;
    std::optional<Worker> worker(std::move(*found));
    idle_.erase(found);
    return worker;
}

void Workers::give_back(std::optional<Worker> worker) {
    const std::lock_guard lock(mutex_);
    --out_;
    if (stopped_) return;
    if (worker) idle_.push_back(std::move(*worker));
    if (waiting_.empty()) return;
    ++out_;
    Waiter::wake(std::move(waiting_.front()), true);
    waiting_.pop_front();
}

void Workers::stop() {
    std::vector<Worker> idle;
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    idle.swap(idle_);
    for (auto& waiter : waiting_) Waiter::wake(std::move(waiter), false);
    waiting_.clear();
}

}  // namespace cadre::media
