#include "decode/likeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/hash.h"

namespace cadre::decode {
namespace {

constexpr int kFrequencies = 8;
constexpr std::size_t kBits = std::size_t{kFrequencies} * kFrequencies;
/// By how much half of the frequencies have to differ from their median, in grey values. Of whole grey values the
/// rounding alone makes 0.01.
constexpr double kLeastSpread = 0.04;

using Waves = std::array<std::array<double, kLikenessEdge>, kFrequencies>;

/// Frequencies 1 to kFrequencies; that of 0 is no more than how bright a line is.
Waves make_waves() {
    Waves waves{};
    for (int f = 0; f < kFrequencies; ++f)
        for (int at = 0; at < kLikenessEdge; ++at)
            waves[static_cast<std::size_t>(f)][static_cast<std::size_t>(at)] =
                std::cos(std::numbers::pi / kLikenessEdge * (f + 1) * (at + 0.5));
    return waves;
}

double median_of(std::array<double, kBits> values) {
    std::ranges::nth_element(values, values.begin() + kBits / 2);
    return values[kBits / 2];
}

}  // namespace

std::optional<std::uint64_t> perceptual_hash(Bytes grey) {
    static const Waves waves = make_waves();
    constexpr std::size_t kEdge = kLikenessEdge;
    std::array<double, kBits> strengths{};
    for (std::size_t fy = 0; fy < kFrequencies; ++fy) {
        std::array<double, kEdge> columns{};
        for (std::size_t y = 0; y < kEdge; ++y)
            for (std::size_t x = 0; x < kEdge; ++x) columns[x] += waves[fy][y] * grey[y * kEdge + x];
        for (std::size_t fx = 0; fx < kFrequencies; ++fx)
            for (std::size_t x = 0; x < kEdge; ++x)
                strengths[fy * kFrequencies + fx] += waves[fx][x] * columns[x] * 2 / (kEdge * kEdge);
    }
    const double median = median_of(strengths);
    auto spread = strengths;
    for (double& strength : spread) strength = std::abs(strength - median);
    if (median_of(spread) < kLeastSpread) return std::nullopt;
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < kBits; ++i)
        if (strengths[i] >= median) hash |= std::uint64_t{1} << i;
    return hash;
}

std::string pixels_digest(Bytes pixels, int bands, int width, int height) {
    Sha256 hash;
    hash.update(fmt::format("{}x{}x{}:", width, height, bands));
    hash.update(pixels);
    const auto digest = hash.finish();
    return {digest.begin(), digest.begin() + media::kPixelsDigest};
}

}  // namespace cadre::decode
