// What a file would cost, from its structure alone: a small one may be so built that reading it takes hours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "decode/format.h"
#include "decode/outcome.h"

namespace cadre::decode {

/// What decoding the picture of a HEIF file takes, with all that it is made of and their transparency, counted as often
/// as they come. 2^62 where it goes round in circles.
struct HeifCost {
    std::uint64_t own = 0;        // pixels of the picture
    std::uint64_t pixels = 0;     // of all
    std::uint64_t decodings = 0;  // how many these are
};
/// Nothing where the structure can't be followed: then libheif can't either.
[[nodiscard]] std::optional<HeifCost> heif_cost(Bytes bytes);

/// Refuses what costs far more than pictures of its size do: pictures made of pictures made of pictures (HEIF's grids
/// and overlays), a progressive JPEG in hundreds of scans.
[[nodiscard]] std::optional<Refused> too_dear(Format format, Bytes bytes, bool progressive);

/// A file of many frames without all but the first, which alone is shown: animated GIF and WebP. Nothing if it has only
/// one, or if its structure can't be followed.
[[nodiscard]] std::optional<std::string> only_first(Format format, Bytes bytes);

/// Where a TIFF's first directory says where the next one is (4 bytes, BigTIFF 8), if it has a next one.
struct NextDirectory {
    std::size_t at = 0;
    std::size_t size = 0;
};
[[nodiscard]] std::optional<NextDirectory> next_directory(Bytes tiff);

}  // namespace cadre::decode
