// What a photo's row of the index was written with, packed: FTS5 takes a row back only from who says all its words
// again. Its own copy of them would be the largest part of the file.
#pragma once

#include <zlib.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace cadre::find::sqlite {

/// The texts of the columns of `words`, in their order; none has a line break in it.
using Texts = std::array<std::string, 10>;
inline constexpr std::size_t kFactsColumn = 0, kAccessColumn = 9;

/// Deflates with a dictionary of what cameras and Cadre itself write. Used by one thread at a time.
class Packer {
public:
    Packer();
    ~Packer();
    Packer(const Packer&) = delete;
    Packer& operator=(const Packer&) = delete;

    [[nodiscard]] std::string pack(const Texts& texts);
    /// Throws Fault, damaged() where pack() did not make it.
    [[nodiscard]] Texts unpack(std::string_view packed);

private:
    z_stream deflating_{}, inflating_{};
};

}  // namespace cadre::find::sqlite
