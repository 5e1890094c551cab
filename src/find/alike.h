// Which photos of one person look alike: a pure function of what is known of each. Engines keep the looks; the suite
// compares what they answer with this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "find/document.h"

namespace cadre::find {

/// Of these groups a photo stands in one of the first two at most, and perhaps in a burst. The numbers are not stored.
enum class AlikeKind : std::uint8_t {
    exact,  // the same pixels: the files differ in what is written beside them
    near,   // coded again, made smaller, brighter, cropped a little
    burst,  // different takes of one scene, by one camera, seconds apart
};

/// Two pictures look alike if this many of the 64 bits of their perceptual hashes differ at most; of one burst they may
/// differ by more.
inline constexpr int kNearBits = 6;
inline constexpr int kBurstBits = 20;
/// From one take of a burst to the next, in milliseconds.
inline constexpr std::int64_t kBurstGap = 3'000;
/// A group that would have more is several.
inline constexpr std::size_t kMostAlike = 100;

struct AlikeGroup {
    AlikeKind kind = AlikeKind::exact;
    std::vector<std::uint32_t> members;  // by their places among the looks, in that order
    bool operator==(const AlikeGroup&) const = default;
};

/// The groups of two and more. Every member looks like one of its group, its largest, so that no chain of small
/// differences joins what is different. Depends on the looks and their order alone. Hashes are compared where a part of
/// 16 bits is equal or differs in one (Norouzi, Punjani, Fleet: Fast Search in Hamming Space with Multi-Index Hashing,
/// 2012), which finds all that differ in kNearBits: a million takes some seconds and 64 bytes each. Where they are so
/// alike that this is more than kMostCompared comparisons, the rest is grouped by equal pixels alone.
[[nodiscard]] std::vector<AlikeGroup> groups_of(std::span<const Look> looks);
inline constexpr std::uint64_t kMostCompared = 20'000'000'000;

}  // namespace cadre::find
