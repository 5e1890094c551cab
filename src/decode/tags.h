// Reading single values out of Exiv2's containers, none of which may be trusted to hold what its tag should.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decode/exiv2.h"

namespace cadre::decode {

struct Tags {
    Exiv2::ExifData exif;
    Exiv2::IptcData iptc;
    Exiv2::XmpData xmp;
    std::vector<std::pair<std::string, std::string>> png;  // keyword and text, of PNG's chunks of text

    /// The value as text, as it stands in the file; empty where there is none. Bytes that are typed as numbers are text
    /// too: some programs write them so.
    [[nodiscard]] std::string exif_text(const char* key) const;
    [[nodiscard]] std::string iptc_text(const char* key) const;
    /// Of several languages the default one, else the first that says something.
    [[nodiscard]] std::string xmp_text(const char* key) const;
    [[nodiscard]] std::string png_text(std::string_view keyword) const;
    /// Microsoft's XP… tags: UTF-16LE in a row of bytes.
    [[nodiscard]] std::string exif_utf16(const char* key) const;
    /// EXIF's UserComment without the eight bytes that name its character set; empty where that is no text.
    [[nodiscard]] std::string exif_comment() const;

    /// The value's component `n`; nothing if it is absent, or its denominator is 0, or it is not finite.
    [[nodiscard]] std::optional<double> exif_number(const char* key, std::size_t n = 0) const;
    [[nodiscard]] std::optional<double> xmp_number(const char* key, std::size_t n = 0) const;
    [[nodiscard]] bool is_exif_text(const char* key) const;

    [[nodiscard]] std::vector<std::string> iptc_list(const char* key) const;
    [[nodiscard]] std::vector<std::string> xmp_list(const char* key) const;
};

/// The number that `text` begins with: "2.8", "28/10", "+1". Nothing where it begins with none, it is not finite or is
/// divided by 0. Takes it off `text`.
[[nodiscard]] std::optional<double> take_number(std::string_view& text);

/// UTF-16 as UTF-8, up to a zero.
[[nodiscard]] std::string from_utf16(std::string_view bytes, bool big_endian);

}  // namespace cadre::decode
