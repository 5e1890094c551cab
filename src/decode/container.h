// Walks a file's outer structure, so that what is cut or broken there is refused before any library decodes it.
#pragma once

#include "decode/format.h"
#include "decode/outcome.h"

namespace cadre::decode {

struct Container {
    bool progressive = false;  // a JPEG whose coefficients come in several passes (SOF2 and its like)
    bool complete = true;      // false for a JPEG without an end marker after its scans: cut, or a sloppy camera's
};

/// JPEG up to its first scan (ITU T.81 annex B), PNG up to IEND (PNG section 5), RIFF's length (RFC 9649), the screen
/// descriptor of GIF, the place of TIFF's first directory, the boxes of HEIF (ISO/IEC 14496-12 section 4.2). Bytes
/// after the end are welcome: cameras leave padding, previews and movies there.
[[nodiscard]] Outcome<Container> check_container(Format format, Bytes bytes);

}  // namespace cadre::decode
