#include "decode/hdr.h"

#include <algorithm>
#include <cmath>

namespace cadre::decode {
namespace {

constexpr double kWhite = 203;         // cd/m²
constexpr double kPqPeak = 10'000;     // cd/m²
constexpr double kHlgPeak = 1000;      // cd/m², of the display that HLG is shown on
constexpr std::size_t kCodes = 65536;  // of 16 bits
constexpr std::size_t kBins = 4096;    // of light, by its square root

// SMPTE ST 2084
constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 4096 * 128;
constexpr double kC1 = 3424.0 / 4096, kC2 = 2413.0 / 4096 * 32, kC3 = 2392.0 / 4096 * 32;

/// Light of a PQ code, in diffuse white.
double pq_light(double code) {
    const double power = std::pow(code, 1 / kM2);
    return std::pow(std::max(power - kC1, 0.0) / (kC2 - kC3 * power), 1 / kM1) * kPqPeak / kWhite;
}

double pq_code(double light) {
    const double power = std::pow(std::max(light, 0.0) * kWhite / kPqPeak, kM1);
    return std::pow((kC1 + kC2 * power) / (1 + kC3 * power), kM2);
}

/// Scene light of an HLG code, 0 … 1 (BT.2100 table 5).
double hlg_light(double code) {
    constexpr double kA = .17883277, kB = .28466892, kC = .55991073;
    return code <= .5 ? code * code / 3 : (std::exp((code - kC) / kA) + kB) / 12;
}

std::size_t bin_of(float light) {
    const float root = std::sqrt(std::max(light, 0.0F) * static_cast<float>(kWhite / kPqPeak));
    return std::min(static_cast<std::size_t>(root * static_cast<float>(kBins - 1) + .5F), kBins - 1);
}

/// PQ code of a bin's light.
double code_of(std::size_t bin) {
    const double root = static_cast<double>(bin) / (kBins - 1);
    return pq_code(root * root * kPqPeak / kWhite);
}

/// BT.2390 section 5.4.1: a PQ code, of a picture that goes up to `peak`, for a screen that goes up to `most`.
double rolled_off(double code, double peak, double most) {
    const double white = most / peak;
    const double knee = 1.5 * white - .5;
    const double at = code / peak;
    if (at <= knee) return code;
    const double t = (at - knee) / (1 - knee);
    const double t2 = t * t;
    const double t3 = t2 * t;
    const double bent = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * white;
    return bent * peak;
}

std::uint8_t srgb_byte(float light) {
    const double in = static_cast<double>(std::clamp(light, 0.0F, 1.0F));
    const double code = in <= .0031308 ? 12.92 * in : 1.055 * std::pow(in, 1 / 2.4) - .055;
    return static_cast<std::uint8_t>(std::lround(code * 255));
}

std::vector<std::uint8_t> srgb_table() {
    std::vector<std::uint8_t> table(kCodes);
    for (std::size_t i = 0; i < kCodes; ++i) {
        // By square root, so that the dark ones have steps enough.
        const float root = static_cast<float>(i) / static_cast<float>(kCodes - 1);
        table[i] = srgb_byte(root * root);
    }
    return table;
}

}  // namespace

float ToneMap::Light::strongest() const { return std::max({red, green, blue}); }

ToneMap::ToneMap(const ColourSpace& space)
    : space_(space), matrix_(to_linear_srgb(space.primaries)), curve_(kCodes), counted_(kBins) {
    for (std::size_t i = 0; i < kCodes; ++i) {
        const double code = static_cast<double>(i) / (kCodes - 1);
        curve_[i] = static_cast<float>(space.curve == Curve::pq ? pq_light(code) : hlg_light(code));
    }
}

ToneMap::Light ToneMap::light_of(const std::uint16_t* rgb) const {
    float red = curve_[rgb[0]];
    float green = curve_[rgb[1]];
    float blue = curve_[rgb[2]];
    if (space_.curve == Curve::hlg) {
        // The display's gamma of 1.2 at 1,000 cd/m² (BT.2100 table 5, note 5f), on the scene's luminance.
        const float luminance = .2627F * red + .6780F * green + .0593F * blue;
        const float scale = static_cast<float>(kHlgPeak / kWhite) * std::pow(std::max(luminance, 1e-6F), .2F);
        red *= scale, green *= scale, blue *= scale;
    }
    const auto row = [&](std::size_t i) {
        const auto& of = matrix_[i];
        return std::max(0.0F, static_cast<float>(of[0]) * red + static_cast<float>(of[1]) * green +
                                  static_cast<float>(of[2]) * blue);
    };
    return {row(0), row(1), row(2)};
}

void ToneMap::look(const std::uint16_t* rgb, std::size_t step, std::size_t pixels) {
    for (std::size_t i = 0; i < pixels; ++i) ++counted_[bin_of(light_of(rgb + i * step).strongest())];
    pixels_ += pixels;
}

double ToneMap::peak() const {
    std::size_t left = pixels_ / 1000;
    for (std::size_t bin = kBins; bin-- > 1;) {
        if (counted_[bin] > left) return code_of(bin);
        left -= counted_[bin];
    }
    return 0;
}

std::vector<float> ToneMap::scales() const {
    const double white = pq_code(1);
    const double brightest = peak();
    std::vector<float> scales(kBins, 1);
    if (brightest <= white) return scales;
    for (std::size_t bin = 1; bin < kBins; ++bin) {
        const double code = code_of(bin);
        const double mapped = rolled_off(std::min(code, brightest), brightest, white);
        scales[bin] = static_cast<float>(pq_light(mapped) / pq_light(code));
    }
    return scales;
}

void ToneMap::map(const std::uint16_t* rgb, std::size_t step, std::uint8_t* to, std::size_t to_step,
                  std::size_t pixels) const {
    const std::vector<std::uint8_t> encoded = srgb_table();
    const std::vector<float> by_bin = scales();
    const auto byte = [&](float light) {
        const float root = std::sqrt(std::clamp(light, 0.0F, 1.0F));
        return encoded[static_cast<std::size_t>(root * static_cast<float>(kCodes - 1) + .5F)];
    };
    for (std::size_t i = 0; i < pixels; ++i) {
        const Light light = light_of(rgb + i * step);
        const float scale = by_bin[bin_of(light.strongest())];
        std::uint8_t* const pixel = to + i * to_step;
        pixel[0] = byte(light.red * scale);
        pixel[1] = byte(light.green * scale);
        pixel[2] = byte(light.blue * scale);
    }
}

}  // namespace cadre::decode
