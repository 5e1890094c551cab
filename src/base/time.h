// Instants and local times as text (RFC 3339), and the months and days of the proleptic Gregorian calendar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace cadre {

/// A wall-clock reading where a photo was taken. Without an offset nobody knows which instant it was.
struct LocalTime {
    std::int64_t seconds = 0;           // since 1970-01-01T00:00:00 on the local clock
    std::optional<int> offset_minutes;  // east of UTC, −14:59 … +14:59
    std::int32_t microseconds = 0;      // 0…999,999, of the second
    bool operator==(const LocalTime&) const = default;
};

struct Date {
    int year = 1970;
    int month = 1;  // 1…12
    int day = 1;    // 1…31
    bool operator==(const Date&) const = default;
};

/// "2024-05-01T10:00:00.123Z"
[[nodiscard]] std::string rfc3339(WallTime time);
/// "2024-05-01T12:00:00+02:00", or without an offset where none is known; ".25" after the seconds, as far as it goes.
[[nodiscard]] std::string rfc3339(const LocalTime& time);
/// Takes both forms, years 0001…9999, six digits of a fraction; "Z" is an offset of 0. Nothing for all else.
[[nodiscard]] std::optional<LocalTime> parse_rfc3339(std::string_view text);

/// The date on the local clock.
[[nodiscard]] Date date_of(std::int64_t local_seconds);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7)
[[nodiscard]] std::string http_date(std::int64_t seconds_utc);

}  // namespace cadre
