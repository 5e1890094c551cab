// How long the library has lived, as whoever keeps it in order has seen it. A wall clock may be wrong by years and be
// put right at any moment; so nothing that goes for good because of its age goes by what a clock says at one moment.
// Two things are kept here instead (docs/decisions/0014-time-that-was-seen.md):
//
// - the library's own time, which only goes on while a process looks on: what is in the trash expires by it;
// - since when the clock has gone evenly: whatever was written before then, or after now, is no older than that. Tombs,
//   uploads and other leavings go by it.
//
// One object a process. All calls are thread-safe; tick() is called by one coroutine of the process that keeps order.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "base/task.h"
#include "catalog/catalog.h"
#include "gallery/ledger.h"

namespace cadre::gallery {

/// How often the process that keeps order looks at its clocks.
inline constexpr std::chrono::minutes kTickEvery{10};
/// What one step of tick() counts at most as seen: a process that was stopped has seen nothing.
inline constexpr std::chrono::hours kLongestStep{2};
/// What a time without a look counts at most as passed: a machine that was off, or a clock that jumped.
inline constexpr std::chrono::hours kLongestGap{24};
/// A handover from one process to another is no gap if it is no longer.
inline constexpr std::chrono::minutes kHandover = 2 * kTickEvery;
/// Two machines' clocks, or one that is set right, may differ by so much and be called even.
inline constexpr std::chrono::minutes kEven{5};

/// A moment of the library's own time. Both only grow.
struct Lived {
    Millis seen{0};      // while somebody looked on
    Millis credited{0};  // with the gaps between, each at most kLongestGap
    bool operator==(const Lived&) const = default;
};

/// Whether so much has certainly passed between two moments. A single gap, however long, never decides it.
[[nodiscard]] bool has_passed(Millis time, const Lived& from, const Lived& to);

[[nodiscard]] json::value to_json(const Lived& lived);
[[nodiscard]] std::optional<Lived> lived_from(const json::value& value);

/// What is kept of it: one record, in the blobs.
struct LifetimeState {
    Lived lived;
    WallTime at;          // the clock at the last tick
    WallTime even_since;  // no jump was seen between then and `at`
    std::string by;       // whose tick it was
};

/// What a process knows of its own last tick.
struct Tick {
    WallTime wall;
    MonotonicTime monotonic;
};

/// The state after a tick at `now`. `last`: the tick that made `before`, if this process made it.
[[nodiscard]] LifetimeState next(LifetimeState before, const std::optional<Tick>& last, const Tick& now);

class Lifetime {
public:
    Lifetime(catalog::Catalog& catalog, Ledger& ledger, const Clock& clock, Random& random);

    /// Goes on by what has passed since the last tick, and keeps that; does nothing more often than kTickEvery.
    Task<void> tick();
    /// Takes over since when the clock is even, from whoever ticks. For all other processes, now and then.
    Task<void> learn();
    /// The library's own time, at most kTickEvery behind. Nothing before the first tick ever.
    Task<std::optional<Lived>> now();

    /// At least how long ago `moment` was, and no more than since when the clock is even.
    [[nodiscard]] Millis age_of(WallTime moment);

private:
    Task<std::optional<LifetimeState>> known();
    void adopt(WallTime even_since);

    catalog::Catalog& catalog_;
    Ledger& ledger_;
    const Clock& clock_;
    const std::string name_;  // of this process
    std::optional<Tick> last_;

    std::mutex mutex_;  // of what follows
    WallTime even_since_;
    WallTime jumped_at_{};  // as this process itself has seen
    Millis offset_;         // of the wall clock from the monotonic one
};

}  // namespace cadre::gallery
