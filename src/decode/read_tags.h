// Where each format keeps its EXIF, IPTC and XMP.
#pragma once

#include "decode/picture.h"
#include "decode/tags.h"

namespace cadre::decode {

/// Broken metadata is no error: what was read before it broke off is there. Throws what Exiv2 throws where nothing was.
[[nodiscard]] Tags read_tags(const Picture& picture);

/// The TIFF structure in a block of EXIF, without what some write before it: "Exif\0\0", HEIF's offset of four bytes, a
/// JPEG's whole segment header. Empty where there is none.
[[nodiscard]] Bytes tiff_in(Bytes exif);

}  // namespace cadre::decode
