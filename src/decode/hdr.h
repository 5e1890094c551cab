// Pictures in BT.2100's curves (PQ, HLG) on a screen that knows neither.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "decode/colour_space.h"

namespace cadre::decode {

/// Maps pixels of three colours to 8 bits of sRGB. Light is counted in diffuse white, 203 cd/m² (BT.2408 section 2.2);
/// up to it a picture stays as it is. What is brighter is rolled off to what a screen has, from the picture's own
/// brightest down, by the curve of BT.2390 section 5.4.1 on the strongest of the three colours, so that hues stay.
class ToneMap {
public:
    explicit ToneMap(const ColourSpace& space);

    /// First all pixels are looked at, …
    void look(const std::uint16_t* rgb, std::size_t step, std::size_t pixels);
    /// … then they are mapped. `step` is the distance of pixels, in samples.
    void map(const std::uint16_t* rgb, std::size_t step, std::uint8_t* to, std::size_t to_step,
             std::size_t pixels) const;

private:
    struct Light {
        float red, green, blue;
        [[nodiscard]] float strongest() const;
    };
    [[nodiscard]] Light light_of(const std::uint16_t* rgb) const;
    /// The PQ code of the brightest, but for a thousandth of all.
    [[nodiscard]] double peak() const;
    [[nodiscard]] std::vector<float> scales() const;

    ColourSpace space_;
    Matrix matrix_;
    std::vector<float> curve_;          // light by code value
    std::vector<std::size_t> counted_;  // pixels by the light of their strongest colour
    std::size_t pixels_ = 0;
};

}  // namespace cadre::decode
