// The camera, its lens and how it was set.
#pragma once

#include "decode/tags.h"
#include "media/metadata.h"

namespace cadre::decode {

/// Make and model.
void read_maker(const Tags& tags, media::Metadata& metadata);
/// Exposure, aperture, sensitivity, focal length, then the lens: EXIF's own tags, else XMP's, else what Exiv2 knows of
/// the maker's notes. May throw what Exiv2 throws, with what was read before in `metadata`.
void read_settings(const Tags& tags, media::Metadata& metadata);

}  // namespace cadre::decode
