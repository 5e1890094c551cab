// A line a request.
#pragma once

#include <chrono>
#include <cstdint>

#include "http/message.h"

namespace cadre::http {

/// Method, path (never the query: it may hold what is private), status, bytes sent, milliseconds, id, client, user.
void log_access(const Request& request, int status, std::uint64_t bytes, std::chrono::microseconds took);

}  // namespace cadre::http
