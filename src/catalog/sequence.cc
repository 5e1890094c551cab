#include "catalog/sequence.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/number.h"

namespace cadre::catalog {
namespace {

// A point as one number: a second has 2^63 steps, since the first bit of every rank is set.
__extension__ using Steps = __int128;
constexpr std::uint64_t kFirstBit = std::uint64_t{1} << 63;
constexpr Steps kSecond = Steps{1} << 63;
constexpr Steps kMinute = 60 * kSecond;
constexpr Steps kLowest = kEarliest * kSecond - 1;
constexpr Steps kHighest = (kLatest + 1) * kSecond;

std::uint64_t number_of(const Rank& rank) {
    std::uint64_t number = 0;
    for (const auto byte : rank) number = number << 8 | byte;
    return number;
}

Rank rank_from(std::uint64_t number) {
    Rank rank{};
    for (std::size_t i = 0; i < rank.size(); ++i) rank[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
    return rank;
}

Steps steps_of(const Point& point) { return point.at * kSecond + (number_of(point.rank) & ~kFirstBit); }

Point point_at(Steps steps) {
    const auto within = static_cast<std::uint64_t>(steps) & ~kFirstBit;
    return {static_cast<std::int64_t>((steps - within) / kSecond), rank_from(within | kFirstBit)};
}

}  // namespace

Point point_of(const Place& place) { return {place.at, place.rank}; }

std::string text_of(const Point& point) { return fmt::format("{}.{:016x}", point.at, number_of(point.rank)); }

std::optional<Point> parse_point(const json::value& value) {
    if (!value.is_string()) return std::nullopt;
    const std::string_view text = value.get_string();
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || text.size() != dot + 1 + 16) return std::nullopt;
    Point point;
    const auto at = parse_number<std::int64_t>(text.substr(0, dot));
    const auto rank = parse_number<std::uint64_t>(text.substr(dot + 1), 16);
    if (!at || !rank || (*rank & kFirstBit) == 0 || *at < kEarliest || *at > kLatest) return std::nullopt;
    point.at = *at;
    point.rank = rank_from(*rank);
    return point;
}

std::optional<std::vector<Point>> points_between(const std::optional<Point>& above, const std::optional<Point>& below,
                                                 std::size_t count, std::uint64_t apart) {
    const auto gaps = static_cast<Steps>(count) + 1;
    const Steps low = below ? steps_of(*below) : above ? std::max(kLowest, steps_of(*above) - gaps * kMinute) : 0;
    const Steps high = above ? steps_of(*above) : std::min(kHighest, low + gaps * kMinute);
    if (high - low < gaps * static_cast<Steps>(std::max<std::uint64_t>(apart, 1))) return std::nullopt;
    std::vector<Point> points;
    for (Steps i = 1; i < gaps; ++i) points.push_back(point_at(high - (high - low) / gaps * i));
    return points;
}

}  // namespace cadre::catalog
