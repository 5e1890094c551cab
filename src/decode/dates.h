// When a photo was taken, out of what several tags say.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/time.h"
#include "decode/tags.h"

namespace cadre::decode {

/// EXIF's "2024:05:01 12:00:00" (also with '-', '.' or '/' in the date), XMP's and IPTC's ISO 8601, with or without an
/// offset. Nothing for what is no date, or lies before 1826 (the oldest photograph) or after tomorrow.
[[nodiscard]] std::optional<LocalTime> parse_date(std::string_view text, std::string_view offset, WallTime now);

/// From DateTimeOriginal, else digitised, XMP, IPTC, changed, in this order. The offset is EXIF's own, or that of
/// an XMP date which shows the same local time.
[[nodiscard]] std::optional<LocalTime> taken_at(const Tags& tags, WallTime now);

}  // namespace cadre::decode
