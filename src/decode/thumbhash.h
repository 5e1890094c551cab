// ThumbHash: a picture's shape and colours in 25 bytes or so, shown until the picture is there.
// By Evan Wallace, https://github.com/evanw/thumbhash (MIT); rgbaToThumbHash of js/thumbhash.js, followed step by step.
#pragma once

#include <string>

#include "decode/outcome.h"

namespace cadre::decode {

inline constexpr int kThumbhashEdge = 100;

/// `rgba` has width × height × 4 bytes, not premultiplied; neither edge is longer than kThumbhashEdge.
[[nodiscard]] std::string thumbhash(int width, int height, Bytes rgba);

}  // namespace cadre::decode
