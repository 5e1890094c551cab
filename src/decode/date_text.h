// Dates as files write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/taken_at.h"

namespace cadre::decode {

inline constexpr std::int64_t kDay = 86'400;  // seconds

/// EXIF's "2024:05:01 12:00:00" (also with '-', '.', '/' or nothing between), XMP's and IPTC's ISO 8601, RFC 1123's and
/// C's with the month as a word, "22.10.2008 16:28". Parts that are blank or 0 make it less exact: "1978:00:00" is a
/// year. Hour 24 is the next day's 0, second 60 is 59, "4:28:39 PM" is 16:28:39. A time that cannot be understood
/// leaves the day, an offset that cannot be (beyond ±14:59) the local time. `offset` is that of another tag, for a date
/// that has none.
///
/// Nothing for what is no date, or lies before 1826 (the oldest photograph) or after tomorrow.
[[nodiscard]] std::optional<TakenAt> parse_date(std::string_view text, std::string_view offset, WallTime now);

/// "+02:00", "+0200", "Z" in minutes.
[[nodiscard]] std::optional<int> parse_offset(std::string_view text);

}  // namespace cadre::decode
