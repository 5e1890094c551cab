// Which handler answers what: patterns of paths, methods, limits, and what happens before and after every handler.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "http/message.h"

namespace cadre::http {

/// An Error becomes problem+json; an exception is logged and becomes a 500 that tells nothing.
using Handler = std::function<Task<Response>(Request&)>;
using PlainHandler = std::function<asio::awaitable<Response>(Request&)>;

struct RouteOptions {
    /// More is refused with 413: at once where Content-Length says so, else when it is read.
    std::uint64_t body_limit = std::uint64_t{64} << 10;
    /// The whole body must be there after this long (waiting for the client counts, the handler's own time does not).
    std::chrono::seconds body_timeout{60};
    /// How metrics and the access log call it; the pattern where empty.
    std::string label{};
    /// Left out of the access log (health checks).
    bool quiet = false;
};

/// Runs around every request, also those that end in 404 or 405. All methods may be called from several threads at
/// once.
class Middleware {
public:
    virtual ~Middleware() = default;
    /// A response ends the matter: the handler is not called. Runs before the body is read.
    [[nodiscard]] virtual Task<std::optional<Response>> before(Request& request);
    /// Runs in reverse order, also for refusals.
    virtual void after(const Request& request, Response& response);
};

struct Route {
    Method method;
    std::string pattern;
    RouteOptions options;
    Handler handler;
    std::size_t index = 0;  // dense, for tables of metrics
};

/// What a request's method and path lead to.
struct Match {
    const Route* route = nullptr;  // nothing: 404, or 405 where allow is not empty
    std::string allow{};           // "GET, HEAD, OPTIONS"
};

/// Filled before the server starts, then only read: thread-safe from then on.
class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    /// A pattern is made of literal segments, `{name}` (one segment, not empty) and, at the end, `{name...}` (all that
    /// is left, may be empty). Literals win over captures. HEAD is answered by GET's handler, OPTIONS by a 204 with
    /// Allow. Throws std::invalid_argument for a malformed or doubled pattern.
    void add(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});
    void add(Method method, std::string_view pattern, PlainHandler handler, RouteOptions options = {});
    /// In the order in which their before() runs.
    void use(std::shared_ptr<Middleware> middleware);

    /// Finds the route and fills `params` and `route` of the request.
    [[nodiscard]] Match match(Request& request) const;
    /// Middleware, handler, refusals. Never throws.
    [[nodiscard]] asio::awaitable<Response> answer(Request& request, Match match) const;

    [[nodiscard]] const std::vector<std::unique_ptr<Route>>& routes() const;

private:
    struct Tree;
    std::unique_ptr<Tree> tree_;
};

}  // namespace cadre::http
