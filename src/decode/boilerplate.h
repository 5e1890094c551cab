// Sentences that nobody wrote: what cameras, phones and programs put into every picture.
#pragma once

#include <string_view>

namespace cadre::decode {

/// Whether `text` (cleaned) says nothing about this one picture. `make` and `model` are the camera's.
[[nodiscard]] bool is_boilerplate(std::string_view text, std::string_view make, std::string_view model);

}  // namespace cadre::decode
