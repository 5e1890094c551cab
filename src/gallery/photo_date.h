// Where the date of a photo is from, and how it changes: set, moved, put into a time zone, or again as its file has it.
//
// A date's origin is the field "taken_from", {"date", "offset"}, which speaks of "taken_at" only under the same stamp:
// who sets a date alone makes it their own. "date" is "exif", "xmp", "iptc", "gps", "png" (fields of the file),
// "changed" (EXIF says that the file was), "filename", "sidecar" (a program sent it for a file beside the photo's) or
// "person". "offset", where it is from elsewhere: "gps" (the clock beside the GPS's UTC), "place" (the zone of the
// position).
#pragma once

#include <optional>
#include <string>

#include "gallery/photo.h"

namespace cadre::gallery {

/// A date, and where it is from; "" where nobody knows.
struct Dated {
    std::optional<TakenAt> taken;
    std::string from;
    std::string offset_from;
    bool operator==(const Dated&) const = default;
};

/// As the photo has it; without a date "modified" or "uploaded", by which it stands in timelines.
[[nodiscard]] Dated dated_of(const catalog::Truth& truth);

/// Whether somebody, or a program for a file beside it, has set the date since the file was read.
[[nodiscard]] bool is_dated_by_hand(const catalog::Truth& truth);

/// The date and its origin, of a file, as facts.
void set_date_of_file(Changes& facts, const Dated& date);

/// The offset of `place`, if there is one, as below.
void add_offset_of_place(Changes& facts, const json::value* place, const ZoneAt& zone_at);

/// A date to the time that has no offset gets that of its place; from 1970 on, since what zones say of the time before
/// is of their capitals.
[[nodiscard]] Dated with_offset_of_place(Dated date, const std::optional<std::pair<double, double>>& place,
                                         const ZoneAt& zone_at);

/// The fields by which a photo has another date, since `change` says so or since it has moved to this place.
[[nodiscard]] Result<Changes> date_changes(const PhotoChange& change, const catalog::Truth& truth,
                                           const std::optional<std::pair<double, double>>& place, bool moved,
                                           const ZoneAt& zone_at);

/// What the file says of its date, read again, beside what a person says. Nothing where nothing changes.
[[nodiscard]] Changes remembered_date(const catalog::Truth& truth, const Changes& facts);

/// Moved by so many seconds; its offset stays. Errors: date_unknown, date_not_exact, date_out_of_range.
[[nodiscard]] Result<TakenAt> shifted(const std::optional<TakenAt>& taken, std::int64_t seconds);
/// In another zone. Errors: the same, and date_without_offset.
[[nodiscard]] Result<TakenAt> in_zone(const std::optional<TakenAt>& taken, const ZoneChange& change);

}  // namespace cadre::gallery
