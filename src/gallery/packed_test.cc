#include "gallery/packed.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/encoding.h"

namespace cadre::gallery {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes pack(const std::vector<std::string>& pieces) {
    Packer packer;
    Bytes all;
    const auto add = [&](std::string_view piece) {
        const auto packed = packer.pack(as_bytes(piece));
        all.insert(all.end(), packed.begin(), packed.end());
    };
    for (const auto& piece : pieces) add(piece);
    add("");
    return all;
}

/// Nothing where it is found damaged, or does not end.
std::optional<std::vector<std::string>> unpack(const Bytes& bytes) {
    Unpacker unpacker;
    std::vector<std::string> pieces;
    std::span<const std::uint8_t> rest(bytes);
    while (rest.size() >= Unpacker::kHead) {
        const auto length = unpacker.begin(rest.first<Unpacker::kHead>());
        rest = rest.subspan(Unpacker::kHead);
        if (!length || *length > rest.size()) return std::nullopt;
        const auto piece = unpacker.unpack(rest.first(*length));
        if (!piece) return std::nullopt;
        if (piece->empty()) return pieces;
        pieces.emplace_back(piece->begin(), piece->end());
        rest = rest.subspan(*length);
    }
    return std::nullopt;
}

TEST(Packed, WhatWasPackedComesBack) {
    const std::vector<std::string> pieces = {"head", std::string(kLongestPiece, 'x'), "ABC", "ABC", "the end"};
    const auto packed = pack(pieces);
    EXPECT_LT(packed.size(), kLongestPiece / 50);
    EXPECT_EQ(unpack(packed), pieces);
    EXPECT_EQ(unpack(pack({})), std::vector<std::string>{});
}

TEST(Packed, EveryDamageIsNoticed) {
    const std::vector<std::string> pieces = {"{\"place\":\"12\"}", "some bytes that stand in it", "and some more"};
    const auto whole = pack(pieces);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto other = whole;
        other[at] ^= 0x10U;
        const auto got = unpack(other);
        EXPECT_TRUE(!got || *got == pieces) << "byte " << at << " was another, and nobody noticed";
        EXPECT_FALSE(unpack(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at))))
            << "it ended after " << at << " bytes";
    }
}

TEST(Packed, PiecesInAnotherOrderAreNoticed) {
    const auto one = pack({"first", "second"}), other = pack({"second", "first"});
    // Pieces of the same length compressed, each with the digest of its place.
    Bytes mixed(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(other.size() / 2));
    mixed.insert(mixed.end(), one.begin() + static_cast<std::ptrdiff_t>(other.size() / 2), one.end());
    EXPECT_FALSE(unpack(mixed));
}

}  // namespace
}  // namespace cadre::gallery
