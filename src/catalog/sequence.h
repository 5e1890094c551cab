// An album's own order: a line of points on which every photo stands by its own time, until somebody moves it between
// others. Then its membership in the album says at which point it stands instead; of all others nothing is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "catalog/rows.h"

namespace cadre::catalog {

/// As of a place: seconds, and within one 2^63 steps. The larger stands before the smaller.
struct Point {
    std::int64_t at = 0;
    Rank rank{};
    auto operator<=>(const Point&) const = default;
};
[[nodiscard]] Point point_of(const Place& place);

/// "<seconds>.<rank as 16 hex digits>": the value of "album:<id>" of a photo that was moved.
[[nodiscard]] std::string text_of(const Point& point);
/// Nothing for what text_of() did not write, and for a point on which no photo can stand: that photo stands by its
/// time.
[[nodiscard]] std::optional<Point> parse_point(const json::value& value);

/// `count` points below `above` and above `below`, evenly, the first the largest. Where one is nothing they are a
/// minute apart from the other on: so they stand before all, or behind all, and photos of much later or earlier before
/// or behind them. Nothing where two would be less than `apart` steps from each other or from these.
[[nodiscard]] std::optional<std::vector<Point>> points_between(const std::optional<Point>& above,
                                                               const std::optional<Point>& below, std::size_t count,
                                                               std::uint64_t apart = 1);

}  // namespace cadre::catalog
