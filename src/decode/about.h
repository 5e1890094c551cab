// The libraries that read pictures here.
#pragma once

#include <string>

namespace cadre::decode {

/// "libvips 8.14.1, libheif 1.15.1, Exiv2 0.27.6, libwebp 1.2.4".
[[nodiscard]] std::string about();

}  // namespace cadre::decode
