// A request target taken apart (RFC 9112 section 3.2).
#pragma once

#include "base/result.h"
#include "http/message.h"

namespace cadre::http {

/// Fills path and query (and host, for the absolute form) from `target`. ErrorKind::invalid for what could be
/// understood in two ways: "." and ".." segments, encoded slashes, NUL and other control characters, bad escapes.
[[nodiscard]] Result<void> parse_target(Request& request);

}  // namespace cadre::http
