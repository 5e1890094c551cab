#include "media/format.h"

#include <algorithm>
#include <array>

#include "media/reader.h"

namespace cadre::media {
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

}  // namespace cadre::media
