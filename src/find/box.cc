#include "find/box.h"

#include <array>
#include <charconv>
#include <cmath>

namespace cadre::find {

std::int64_t millionths(double degrees) { return std::llround(degrees * kMillionths); }

bool contains(const Box& box, std::int64_t lat, std::int64_t lon) {
    if (lat < millionths(box.south) || lat > millionths(box.north)) return false;
    const bool east_of_west = lon >= millionths(box.west), west_of_east = lon <= millionths(box.east);
    return box.west <= box.east ? east_of_west && west_of_east : east_of_west || west_of_east;
}

std::optional<Box> parse_box(std::string_view text) {
    std::array<double, 4> sides{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; i < sides.size(); ++i) {
        if (i > 0 && (at == end || *at++ != ',')) return std::nullopt;
        const auto [after, error] = std::from_chars(at, end, sides[i], std::chars_format::fixed);
        if (error != std::errc()) return std::nullopt;
        at = after;
    }
    const Box box{sides[0], sides[1], sides[2], sides[3]};
    const auto within = [](double degrees, double most) { return degrees >= -most && degrees <= most; };
    if (at != end || !within(box.west, 180) || !within(box.east, 180) || !within(box.south, 90) ||
        !within(box.north, 90) || box.south > box.north)
        return std::nullopt;
    return box;
}

}  // namespace cadre::find
