// What tells that two files show the same picture, or nearly the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "decode/outcome.h"

namespace cadre::decode {

/// The edge of what the perceptual hash is made of.
inline constexpr int kLikenessEdge = 32;

/// A perceptual hash of kLikenessEdge² grey values: a bit for each of 64 low frequencies of the discrete cosine
/// transform, whether it is above the median of them (Zauner, Implementation and Benchmarking of Perceptual Image Hash
/// Functions, 2010, section 3.2.2, without its frequencies of 0). Pictures that look alike differ in few bits. Nothing
/// where there is too little to see: what is left of a flat picture is noise.
[[nodiscard]] std::optional<std::uint64_t> perceptual_hash(Bytes grey);

/// A digest of pixels of `bands` bytes each, with the size of the picture that they are of: 16 bytes.
[[nodiscard]] std::string pixels_digest(Bytes pixels, int bands, int width, int height);

}  // namespace cadre::decode
