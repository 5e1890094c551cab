// When a photo was taken, out of what several tags say.
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/taken_at.h"
#include "decode/tags.h"

namespace cadre::decode {

struct DateFound {
    TakenAt taken;
    bool of_change = false;  // it says when the file was changed: a date from anywhere else is better
};

/// From EXIF's DateTimeOriginal (also where TIFF/EP has it), else digitised, XMP, IPTC, the GPS, a PNG's creation time;
/// last, when it was changed. One that is known only as a year, month or day gives way to a more exact one within it.
/// The offset is EXIF's own, or that of another date which shows the same local time.
[[nodiscard]] std::optional<DateFound> date_of_taking(const Tags& tags, WallTime now);

}  // namespace cadre::decode
