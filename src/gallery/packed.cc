#include "gallery/packed.h"

#include <libdeflate.h>

#include <cstring>
#include <new>
#include <string_view>

#include "base/hash.h"

namespace cadre::gallery {
namespace {

constexpr int kLevel = 1;  // twice as fast as 6, for a twentieth more bytes
constexpr unsigned kByte = 8;

tl::unexpected<Error> damaged() { return fail(ErrorKind::unprocessable, "A piece of a stream is damaged."); }

void put_u32(std::uint8_t* to, std::size_t number) {
    for (unsigned i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(number >> (kByte * i));
}
std::size_t get_u32(const std::uint8_t* from) {
    std::size_t number = 0;
    for (unsigned i = 0; i < 4; ++i) number |= std::size_t{from[i]} << (kByte * i);
    return number;
}

/// With its number, so that pieces in another order are noticed too.
std::uint64_t digest_of(std::uint64_t number, std::span<const std::uint8_t> piece) {
    Sha256 hash;
    hash.update(std::to_string(number) + " ");
    hash.update(piece);
    const auto whole = hash.finish();
    std::uint64_t digest = 0;
    for (std::size_t i = 0; i < sizeof digest; ++i) digest = (digest << kByte) | whole[i];
    return digest;
}

}  // namespace

void Packer::Free::operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
void Unpacker::Free::operator()(libdeflate_decompressor* decompressor) const {
    libdeflate_free_decompressor(decompressor);
}

Packer::Packer() : compressor_(libdeflate_alloc_compressor(kLevel)) {
    if (!compressor_) throw std::bad_alloc();
    packed_.resize(Unpacker::kHead + libdeflate_deflate_compress_bound(compressor_.get(), kLongestPiece));
}

std::span<const std::uint8_t> Packer::pack(std::span<const std::uint8_t> piece) {
    const auto length = libdeflate_deflate_compress(compressor_.get(), piece.data(), piece.size(),
                                                    packed_.data() + Unpacker::kHead, packed_.size() - Unpacker::kHead);
    put_u32(packed_.data(), piece.size());
    put_u32(packed_.data() + 4, length);
    const auto digest = digest_of(number_++, piece);
    for (unsigned i = 0; i < sizeof digest; ++i)
        packed_[2 * 4 + i] = static_cast<std::uint8_t>(digest >> (kByte * (sizeof digest - 1 - i)));
    return {packed_.data(), Unpacker::kHead + length};
}

Unpacker::Unpacker() : decompressor_(libdeflate_alloc_decompressor()) {
    if (!decompressor_) throw std::bad_alloc();
}

Result<std::size_t> Unpacker::begin(std::span<const std::uint8_t, kHead> head) {
    const auto length = get_u32(head.data());
    packed_ = get_u32(head.data() + 4);
    digest_ = 0;
    for (unsigned i = 0; i < sizeof digest_; ++i) digest_ = (digest_ << kByte) | head[2 * 4 + i];
    if (length > kLongestPiece || packed_ > 2 * kLongestPiece) return damaged();
    piece_.resize(length);
    return packed_;
}

Result<std::span<const std::uint8_t>> Unpacker::unpack(std::span<const std::uint8_t> compressed) {
    if (compressed.size() != packed_) return damaged();
    const auto done = libdeflate_deflate_decompress(decompressor_.get(), compressed.data(), compressed.size(),
                                                    piece_.data(), piece_.size(), nullptr);
    if (done != LIBDEFLATE_SUCCESS || digest_of(number_++, piece_) != digest_) return damaged();
    return std::span<const std::uint8_t>(piece_);
}

}  // namespace cadre::gallery
