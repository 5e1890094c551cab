// Where a picture was taken, out of EXIF or XMP.
#pragma once

#include <optional>
#include <string_view>

#include "decode/tags.h"
#include "media/metadata.h"

namespace cadre::decode {

/// Nothing where latitude or longitude is missing or impossible, or both are 0: what a receiver without a fix writes.
[[nodiscard]] std::optional<media::Location> location_of(const Tags& tags);

/// Degrees out of text: up to three numbers (decimal, or "55/1") for degrees, minutes and seconds with anything between
/// them, and a letter or word for the direction before or after: "48,51.5N", "55/1 54/1 12/1", "-33.85", "48° 51' 30\"
/// s".
[[nodiscard]] std::optional<double> parse_angle(std::string_view text);

}  // namespace cadre::decode
