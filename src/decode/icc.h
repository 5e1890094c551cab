// Colour profiles (ICC.1:2010).
#pragma once

#include "decode/outcome.h"

namespace cadre::decode {

/// Whether a profile describes itself as sRGB. Applying it would change nothing but take a fifth of all the work.
[[nodiscard]] bool is_srgb_profile(Bytes profile);

}  // namespace cadre::decode
