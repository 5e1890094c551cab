#include "base/wakeups.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cadre {

void Wakeups::notify_all() {
    const std::lock_guard lock(mutex_);
    for (const auto& sleeper : sleepers_) {
        if (sleeper->notified.exchange(true)) continue;  // its wake-up is on its way
        asio::post(sleeper->timer.get_executor(), [sleeper] { sleeper->timer.cancel(); });
    }
}

Wakeups::Waiter::Waiter(Wakeups& wakeups, const asio::any_io_executor& executor)
    : wakeups_(wakeups), sleeper_(std::make_shared<Sleeper>(executor)) {
    const std::lock_guard lock(wakeups_.mutex_);
    wakeups_.sleepers_.insert(sleeper_);
}

Wakeups::Waiter::~Waiter() {
    const std::lock_guard lock(wakeups_.mutex_);
    wakeups_.sleepers_.erase(sleeper_);
}

asio::awaitable<void> Wakeups::Waiter::wait(Millis limit) {
    // The timer is set before the flag is looked at: a wake-up that comes between is posted behind this coroutine.
    sleeper_->timer.expires_after(limit);
    if (!sleeper_->notified.load()) {
        boost::system::error_code ignored;  // cancelled: woken
        co_await sleeper_->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    sleeper_->notified.store(false);
}

}  // namespace cadre
