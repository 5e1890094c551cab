// When a photo was taken, out of what several tags say.
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/taken_at.h"
#include "decode/tags.h"
#include "media/metadata.h"

namespace cadre::decode {

struct DateFound {
    TakenAt taken;
    media::DateSource source = media::DateSource::exif;
    bool offset_from_gps = false;
};

/// From EXIF's DateTimeOriginal (also where TIFF/EP has it), else digitised, XMP, IPTC, the GPS, a PNG's creation time;
/// last, when it was changed. One that is known only as a year, month or day gives way to a more exact one within it.
/// The offset is EXIF's own, or that of another date which shows the same local time; else how far the clock was from
/// the GPS's UTC, where that is an offset which some zone has.
[[nodiscard]] std::optional<DateFound> date_of_taking(const Tags& tags, WallTime now);

}  // namespace cadre::decode
