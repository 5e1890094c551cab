// Who asks: a session's cookie or a token; and whether the request may come from another site's page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "gallery/accounts.h"
#include "http/message.h"

namespace cadre::api {

/// What a request brings to say who sent it.
struct Credentials {
    std::string session;  // the cookie's value
    std::string token;    // of Authorization: Bearer; beats the cookie
    [[nodiscard]] bool none() const { return session.empty() && token.empty(); }
};

/// Errors: unauthenticated where Authorization is of a scheme other than Bearer, invalid where it is there twice.
[[nodiscard]] Result<Credentials> credentials_of(const http::Request& request, std::string_view public_url);

/// Nobody where there are none, or where the session is over: a browser with an old cookie is nobody. A token that is
/// not known is refused.
Task<gallery::Viewer> viewer_of(gallery::Gallery& gallery, Credentials credentials);

/// Refuses with forbidden what the token by which somebody came may not do.
[[nodiscard]] Result<void> require_scope(const gallery::Viewer& viewer, const http::Request& request);

/// From where a log-in comes.
[[nodiscard]] gallery::Arrival arrival_of(const http::Request& request);

/// Refuses with forbidden what browsers say comes from another site's page: by Sec-Fetch-Site, or, where they do not
/// send that (over http, and old ones), by an Origin whose scheme, host or port is neither that of `public_url` nor the
/// one at which the request arrived. Programs say nothing, which fits. The refusal names the settings that a proxy may
/// lack.
[[nodiscard]] Result<void> require_own_page(const http::Request& request, std::string_view public_url);

/// Whether browsers reach the gallery by TLS.
[[nodiscard]] bool is_secure(const http::Request& request, std::string_view public_url);
/// Set-Cookie with the session's secret; without one, the end of the cookie.
[[nodiscard]] std::string session_cookie(const http::Request& request, std::string_view public_url,
                                         std::string_view secret);
/// Adds the session's cookie, and the one by which the browser is known at its next log-in.
void add_cookies(http::Response& response, const http::Request& request, std::string_view public_url,
                 const gallery::NewSession& session);

}  // namespace cadre::api
