#include "decode/tiff.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "decode/reader.h"

namespace cadre::decode {

using namespace std::string_view_literals;

std::optional<Tiff> Tiff::open(Bytes bytes) {
    Tiff tiff;
    tiff.bytes_ = bytes;
    tiff.little_ = has_at(bytes, 0, "II"sv);
    if (!tiff.little_ && !has_at(bytes, 0, "MM"sv)) return std::nullopt;
    const auto version = tiff.number(2, 2);
    if (version != 42 && version != 43) return std::nullopt;
    tiff.big_ = version == 43;
    return tiff;
}

std::uint64_t Tiff::number(std::uint64_t at, std::size_t count) const {
    if (at > bytes_.size()) return 0;
    const Bytes rest = bytes_.subspan(static_cast<std::size_t>(at));
    if (count <= 4) return little_ ? little_endian(rest, 0, count) : big_endian(rest, 0, count);
    const auto first = number(at, 4);
    const auto second = number(at + 4, 4);
    return little_ ? first | (second << 32) : (first << 32) | second;
}

std::uint64_t Tiff::first_directory() const { return big_ ? number(8, 8) : number(4, 4); }

std::vector<TiffEntry> Tiff::entries(std::uint64_t directory) const {
    const std::size_t head = big_ ? 8 : 2;
    const std::size_t each = big_ ? 20 : 12;
    const std::size_t wide = big_ ? 8 : 4;
    std::vector<TiffEntry> entries;
    if (directory > bytes_.size()) return entries;
    const std::uint64_t fit = (bytes_.size() - directory) / each;
    const std::uint64_t count = std::min(number(directory, head), fit);
    constexpr std::array<std::uint64_t, 19> kSizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t at = directory + head + each * i;
        TiffEntry entry;
        entry.tag = static_cast<unsigned>(number(at, 2));
        entry.type = static_cast<unsigned>(number(at + 2, 2));
        entry.count = number(at + 4, wide);
        const std::uint64_t size = entry.type < kSizes.size() ? kSizes[entry.type] : 0;
        const bool inside = size > 0 && entry.count <= wide / size;
        entry.at = inside ? at + 4 + wide : number(at + 4 + wide, wide);
        entries.push_back(entry);
    }
    return entries;
}

std::vector<std::uint32_t> Tiff::numbers(const TiffEntry& entry, std::size_t most) const {
    const std::size_t each = entry.type == 1 ? 1 : entry.type == 3 ? 2 : entry.type == 4 ? 4 : 0;
    std::vector<std::uint32_t> numbers;
    if (each == 0) return numbers;
    for (std::uint64_t i = 0; i < entry.count && i < most; ++i)
        numbers.push_back(static_cast<std::uint32_t>(number(entry.at + i * each, each)));
    return numbers;
}

int orientation_of(const Tiff& tiff) {
    constexpr unsigned kOrientation = 274;
    for (const auto& entry : tiff.entries(tiff.first_directory())) {
        if (entry.tag != kOrientation) continue;
        const auto values = tiff.numbers(entry, 1);
        return !values.empty() && values[0] >= 1 && values[0] <= 8 ? static_cast<int>(values[0]) : 1;
    }
    return 1;
}

}  // namespace cadre::decode
