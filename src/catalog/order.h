// How photos stand within one second: bursts, scans of one year, what has only a day.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cadre::catalog {

/// Eight bytes whose order is that of the photos. The first bit is set in every rank that rank_of() makes.
using Rank = std::array<std::uint8_t, 8>;

/// First the fraction of the second, in steps of 31 µs, then the file's name as people sort names: its first two
/// letters, whatever their case, then its last two numbers by their value, so that IMG_9 comes before IMG_10 and "IMG_9
/// 2" between them. A date of eight digits in the name says nothing more. Of names without numbers nine letters count.
/// What is equal here stands by its id.
[[nodiscard]] Rank rank_of(std::int32_t microseconds, std::string_view filename);

}  // namespace cadre::catalog
