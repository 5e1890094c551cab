#include "http/cookies.h"

namespace cadre::http {

std::optional<std::string_view> cookie(const Request& request, std::string_view name) {
    for (std::size_t i = 0; i < request.headers.size(); ++i) {
        const auto [field, value] = request.headers.at(i);
        if (!equal_ignoring_case(field, "Cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto end = rest.find(';');
            const auto pair = trim(rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
            auto found = pair.substr(equals + 1);
            if (found.size() >= 2 && found.front() == '"' && found.back() == '"')
                found = found.substr(1, found.size() - 2);
            return found;
        }
    }
    return std::nullopt;
}

std::string SetCookie::text() const {
    std::string out = name + "=" + value + "; Path=" + path;
    if (max_age) out += "; Max-Age=" + std::to_string(max_age->count());
    if (!same_site.empty()) out += "; SameSite=" + same_site;
    if (http_only) out += "; HttpOnly";
    if (secure) out += "; Secure";
    return out;
}

}  // namespace cadre::http
