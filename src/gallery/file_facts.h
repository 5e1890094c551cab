// What a file says about itself, as the facts that a photo begins with.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "gallery/ledger.h"
#include "media/metadata.h"

namespace cadre::gallery {

/// Facts by name, none of them null. A date in the file's name counts where the file has none of its own, or only that
/// of a change. What is longer than people may write is cut; keywords that are, or too many, are left out.
[[nodiscard]] Changes facts_of_file(const media::Metadata& metadata, std::string_view filename, WallTime now);

}  // namespace cadre::gallery
