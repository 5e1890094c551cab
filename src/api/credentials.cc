#include "api/credentials.h"

#include "http/cookies.h"
#include "http/headers.h"

namespace cadre::api {
namespace {

constexpr std::string_view kCookie = "cadre_session";
constexpr std::string_view kSecureCookie = "__Host-cadre_session";

std::string_view cookie_name(bool secure) { return secure ? kSecureCookie : kCookie; }

/// "host:port" of an origin or URL.
std::string_view authority_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    return url.substr(0, url.find('/'));
}

}  // namespace

Result<Credentials> credentials_of(const http::Request& request, std::string_view public_url) {
    Credentials credentials;
    const auto fields = request.headers.get_all("Authorization");
    if (fields.size() > 1) return fail(ErrorKind::invalid, "Authorization was sent more than once.");
    if (!fields.empty()) {
        const auto space = fields.front().find(' ');
        const auto scheme = fields.front().substr(0, space);
        const auto token = space == std::string_view::npos ? "" : http::trim(fields.front().substr(space));
        if (!http::equal_ignoring_case(scheme, "Bearer") || token.empty())
            return fail(ErrorKind::unauthenticated, "Log in by a cookie, or by Authorization: Bearer and a token.");
        credentials.token = token;
    } else if (const auto secret = http::cookie(request, cookie_name(is_secure(request, public_url)))) {
        credentials.session = *secret;
    }
    return credentials;
}

Task<gallery::Viewer> viewer_of(gallery::Gallery& gallery, Credentials credentials) {
    if (!credentials.token.empty()) co_return co_await gallery.accounts().by_token(std::move(credentials.token));
    if (credentials.session.empty()) co_return gallery::Viewer{};
    auto viewer = co_await gallery.accounts().by_session(std::move(credentials.session));
    if (!viewer && viewer.error().kind == ErrorKind::unauthenticated) co_return gallery::Viewer{};
    co_return viewer;
}

bool from_own_page(const http::Request& request, std::string_view public_url) {
    if (const auto site = request.headers.get("Sec-Fetch-Site"); site && *site != "same-origin" && *site != "none")
        return false;
    const auto origin = request.headers.get("Origin");
    if (!origin) return true;
    const auto sender = authority_of(*origin);
    if (sender.empty()) return false;  // "null": a page without an origin
    if (!public_url.empty() && http::equal_ignoring_case(sender, authority_of(public_url))) return true;
    return http::equal_ignoring_case(sender, request.host);
}

bool is_secure(const http::Request& request, std::string_view public_url) {
    return request.scheme == "https" || public_url.starts_with("https://");
}

std::string session_cookie(const http::Request& request, std::string_view public_url, std::string_view secret) {
    http::SetCookie cookie;
    cookie.secure = is_secure(request, public_url);
    cookie.name = cookie_name(cookie.secure);
    cookie.value = secret;
    cookie.max_age = secret.empty() ? std::chrono::seconds(0) : std::chrono::seconds(gallery::kSessionFor);
    return cookie.text();
}

}  // namespace cadre::api
