// Time zones as the system's tzdata has them (Debian's package of that name); no network, no data of our own.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cadre {

/// Minutes east of UTC, by the rules of one zone. Small to copy; all calls are thread-safe.
class Zone {
public:
    /// "Europe/Paris" (IANA), or what is the same all year: "+02:00", "Z". Nothing for all else, and for what this
    /// machine's tzdata lacks. The first call reads the list of zones, and each zone is read once: some milliseconds.
    [[nodiscard]] static std::optional<Zone> named(std::string_view name);

    /// When a clock there shows this many seconds since 1970-01-01T00:00:00. What it shows twice, when it is set back,
    /// is the first of the two; what it never shows, when it is set forward, counts by the offset before (RFC 5545,
    /// section 3.3.5). Offsets of before 1900 that have seconds are rounded.
    [[nodiscard]] int offset_of_clock(std::int64_t local_seconds) const;
    /// At an instant: seconds since 1970 in UTC.
    [[nodiscard]] int offset_at(std::int64_t utc_seconds) const;

private:
    explicit Zone(const void* rules, int fixed) : rules_(rules), fixed_(fixed) {}
    const void* rules_;  // of the library, for the process's life; null: `fixed_`
    int fixed_ = 0;
};

}  // namespace cadre
