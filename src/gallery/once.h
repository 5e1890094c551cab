// What is made once, however many want to make it at the same moment: whoever comes first makes it under a lease, the
// others wait for that and find it.
#pragma once

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/sleep.h"
#include "base/task.h"
#include "catalog/catalog.h"
#include "gallery/ledger.h"

namespace cadre::gallery {

/// The lease of one that died ends after this; one that lives renews it meanwhile.
inline constexpr Millis kOnceLease{6'000};

/// What making something once stands on; all of it outlives the call.
struct OnceStores {
    catalog::Catalog& catalog;
    const Clock& clock;
    Aside aside;  // takes the release of the lease
    Sleep sleep = sleep_for;
    bool renews = true;  // false where the time is not the machine's
};

/// A lease in hand, kept from ending while its holder works. Belongs to one coroutine at a time, on one executor.
class Renewed {
public:
    Renewed(catalog::Catalog& catalog, catalog::Lease lease, const asio::any_io_executor& executor)
        : catalog_(catalog), lease_(std::move(lease)), wake_(executor) {}

    /// Does the work, and renews the lease until that has ended; without `renews` it only does the work.
    asio::awaitable<void> during(std::function<asio::awaitable<void>()> work, bool renews = true);
    [[nodiscard]] const catalog::Lease& lease() const { return lease_; }

private:
    asio::awaitable<void> renew();
    void stop();

    catalog::Catalog& catalog_;
    catalog::Lease lease_;
    asio::steady_timer wake_;
    bool over_ = false;
};

/// Waits for the lease on `name`, and asks `find` meanwhile whether it is there. Nothing: `find` found it.
/// Errors: those of both; unavailable where somebody else makes it for a minute.
Task<std::optional<catalog::Lease>> lease_or_found(OnceStores stores, std::string name,
                                                   std::function<Task<bool>()> find);

/// Errors: unavailable, and says that it may have been made, where the lease ended before that was sure.
Result<void> check_still_held(const Clock& clock, const catalog::Lease& lease);

/// Makes it with `make`, unless `find` finds it: what somebody else has made, or makes at this moment. One at most is
/// acknowledged to have made it, unless the catalog forgets a lease or what was made (a failover).
template <class T>
Task<T> once(OnceStores stores, std::string name, std::function<Task<std::optional<T>>()> find,
             std::function<Task<T>()> make) {
    std::optional<T> found;
    std::function<Task<bool>()> look = [&]() -> Task<bool> {
        CO_TRY(found, co_await find());
        co_return found.has_value();
    };
    CO_TRY(auto held, co_await lease_or_found(stores, std::move(name), look));
    if (!held) co_return std::move(*found);
    Renewed renewed(stores.catalog, std::move(*held), co_await asio::this_coro::executor);
    std::optional<Result<T>> made;
    const std::function<asio::awaitable<void>()> work = [&]() -> asio::awaitable<void> {
        // Whoever had the lease before may have made it since.
        const auto there = co_await look();
        if (!there)
            made.emplace(fail(there.error()));
        else if (*there)
            made.emplace(std::move(*found));
        else
            made.emplace(co_await make());
    };
    co_await renewed.during(work, stores.renews);
    if (*made) {
        if (auto still = check_still_held(stores.clock, renewed.lease()); !still)
            made.emplace(fail(std::move(still).error()));
    }
    const auto release = [](catalog::Catalog& catalog, catalog::Lease lease) -> asio::awaitable<void> {
        (void)co_await catalog.release(std::move(lease));
    };
    co_await stores.aside(release(stores.catalog, renewed.lease()));
    co_return std::move(*made);
}

}  // namespace cadre::gallery
