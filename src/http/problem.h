// Refusals as RFC 9457 problem details.
#pragma once

#include <string>
#include <string_view>

#include "base/codes.h"
#include "base/result.h"
#include "http/message.h"

namespace cadre::http {

/// application/problem+json with type "/problems/<code>", title, status, detail (the error's sentence), instance (the
/// request's id) and, where fields are wrong, errors. Retry-After where the error has one.
[[nodiscard]] Response problem(const Error& error, const Request& request);
/// The same for what this room refuses by itself.
[[nodiscard]] Response problem(Code code, std::string_view detail, std::string_view request_id);

}  // namespace cadre::http
