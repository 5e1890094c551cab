// A part of the map.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cadre::find {

/// Degrees. West may lie east of east: across the date line.
struct Box {
    double west = -180, south = -90, east = 180, north = 90;
};

/// Positions are kept and compared in millionths of a degree.
inline constexpr double kMillionths = 1e6;
[[nodiscard]] std::int64_t millionths(double degrees);

/// Its edges are in it.
[[nodiscard]] bool contains(const Box& box, std::int64_t lat, std::int64_t lon);

/// "west,south,east,north"; nothing for what is no box.
[[nodiscard]] std::optional<Box> parse_box(std::string_view text);

}  // namespace cadre::find
