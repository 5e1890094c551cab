// Names of files are bytes; JSON and URLs want UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace cadre::cli {

/// With U+FFFD in place of every byte that is no part of a character.
[[nodiscard]] std::string as_utf8(std::string_view bytes);

}  // namespace cadre::cli
