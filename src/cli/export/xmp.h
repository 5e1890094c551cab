// The sidecar of an exported photo: XMP (ISO 16684-1) with all that the gallery says of it, by which an import makes it
// the same again (import/sidecar.h). docs/reference/sidecars.md lists what stands in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "gallery/photo.h"

namespace cadre::cli {

/// An album in which a photo stands.
struct AlbumOfPhoto {
    Id id;
    std::vector<std::string> titles;  // of those above it, from the top, then its own
    std::string place;                // to which somebody moved the photo in the album's own order; "" by its time
};

struct Exported {
    gallery::Photo photo;
    std::vector<AlbumOfPhoto> albums;
    std::optional<LocalTime> modified;  // the file's time when it was sent
};

/// UTF-8. The same for the same photo, byte for byte.
[[nodiscard]] std::string xmp_of(const Exported& exported);

}  // namespace cadre::cli
