// Walks a file's outer structure, so that what is cut or broken there is refused before any library decodes it.
#pragma once

#include <cstdint>
#include <optional>

#include "decode/colour_space.h"
#include "decode/format.h"
#include "decode/heif.h"
#include "decode/outcome.h"

namespace cadre::decode {

inline constexpr std::size_t kMostMissing = 65'536;

struct Container {
    bool progressive = false;  // a JPEG whose coefficients come in several passes (SOF2 and its like)
    bool complete = true;      // false if something of it is missing: at its end, or of what stands after the picture
    int scans = 0;             // of a JPEG: how many have begun
    std::size_t missing = 0;   // bytes behind the end that a library insists on; zeros do, kMostMissing at most
    std::int64_t width = 0;    // as stored, where the format states it in one place; else 0
    std::int64_t height = 0;
    std::optional<ColourSpace> colour;  // what it says of colour, besides a profile
    bool colour_first = false;          // and that this counts more than a profile
    std::optional<HeifFile> heif;       // unless its structure can't be followed
};

/// JPEG to its end marker (ITU T.81 annex B), PNG up to IEND (PNG section 5), RIFF's length (RFC 9649), the blocks of
/// GIF, the first directory of TIFF, the boxes of HEIF and where they say that the picture's bytes are (ISO/IEC
/// 14496-12 sections 4.2, 8.11). Bytes after the end are welcome: cameras leave padding, previews and movies there. A
/// file that lacks only its end is not refused: how far it goes is for decoding to say.
[[nodiscard]] Outcome<Container> check_container(Format format, Bytes bytes);

}  // namespace cadre::decode
