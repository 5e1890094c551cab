#include "decode/about.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <webp/encode.h>

#include <exiv2/exiv2.hpp>
#include <vips/vips8>

namespace cadre::decode {
namespace {

/// libvips links it, or loads it as a module; nothing if this one has none.
std::string libheif() {
    using Version = const char* (*)();
    const auto version = reinterpret_cast<Version>(::dlsym(RTLD_DEFAULT, "heif_get_version"));
    return version == nullptr ? std::string() : fmt::format("libheif {}, ", version());
}

}  // namespace

std::string about() {
    const auto webp = static_cast<unsigned>(WebPGetEncoderVersion());
    return fmt::format("libvips {}.{}.{}, {}Exiv2 {}, libwebp {}.{}.{}", vips_version(0), vips_version(1),
                       vips_version(2), libheif(), Exiv2::versionString(), webp >> 16, (webp >> 8) & 255, webp & 255);
}

}  // namespace cadre::decode
