// URLs (RFC 3986) and percent-encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cadre::http {

/// http and https only, without user and fragment.
struct Url {
    std::string scheme;
    std::string host;  // without brackets
    std::uint16_t port = 0;
    std::string target = "/";  // path and query, still encoded

    [[nodiscard]] std::string text() const;
    /// "host", or "host:port" where the port is not the scheme's own: what Host carries.
    [[nodiscard]] std::string authority() const;
};

[[nodiscard]] Result<Url> parse_url(std::string_view text);

/// All but unreserved characters; "/" is kept where `keep_slash`.
[[nodiscard]] std::string percent_encode(std::string_view text, bool keep_slash = false);
/// Nothing where a "%" is not followed by two hex digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

}  // namespace cadre::http
