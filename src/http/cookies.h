// Cookie and Set-Cookie (RFC 6265).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace cadre::http {

/// The value of the first cookie of that name in any Cookie field; a view into the request.
[[nodiscard]] std::optional<std::string_view> cookie(const Request& request, std::string_view name);

struct SetCookie {
    std::string name;
    std::string value;
    std::optional<std::chrono::seconds> max_age{};  // nothing: until the browser closes; 0 deletes it
    std::string path = "/";
    std::string same_site = "Lax";
    bool http_only = true;
    bool secure = false;

    [[nodiscard]] std::string text() const;
};

}  // namespace cadre::http
