// What a photograph's file says about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/taken_at.h"

namespace cadre::media {

/// Degrees, WGS 84; north and east are positive.
struct Location {
    double lat = 0;  // −90 … 90
    double lon = 0;  // −180 … 180
    bool operator==(const Location&) const = default;
};

/// What the file says about itself (EXIF, IPTC, XMP). All text is valid UTF-8 without control characters (a caption
/// keeps its line breaks) and of bounded length; absent and absurd values are absent here.
struct Metadata {
    std::optional<TakenAt> taken_at;  // between 1826 and tomorrow
    bool taken_at_is_change = false;  // it is when the file was changed: a date in its name is better
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
