// Files that nobody else sees: unlinked from the start, gone with their last descriptor whatever happens.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace cadre::gallery {

/// Blocks briefly. Errors: no_space; unavailable where the folder is away or no descriptor is left.
[[nodiscard]] Result<UniqueFd> open_scratch(const std::string& folder);

/// Appends; blocks: call it on a pool. Errors: the same.
[[nodiscard]] Result<void> write_all(int fd, std::span<const std::uint8_t> bytes);

}  // namespace cadre::gallery
