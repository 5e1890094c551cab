#include "http/router.h"

#include <exception>
#include <map>
#include <stdexcept>
#include <system_error>

#include "base/disk.h"
#include "base/log.h"
#include "http/access_log.h"
#include "http/problem.h"

namespace cadre::http {
namespace {

struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> capture;
    std::vector<const Route*> routes;       // that end here, one a method
    std::vector<const Route*> tail_routes;  // whose `{name...}` begins here
};

struct Pattern {
    std::vector<std::string> segments;  // "" for a capture
    std::vector<std::string> names;     // of the captures, in order
    bool tail = false;
};

Pattern parse_pattern(std::string_view text) {
    const auto malformed = [&] { return std::invalid_argument("malformed route pattern: " + std::string(text)); };
    if (text.empty() || text.front() != '/') throw malformed();
    Pattern pattern;
    std::string_view rest = text.substr(1);
    while (true) {
        const auto slash = rest.find('/');
        const auto segment = rest.substr(0, slash);
        if (segment.starts_with('{')) {
            if (!segment.ends_with('}') || segment.size() < 3) throw malformed();
            auto name = segment.substr(1, segment.size() - 2);
            pattern.tail = name.ends_with("...");
            if (pattern.tail) name.remove_suffix(3);
            if (pattern.tail && slash != std::string_view::npos) throw malformed();
            pattern.names.emplace_back(name);
            if (!pattern.tail) pattern.segments.emplace_back();
        } else if (segment.empty() && slash == std::string_view::npos && pattern.segments.empty()) {
            pattern.segments.emplace_back("/");  // the root: no other segment can hold a slash
        } else {
            if (segment.empty()) throw malformed();
            pattern.segments.emplace_back(segment);
        }
        if (slash == std::string_view::npos) return pattern;
        rest = rest.substr(slash + 1);
    }
}

using Params = decltype(Request::params);

/// `rest` is the path behind a slash; nothing when the path ended before it. What is captured has no name yet: that is
/// the route's.
const std::vector<const Route*>* find(const Node& node, std::optional<std::string_view> rest, Params& params) {
    if (!rest && !node.routes.empty()) return &node.routes;
    if (rest) {
        const auto slash = rest->find('/');
        const auto segment = rest->substr(0, slash);
        const auto next = slash == std::string_view::npos ? std::nullopt : std::optional(rest->substr(slash + 1));
        if (const auto literal = node.literals.find(segment); literal != node.literals.end())
            if (const auto* found = find(*literal->second, next, params)) return found;
        if (node.capture && !segment.empty()) {
            params.emplace_back(std::string_view{}, segment);
            if (const auto* found = find(*node.capture, next, params)) return found;
            params.pop_back();
        }
    }
    if (node.tail_routes.empty()) return nullptr;
    params.emplace_back(std::string_view{}, rest.value_or(std::string_view{}));
    return &node.tail_routes;
}

const Route* of_method(const std::vector<const Route*>& routes, Method method) {
    for (const auto* route : routes)
        if (route->method == method) return route;
    return nullptr;
}

std::string allowed(const std::vector<const Route*>& routes) {
    std::string allow;
    for (const auto* route : routes) {
        allow += to_string(route->method);
        allow += ", ";
    }
    if (of_method(routes, Method::get) && !of_method(routes, Method::head)) allow += "HEAD, ";
    if (!of_method(routes, Method::options)) allow += "OPTIONS, ";
    allow.resize(allow.size() - 2);
    return allow;
}

}  // namespace

struct Router::Tree {
    Node root;
    std::vector<std::unique_ptr<Route>> routes;
    std::vector<std::vector<std::string>> names;  // of each route's captures
    std::vector<std::shared_ptr<Middleware>> middleware;
};

Task<std::optional<Response>> Middleware::before(Request&) { co_return std::optional<Response>{}; }
void Middleware::after(const Request&, Response&) {}

