// Colour spaces that a container describes by numbers, without a profile.
#pragma once

#include <array>
#include <optional>

namespace cadre::decode {

/// CIE 1931 x and y of red, green, blue and white.
struct Chromaticities {
    double red_x = .64, red_y = .33, green_x = .30, green_y = .60, blue_x = .15, blue_y = .06;  // BT.709's, and sRGB's
    double white_x = .3127, white_y = .3290;                                                    // D65
    bool operator==(const Chromaticities&) const = default;
};

/// How light becomes a code value.
enum class Curve {
    srgb,   // IEC 61966-2-1
    gamma,  // a power
    pq,     // SMPTE ST 2084: absolute, up to 10,000 cd/m²
    hlg,    // ARIB STD-B67: hybrid log-gamma
};

struct ColourSpace {
    Chromaticities primaries;
    Curve curve = Curve::srgb;
    double gamma = 1;  // with Curve::gamma: light is the code value to this power

    [[nodiscard]] bool is_srgb() const { return curve == Curve::srgb && primaries == Chromaticities{}; }
    [[nodiscard]] bool is_hdr() const { return curve == Curve::pq || curve == Curve::hlg; }
    bool operator==(const ColourSpace&) const = default;
};

/// By ITU-T H.273's code points of colour primaries (table 2) and transfer characteristics (table 3), which HEIF's
/// nclx, PNG's cICP and ICC's cicp share. The curves of television (BT.601, BT.709, BT.2020) are taken for sRGB's, as
/// browsers do: still pictures say them and mean it. What is unspecified is sRGB's; nothing for what is unknown.
[[nodiscard]] std::optional<ColourSpace> colour_space_of(unsigned primaries, unsigned transfer);

using Matrix = std::array<std::array<double, 3>, 3>;

/// From linear light of these primaries to that of sRGB, both with the same white.
[[nodiscard]] Matrix to_linear_srgb(const Chromaticities& primaries);

}  // namespace cadre::decode
