// Who of several keepers is active: the one that holds a lease in the catalog. All that a keeper does is idempotent, so
// that two that both believe it, for as long as a failover lasts, do no harm.
#pragma once

#include <atomic>
#include <optional>

#include "base/clock.h"
#include "base/task.h"
#include "catalog/catalog.h"

namespace cadre::worker {

/// hold() is called by one coroutine; active() by any thread.
class Tenure {
public:
    /// Both outlive it.
    Tenure(catalog::Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}

    /// Takes the office if it is free, and stays in it. To be called every kHoldEvery. Never an error: somebody else
    /// being active, and a catalog that is away, both mean that this one is not.
    Task<void> hold();
    /// Lets somebody else take over at once.
    Task<void> leave();

    [[nodiscard]] bool active() const { return clock_.monotonic().time_since_epoch().count() < until_.load(); }

    static constexpr Millis kHoldEvery{3'000};
    static constexpr Millis kLasts{10'000};

private:
    catalog::Catalog& catalog_;
    const Clock& clock_;
    std::optional<catalog::Lease> lease_;
    std::atomic<Millis::rep> until_{0};  // of the monotonic clock
};

}  // namespace cadre::worker
