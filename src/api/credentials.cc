#include "api/credentials.h"

#include <fmt/format.h>

#include "http/cookies.h"
#include "http/forwarded.h"
#include "http/headers.h"
#include "http/url.h"

namespace cadre::api {
namespace {

constexpr std::string_view kCookie = "cadre_session";
constexpr std::string_view kSecureCookie = "__Host-cadre_session";
constexpr std::string_view kDeviceCookie = "cadre_device";
constexpr std::string_view kLogInPath = "/api/v1/session";

std::string_view cookie_name(bool secure) { return secure ? kSecureCookie : kCookie; }

/// Scheme, host and port of a URL or an Origin, as one compares them; nothing for "null" and what is neither.
std::optional<std::string> origin_of(std::string_view url) {
    const auto parsed = http::parse_url(url);
    if (!parsed || !http::valid_host(parsed->authority())) return std::nullopt;
    std::string origin = parsed->scheme + "://" + parsed->authority();
    for (auto& c : origin)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return origin;
}

/// What was compared, and what to set if a proxy stands between: who reads it may be the one who runs the server.
Error from_another_page(const std::string& sender, const std::string& arrived, std::string_view public_url) {
    const auto own = public_url.empty() ? arrived : std::string(public_url);
    return {
        Code::other_site,
        fmt::format("This request came from another site's page. The page is of {}, and this server takes itself for "
                    "{}. If they are the same, behind a proxy: start the server with --public-url {}, or let the "
                    "proxy send X-Forwarded-Proto and X-Forwarded-Host, and name the proxy in --trusted-proxies.",
                    sender, own, sender)};
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
            return fail(Code::not_logged_in, "Log in by a cookie, or by Authorization: Bearer and a token.");
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

Result<void> require_scope(const gallery::Viewer& viewer, const http::Request& request) {
    using gallery::TokenScope;
    if (viewer.scope == TokenScope::all) return {};
    const bool reads = request.method == http::Method::get || request.method == http::Method::head;
    const auto asks = [&](std::string_view route) { return request.route == route; };
    const bool knows = request.method == http::Method::post && asks("/api/v1/photos/known");  // changes nothing
    if (viewer.scope == TokenScope::read) {
        // An archive changes no photo: it is a way to read them.
        if (reads || knows || (request.method == http::Method::post && asks("/api/v1/archives"))) return {};
        return fail(Code::token_may_not, "This token may only read.");
    }
    const bool uploads =
        (request.method == http::Method::post && (asks("/api/v1/photos") || asks("/api/v1/uploads"))) ||
        asks("/api/v1/uploads/{id}");
    if (uploads || knows || (reads && (asks("/api/v1/me") || asks("/api/v1/photos/{id}")))) return {};
    return fail(Code::token_may_not, "This token may only add photos.");
}

gallery::Arrival arrival_of(const http::Request& request) {
    return {request.remote, std::string(request.headers.get("User-Agent").value_or("")),
            std::string(http::cookie(request, kDeviceCookie).value_or(""))};
}

Result<void> require_own_page(const http::Request& request, std::string_view public_url) {
    const auto site = request.headers.get("Sec-Fetch-Site");
    // The browser has compared the page's address with the one that it asks, whatever a proxy makes of it.
    if (site && *site == "same-origin") return {};
    const auto origin = request.headers.get("Origin");
    const bool other = site && *site != "none";
    if (!origin && !other) return {};
    const auto sender = origin_of(origin.value_or(""));
    const auto arrived = origin_of(request.origin());
    if (sender && !other && (sender == origin_of(public_url) || sender == arrived)) return {};
    if (!sender || other || !arrived) return fail(Code::other_site, "This request came from another site's page.");
    return fail(from_another_page(*sender, *arrived, public_url));
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

void add_cookies(http::Response& response, const http::Request& request, std::string_view public_url,
                 const gallery::NewSession& session) {
    response.headers.add("Set-Cookie", session_cookie(request, public_url, session.secret));
    http::SetCookie device;
    device.name = kDeviceCookie;
    device.value = session.device;
    device.path = kLogInPath;
    device.same_site = "Strict";
    device.secure = is_secure(request, public_url);
    device.max_age = gallery::kDeviceFor;
    response.headers.add("Set-Cookie", device.text());
}

}  // namespace cadre::api