Router::Router() : tree_(std::make_unique<Tree>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method, std::string_view text, Handler handler, RouteOptions options) {
    Pattern pattern = parse_pattern(text);
    Node* node = &tree_->root;
    for (const auto& segment : pattern.segments) {
        auto& next = segment.empty() ? node->capture : node->literals[segment == "/" ? "" : segment];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    auto& routes = pattern.tail ? node->tail_routes : node->routes;
    if (of_method(routes, method)) throw std::invalid_argument("route added twice: " + std::string(text));
    if (options.label.empty()) options.label = text;
    tree_->routes.push_back(std::make_unique<Route>(
        Route{method, std::string(text), std::move(options), std::move(handler), tree_->routes.size()}));
    tree_->names.push_back(std::move(pattern.names));
    routes.push_back(tree_->routes.back().get());
}

void Router::add(Method method, std::string_view pattern, PlainHandler handler, RouteOptions options) {
    // The lambda lives in the route, so that what the coroutine captures outlives it.
    add(method, pattern, Handler([plain = std::move(handler)](Request& request) -> Task<Response> {
            co_return co_await plain(request);
        }),
        std::move(options));
}

void Router::use(std::shared_ptr<Middleware> middleware) { tree_->middleware.push_back(std::move(middleware)); }

Match Router::match(Request& request) const {
    Match match;
    if (request.path.empty() || request.path.front() != '/') return match;
    const auto* routes = find(tree_->root, std::string_view(request.path).substr(1), request.params);
    if (!routes) return match;
    match.route = of_method(*routes, request.method);
    if (!match.route && request.method == Method::head) match.route = of_method(*routes, Method::get);
    if (!match.route) {
        request.params.clear();
        match.allow = allowed(*routes);
        return match;
    }
    request.route = match.route->options.label;
    const auto& names = tree_->names[match.route->index];
    for (std::size_t i = 0; i < names.size(); ++i) request.params[i].first = names[i];
    return match;
}

namespace {

/// What is answered without asking a handler.
std::optional<Response> refusal(const Request& request, const Match& match) {
    if (match.route != nullptr) {
        if (request.content_length.value_or(0) <= match.route->options.body_limit) return std::nullopt;
        return problem({Code::body_too_large, "The body is larger than allowed here."}, request);
    }
    if (match.allow.empty()) return problem(Code::not_found, "There is nothing at this address.", request.id);
    Response response =
        request.method == Method::options
            ? Response::empty(204)
            : problem(Code::method_not_allowed, "This address takes only " + match.allow + ".", request.id);
    response.headers.set("Allow", match.allow);
    return response;
}

Response shown(const Error& error, const Request& request) {
    if (!error.detail.empty())
        log::write(error.kind == ErrorKind::internal ? log::Level::error : log::Level::info, "refused",
                   {{"id", request.id}, {"route", request.route}, {"reason", error.message}, {"detail", error.detail}});
    return problem(error, request);
}

Response fault(const Request& request, std::string_view what) {
    log::error(
        "fault",
        {{"id", request.id}, {"method", request.method_text}, {"path", shown_path(request.path)}, {"what", what}});
    return problem(Code::fault, "Something went wrong here. The log has more under this request's id.", request.id);
}

/// What the process or the machine has no more of for now is nobody's fault, and passes.
Response fault_of_system(const Request& request, const std::system_error& error) {
    const auto& category = error.code().category();
    const bool has_errno = category == std::generic_category() || category == std::system_category();
    if (!has_errno || !is_short_of_means(error.code().value())) return fault(request, error.what());
    return shown(*disk_refusal(error.code().value(), error.what()), request);
}

}  // namespace

asio::awaitable<Response> Router::answer(Request& request, Match match) const {
    std::optional<Response> response;
    try {
        for (const auto& each : tree_->middleware) {
            Result<std::optional<Response>> early = co_await each->before(request);
            response = early ? std::move(*early) : problem(early.error(), request);
            if (response) break;
        }
        if (!response) response = refusal(request, match);
        if (!response) {
            Result<Response> result = co_await match.route->handler(request);
            response = result ? std::move(*result) : shown(result.error(), request);
        }
    } catch (const std::system_error& exception) {
        response = fault_of_system(request, exception);
    } catch (const std::exception& exception) {
        response = fault(request, exception.what());
    } catch (...) {
        response = fault(request, "unknown exception");
    }
    try {
        for (auto each = tree_->middleware.rbegin(); each != tree_->middleware.rend(); ++each)
            (*each)->after(request, *response);
    } catch (const std::exception& exception) {
        response = fault(request, exception.what());
    }
    co_return std::move(*response);
}

const std::vector<std::unique_ptr<Route>>& Router::routes() const { return tree_->routes; }

}  // namespace cadre::http
