// Reading single values out of Exiv2's containers, none of which may be trusted to hold what its tag should.
#pragma once

#include <exiv2/exiv2.hpp>
#include <optional>
#include <string>
#include <vector>

namespace cadre::decode {

struct Tags {
    Exiv2::ExifData exif;
    Exiv2::IptcData iptc;
    Exiv2::XmpData xmp;

    /// The value as text, as it stands in the file; empty where there is none.
    [[nodiscard]] std::string exif_text(const char* key) const;
    [[nodiscard]] std::string iptc_text(const char* key) const;
    /// Of several languages the default one, else the first.
    [[nodiscard]] std::string xmp_text(const char* key) const;
    /// Microsoft's XP… tags: UTF-16LE in a row of bytes.
    [[nodiscard]] std::string exif_utf16(const char* key) const;

    /// The value's component `n`; nothing if it is absent, or its denominator is 0, or it is not finite.
    [[nodiscard]] std::optional<double> exif_number(const char* key, long n = 0) const;

    [[nodiscard]] std::vector<std::string> iptc_list(const char* key) const;
    [[nodiscard]] std::vector<std::string> xmp_list(const char* key) const;
};

}  // namespace cadre::decode
