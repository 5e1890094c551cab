// Which months a view has, as far as this process knows: so that a timeline's heads are asked for together with the
// list of its months.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "base/clock.h"
#include "catalog/redis/layout.h"

namespace cadre::catalog::redis {

/// Thread-safe and bounded: a guess that callers check.
class KnownMonths {
public:
    /// Newest first.
    using Months = std::set<Month, std::greater<>>;

    explicit KnownMonths(const Clock& clock) : clock_(clock) {}

    [[nodiscard]] Months of(const View& view) const {
        const std::lock_guard lock(mutex_);
        const auto found = views_.find(view);
        return found == views_.end() ? Months() : found->second;
    }
    void set(const View& view, Months months) {
        const std::lock_guard lock(mutex_);
        if (views_.size() >= kViews) views_.clear();
        views_[view] = std::move(months);
    }

    /// Whether the list of months was told of this one lately: a bulk upload need not say it again and again.
    [[nodiscard]] bool told(const MonthOf& month) const {
        const std::lock_guard lock(mutex_);
        const auto found = told_.find(month);
        return found != told_.end() && clock_.monotonic() - found->second < kToldFor;
    }
    void tell(const MonthOf& month) {
        const auto now = clock_.monotonic();
        const std::lock_guard lock(mutex_);
        if (told_.size() >= kTold) told_.clear();
        told_[month] = now;
    }

private:
    static constexpr std::size_t kViews = 4096, kTold = 4096;
    static constexpr Millis kToldFor{10'000};

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<View, Months> views_;
    std::map<MonthOf, MonotonicTime> told_;
};

}  // namespace cadre::catalog::redis
