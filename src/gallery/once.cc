#include "gallery/once.h"

#include "base/concurrently.h"

namespace cadre::gallery {
namespace {

constexpr Millis kRenewEvery{2'000};
constexpr Millis kFirstPause{20};
constexpr Millis kLongestPause{250};
constexpr std::chrono::minutes kPatience{1};

}  // namespace

asio::awaitable<void> Renewed::during(std::function<asio::awaitable<void>()> work, bool renews) {
    const std::function<asio::awaitable<void>(std::size_t)> both = [&](std::size_t which) -> asio::awaitable<void> {
        if (which == 1) {
            co_await renew();
            co_return;
        }
        struct Stop {
            Renewed& renewed;
            ~Stop() { renewed.stop(); }
        } const stop{*this};
        co_await work();
    };
    co_await concurrently(renews ? 2 : 1, 2, both);
}

asio::awaitable<void> Renewed::renew() {
    while (!over_) {
        wake_.expires_after(kRenewEvery);
        boost::system::error_code woken;
        co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        if (over_) co_return;
        auto renewed = co_await catalog_.renew(lease_, kOnceLease);
        if (renewed) lease_ = std::move(*renewed);
    }
}

void Renewed::stop() {
    over_ = true;
    wake_.cancel();
}

Task<std::optional<catalog::Lease>> lease_or_found(OnceStores stores, std::string name,
                                                   std::function<Task<bool>()> find) {
    const auto until = stores.clock.monotonic() + kPatience;
    for (Millis pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
        auto lease = co_await stores.catalog.lease(name, kOnceLease);
        if (lease) co_return std::optional(std::move(*lease));
        if (lease.error().kind != ErrorKind::conflict) co_return fail(std::move(lease).error());
        co_await stores.sleep(pause);
        CO_TRY(const bool found, co_await find());
        if (found) co_return std::optional<catalog::Lease>();
        if (stores.clock.monotonic() < until) continue;
        Error busy{Code::busy, "The same is being sent right now. Try again in a moment."};
        busy.retry_after = std::chrono::seconds(5);
        co_return fail(std::move(busy));
    }
}

Result<void> check_still_held(const Clock& clock, const catalog::Lease& lease) {
    if (clock.monotonic() < lease.until) return {};
    Error error{Code::change_uncertain,
                "It took too long to be sure that this was kept once. It may be there already; look, or send it again.",
                lease.name};
    error.retry_after = std::chrono::seconds(2);
    return fail(std::move(error));
}

}  // namespace cadre::gallery
