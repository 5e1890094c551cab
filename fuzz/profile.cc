// Colour profiles, and a few pixels by way of them. Little CMS is Debian's, without a sanitizer.
#include <array>

#include "decode/icc.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre::decode;
    const Bytes bytes(data, size);
    const auto profile = Profile::from(bytes);
    if (!profile) return 0;
    if (const auto space = profile->code_points(bytes); space && !space->is_hdr()) (void)Profile::from(*space);
    (void)profile->is_srgb();
    constexpr std::size_t kPixels = 4;
    for (const int bytes_each : {1, 2}) {
        for (const bool alpha : {false, true}) {
            const auto convert = ToSrgb::by(*profile, bytes_each, alpha);
            if (!convert) continue;
            std::array<std::uint16_t, 5 * kPixels> from{};
            for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<std::uint16_t>(i * 3277);
            std::array<std::uint8_t, 4 * kPixels> to{};
            (*convert)(from.data(), to.data(), kPixels);
        }
    }
    return 0;
}
