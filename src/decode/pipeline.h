// From a picture to its derivatives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "decode/picture.h"

namespace cadre::decode {

struct Derivative {
    int width = 0;
    int height = 0;
    std::string file;  // WebP without metadata
};

struct Derivatives {
    int width = 0;  // of the whole picture, turned
    int height = 0;
    std::vector<Derivative> variants;  // in the order of media::kVariantSizes
    std::string thumbhash;
    std::string pixels;                  // a digest: decode/likeness.h
    std::optional<std::uint64_t> phash;  // nothing: too little to see
};

/// Decodes once and makes all of them, turned clockwise by `rotation` degrees (0, 90, 180, 270) from upright. Throws
/// vips::VError with the name of the step that broke off in its words.
[[nodiscard]] Derivatives derive(const Picture& picture, int rotation);

}  // namespace cadre::decode
