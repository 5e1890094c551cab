#include "decode/format.h"

#include <algorithm>
#include <array>

#include "decode/reader.h"

namespace cadre::decode {
namespace {

using namespace std::string_view_literals;

/// The brands of ISO/IEC 23008-12 (HEIF) files, from the box that comes first (ISO/IEC 14496-12 section 4.3).
std::optional<Format> heif_format(Bytes bytes) {
    constexpr std::array kAvif = {"avif"sv, "avis"sv};
    constexpr std::array kHeic = {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv, "mif1"sv, "msf1"sv};
    const std::size_t end = std::min<std::size_t>({bytes.size(), big_endian(bytes, 0, 4), 256});
    std::optional<Format> format;
    for (std::size_t at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {  // the major brand, its version, the others
        const auto is_at = [&](std::string_view brand) { return has_at(bytes, at, brand); };
        if (std::any_of(kAvif.begin(), kAvif.end(), is_at)) return Format::avif;
        if (std::any_of(kHeic.begin(), kHeic.end(), is_at)) format = Format::heic;
    }
    return format;
}

}  // namespace

std::string_view name_of(Format format) {
    constexpr std::array kNames = {"jpeg"sv, "png"sv, "webp"sv, "gif"sv, "tiff"sv, "heic"sv, "avif"sv};
    return kNames[static_cast<std::size_t>(format)];
}

std::optional<Format> format_of(Bytes bytes) {
    if (has_at(bytes, 0, "\xff\xd8\xff"sv)) return Format::jpeg;
    if (has_at(bytes, 0, "\x89PNG\r\n\x1a\n"sv)) return Format::png;
    if (has_at(bytes, 0, "RIFF"sv) && has_at(bytes, 8, "WEBP"sv)) return Format::webp;
    if (has_at(bytes, 0, "GIF87a"sv) || has_at(bytes, 0, "GIF89a"sv)) return Format::gif;
    if (has_at(bytes, 0, "II*\0"sv) || has_at(bytes, 0, "MM\0*"sv)) return Format::tiff;
    if (has_at(bytes, 0, "II+\0"sv) || has_at(bytes, 0, "MM\0+"sv)) return Format::tiff;  // BigTIFF
    if (has_at(bytes, 4, "ftyp"sv)) return heif_format(bytes);
    return std::nullopt;
}

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
