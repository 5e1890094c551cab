// Sizes and durations as people type and read them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cadre {

/// Bytes: "4096", "512MiB", "1 GiB" (powers of 1024), "2GB" (powers of 1000). Nothing for all else, fractions and what
/// does not fit included.
[[nodiscard]] std::optional<std::int64_t> parse_size(std::string_view text);
/// In the largest of B, KiB, MiB, GiB, TiB that divides it: "1GiB", "1536MiB", "1000B".
[[nodiscard]] std::string format_size(std::int64_t bytes);

/// "500ms", "5s", "2m", "1h", "30d"; "0" needs no unit. Nothing for all else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// In the largest unit that divides it: "90s", "2m".
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

/// ISO 8601, without years and months, whose length differs: "PT1H30M", "-P1D", "P2W", "+PT90S". Whole numbers, each
/// unit once and the larger first. Nothing for all else.
[[nodiscard]] std::optional<std::chrono::seconds> parse_iso_duration(std::string_view text);

/// Decimal digits, perhaps with a minus before them, and nothing else.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace cadre
