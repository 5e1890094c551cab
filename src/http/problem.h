// Refusals as RFC 9457 problem details.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace cadre::http {

[[nodiscard]] int status_of(ErrorKind kind);

/// application/problem+json with type "about:blank", title, status, detail (the error's sentence), instance (the
/// request's id) and, where fields are wrong, errors. Retry-After where the error has one.
[[nodiscard]] Response problem(const Error& error, const Request& request);
/// The same for a status that no ErrorKind stands for (405, 408, 431, …).
[[nodiscard]] Response problem(int status, std::string_view detail, std::string_view request_id);

}  // namespace cadre::http
