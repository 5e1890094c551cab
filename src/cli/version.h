// The program's version, as CMakeLists.txt says it.
#pragma once

#include <string_view>

namespace cadre::cli {

inline constexpr std::string_view kVersion = CADRE_VERSION;

}  // namespace cadre::cli
