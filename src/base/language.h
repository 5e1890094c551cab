// The languages in which people are answered.
#pragma once

#include <cstdint>

namespace cadre {

enum class Language : std::uint8_t { en, fr };

}  // namespace cadre
