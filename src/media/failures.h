// Why a picture could not be read where no decoder says it: its decoder ended, or took too long.
#pragma once

#include <string>

#include "base/result.h"

namespace cadre::media {

[[nodiscard]] Error broke_off(std::string detail);
[[nodiscard]] Error took_too_long(std::string detail);
[[nodiscard]] Error killed(std::string detail);
[[nodiscard]] Error no_sandbox(std::string detail);
/// What an errno says where the process has run out of descriptors or memory: it passes. Throws for any other.
[[nodiscard]] Error short_of_means(int error, const char* what);
/// A probe that had too little of the processor.
[[nodiscard]] Error too_busy();

}  // namespace cadre::media
