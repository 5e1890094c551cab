// The container of a derivative, looked at by the server: whoever may see a derivative learns nothing but its pixels.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace cadre::media {

/// Checks that the file is one whole still WebP (RFC 9649) of this size in pixels and that it has no chunk but VP8,
/// VP8L, VP8X and ALPH: no EXIF, XMP, ICC profile or unknown chunk. Returns its length in bytes; an Error's detail
/// says what is wrong. Reads a few headers only.
[[nodiscard]] Result<std::uint64_t> check_derivative(int fd, int width, int height);

}  // namespace cadre::media
