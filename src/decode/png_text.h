// The texts of a PNG file (PNG specification, third edition, 11.3.3: tEXt, zTXt, iTXt).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "decode/outcome.h"

namespace cadre::decode {

/// Keyword and text of each, in the order of the file; bounded in number and length. tEXt should be Latin-1, and often
/// is UTF-8: its bytes are left as they are. What is broken is left out.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_png_texts(Bytes png);

}  // namespace cadre::decode
