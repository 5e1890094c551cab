// What the folder driver's callers hear of an errno.
#pragma once

#include <string_view>

#include "base/result.h"

namespace cadre::blobs::files {

/// What disk_refusal() says of it. Everything else is a fault: throws std::system_error, which says what was tried.
[[nodiscard]] tl::unexpected<Error> refuse(int error, std::string_view what);

/// not_found.
[[nodiscard]] tl::unexpected<Error> no_such_object();

}  // namespace cadre::blobs::files
