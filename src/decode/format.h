// Formats, as decoders see them.
#pragma once

#include "decode/outcome.h"
#include "media/format.h"

namespace cadre::decode {

using media::Format;
using media::format_of;
using media::name_of;

/// Whether a file that calls itself TIFF is a camera's RAW file (DNG, NEF, CR2, ARW and their like), of which libvips
/// would only show the preview: by the DNGVersion tag, Canon's mark, or a first page that is a reduced picture of
/// another one (TIFF 6.0, NewSubfileType).
[[nodiscard]] bool is_raw(Bytes tiff);

}  // namespace cadre::decode
