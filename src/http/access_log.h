// A line a request.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace cadre::http {

/// A path as any log may show it. Whoever has the key of a share may look: what stands behind "/s/" is "-".
[[nodiscard]] std::string shown_path(std::string_view path);

/// Method, path (never the query: it may hold what is private), status, bytes sent, milliseconds, id, client, user.
void log_access(const Request& request, int status, std::uint64_t bytes, std::chrono::microseconds took);

}  // namespace cadre::http
