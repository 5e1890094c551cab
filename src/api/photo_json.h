// A photo as the contract shows it, and what people may send to change it.
#pragma once

#include <map>
#include <string>

#include "api/date_json.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "gallery/access.h"
#include "gallery/album.h"
#include "gallery/photo.h"
#include "places/places.h"

namespace cadre::api {

/// The photo as `viewer` may see it: file name, folder, hash and position only with the right to see details.
/// `place` says in words where it was taken, to who sees the position, and `duplicate_of` of which photo it is a copy.
/// Of its albums those in `albums` are named that the viewer may see, to the owner all of these.
void write_photo(JsonWriter& out, const gallery::Photo& photo, std::string_view owner_name,
                 const gallery::Viewer& viewer, const std::map<Id, gallery::AlbumName>& albums,
                 const std::optional<places::Place>& place, const std::optional<Id>& duplicate_of,
                 bool duplicate = false);

/// RFC 7396: title, caption, tags, favourite, archived, visibility, dates, rating, location; null empties those that
/// can be empty; and remove_tags. Every wrong field goes to `wrong`, those that the gallery would refuse too.
[[nodiscard]] gallery::PhotoChange read_photo_change(const json::object& patch, Wrong& wrong);

/// The change of a bulk request: favourite, archived, rating, visibility, add_tags, remove_tags, trashed, dates.
/// `dates` gets a date for each photo, where they are set each to its own.
[[nodiscard]] gallery::PhotoChange read_bulk_change(const json::object& change, Wrong& wrong, Dates& dates);

}  // namespace cadre::api
