// A stream of bytes in pieces, each compressed (DEFLATE, RFC 1951) and with a digest of what it was before, so that
// what was damaged, or ends too early, is noticed before it is used. In front stands a head: a small text.
//
// A piece is two numbers of 32 bits, the first byte the lowest: its length and its length compressed; the first 64 bits
// of the SHA-256 of its number and its bytes, the first byte the highest; and the compressed bytes. The first piece is
// the head; one without bytes is the end.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

struct libdeflate_compressor;
struct libdeflate_decompressor;

namespace cadre::gallery {

inline constexpr std::size_t kLongestPiece = std::size_t{1} << 20;  // bytes, not compressed

/// Not thread-safe, as Unpacker.
class Packer {
public:
    Packer();
    /// At most kLongestPiece; an empty one ends the stream. Valid until the next call.
    [[nodiscard]] std::span<const std::uint8_t> pack(std::span<const std::uint8_t> piece);

private:
    struct Free {
        void operator()(libdeflate_compressor* compressor) const;
    };
    std::unique_ptr<libdeflate_compressor, Free> compressor_;
    std::vector<std::uint8_t> packed_;
    std::uint64_t number_ = 0;
};

class Unpacker {
public:
    Unpacker();
    static constexpr std::size_t kHead = 16;  // bytes before the compressed ones
    /// How many compressed bytes follow. Errors: unprocessable.
    [[nodiscard]] Result<std::size_t> begin(std::span<const std::uint8_t, kHead> head);
    /// The piece, valid until the next call; empty at the end. Errors: unprocessable.
    [[nodiscard]] Result<std::span<const std::uint8_t>> unpack(std::span<const std::uint8_t> compressed);

private:
    struct Free {
        void operator()(libdeflate_decompressor* decompressor) const;
    };
    std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
    std::vector<std::uint8_t> piece_;
    std::size_t packed_ = 0;
    std::uint64_t digest_ = 0, number_ = 0;
};

}  // namespace cadre::gallery
