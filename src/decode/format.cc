#include "decode/format.h"

#include "decode/reader.h"

namespace cadre::decode {

using namespace std::string_view_literals;

bool is_raw(Bytes tiff) {
    if (has_at(tiff, 8, "CR\x02"sv)) return true;
    const bool little = has_at(tiff, 0, "II"sv);
    const auto number = [&](std::size_t at, std::size_t count) {
        return little ? little_endian(tiff, at, count) : big_endian(tiff, at, count);
    };
    if (number(2, 2) != 42) return false;
    constexpr std::uint32_t kNewSubfileType = 254;
    constexpr std::uint32_t kSubIfds = 330;
    constexpr std::uint32_t kDngVersion = 50706;
    const std::size_t directory = number(4, 4);
    const std::size_t entries = number(directory, 2);
    bool reduced = false;
    bool nested = false;
    for (std::size_t i = 0; i < entries; ++i) {
        const std::size_t at = directory + 2 + 12 * i;
        const auto tag = number(at, 2);
        if (tag == kDngVersion) return true;
        if (tag == kNewSubfileType) reduced = (number(at + 8, 4) & 1) != 0;
        if (tag == kSubIfds) nested = true;
    }
    return reduced && nested;
}

}  // namespace cadre::decode
