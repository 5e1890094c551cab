// What a photograph's file says about it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/taken_at.h"

namespace cadre::media {

/// Degrees, WGS 84; north and east are positive.
struct Location {
    double lat = 0;  // −90 … 90
    double lon = 0;  // −180 … 180
    bool operator==(const Location&) const = default;
};

/// Which of a file's fields its date is from. The names stand in what decoders answer; the numbers are not stored.
enum class DateSource { exif, xmp, iptc, gps, png, changed };
inline constexpr std::array<std::string_view, 6> kDateSources = {"exif", "xmp", "iptc", "gps", "png", "changed"};

/// What the file says about itself (EXIF, IPTC, XMP). All text is valid UTF-8 without control characters (a caption
/// keeps its line breaks) and of bounded length; absent and absurd values are absent here.
struct Metadata {
    std::optional<TakenAt> taken_at;           // between 1826 and tomorrow
    DateSource taken_from = DateSource::exif;  // `changed`: when the file was; a date in its name is better
    bool offset_from_gps = false;              // its offset is how far the clock was from the GPS's UTC
    std::string make;
    std::string model;
    std::string lens;
    std::optional<double> focal_length_mm;
    std::optional<double> aperture;    // the f-number
    std::optional<double> exposure_s;  // seconds
    std::optional<int> iso;
    std::optional<Location> location;
    std::string title;
    std::string caption;
    std::vector<std::string> keywords;  // without repetitions
    std::optional<int> rating;          // 0 … 5
    bool operator==(const Metadata&) const = default;
};

}  // namespace cadre::media
