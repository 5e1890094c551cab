// Is the gallery well? One word for what a Sight shows, and a reason for each thing that is not as it should be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gallery/fleet.h"

namespace cadre::gallery {

enum class Health {
    healthy,
    degraded,     // all of it works, and one loss more may be one too many; or it is slow
    unavailable,  // something that people ask for cannot be done
};
[[nodiscard]] std::string_view text_of(Health health);

struct Reason {
    Health health;        // what it makes of the whole
    std::string code;     // docs/reference/cluster.md lists them
    std::string subject;  // what it is about; empty: nothing in particular
    std::string detail;   // a sentence
};

struct Verdict {
    Health health = Health::healthy;  // the worst of its reasons
    std::vector<Reason> reasons;      // the worst first
};

/// Pure.
[[nodiscard]] Verdict judge(const Sight& sight);

/// Something that was read longer ago is not relied on.
inline constexpr Millis kStale{15'000};
/// A job that waits longer is told.
inline constexpr Millis kQueueOld = std::chrono::minutes(15);
/// A replica of the catalog that lacks more of its master's stream lags.
inline constexpr std::uint64_t kBehind = std::uint64_t{8} << 20;
/// A disk is low below a twentieth of it, at most this.
inline constexpr std::uint64_t kDiskLow = std::uint64_t{10} << 30;

}  // namespace cadre::gallery
