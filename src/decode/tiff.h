// TIFF's directories (TIFF 6.0 section 2; BigTIFF), which EXIF has too: read without a library where only an entry or
// two are wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "decode/outcome.h"

namespace cadre::decode {

struct TiffEntry {
    unsigned tag = 0;
    unsigned type = 0;
    std::uint64_t count = 0;
    std::uint64_t at = 0;  // where its values stand; perhaps beyond the end
};

class Tiff {
public:
    /// Nothing if the bytes do not begin as a TIFF file does.
    [[nodiscard]] static std::optional<Tiff> open(Bytes bytes);

    /// Where the first directory is; perhaps beyond the end.
    [[nodiscard]] std::uint64_t first_directory() const;
    /// Those that lie within the bytes.
    [[nodiscard]] std::vector<TiffEntry> entries(std::uint64_t directory) const;
    /// Whole numbers of a byte, 16 or 32 bits: at most `most` of them, 0 beyond the end.
    [[nodiscard]] std::vector<std::uint32_t> numbers(const TiffEntry& entry, std::size_t most) const;

    /// At most 8 bytes in the file's order; 0 beyond the end.
    [[nodiscard]] std::uint64_t number(std::uint64_t at, std::size_t count) const;
    [[nodiscard]] Bytes bytes() const { return bytes_; }

private:
    Bytes bytes_;
    bool little_ = true;
    bool big_ = false;  // BigTIFF: places and counts of 8 bytes
};

/// EXIF's orientation of the first directory, 1 … 8 (CIPA DC-008 section 4.6.4); 1 where none is.
[[nodiscard]] int orientation_of(const Tiff& tiff);

}  // namespace cadre::decode
