// Text of sidecars within the gallery's bounds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/metadata.h"

namespace cadre::cli {

[[nodiscard]] std::string as_title(std::string_view text);
[[nodiscard]] std::string as_caption(std::string_view text);
/// Adds a tag unless it is empty, too long, there already, or one too many.
void add_tag(std::vector<std::string>& tags, std::string_view text);

/// Nothing where it is none on Earth, or 0/0: what is written for "unknown".
[[nodiscard]] std::optional<media::Location> as_location(double lat, double lon);

}  // namespace cadre::cli
