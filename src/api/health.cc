// GET /livez, GET /readyz: for those who watch over the program.
#include <atomic>
#include <memory>

#include "api/json_writer.h"
#include "api/routes.h"

namespace cadre::api {
namespace {

http::RouteOptions quiet() {
    http::RouteOptions options;
    options.quiet = true;
    return options;
}

http::Response uncached(int status, std::string json) {
    auto response = http::Response::json(status, std::move(json));
    response.headers.set("Cache-Control", "no-store");
    return response;
}

/// Why requests cannot be served, a sentence each.
asio::awaitable<std::vector<std::string>> reasons(const Context& context) {
    std::vector<std::string> found;
    if (context.options.reasons) found = context.options.reasons();
    const auto& stores = context.gallery.stores();
    if (auto blobs = co_await stores.blobs.check(); !blobs)
        found.push_back("The blob store cannot be used: " + blobs.error().message);
    if (auto catalog = co_await stores.catalog.check(); !catalog) {
        found.push_back("The catalog cannot be used: " + catalog.error().message);
    } else if (auto complete = co_await stores.catalog.complete(); !complete) {
        found.push_back("The catalog cannot be read: " + complete.error().message);
    } else if (!*complete) {
        found.emplace_back("The catalog is being rebuilt.");
    }
    co_return found;
}

/// Whether /readyz ever answered 200: `cadre healthcheck` must not call a replica dead whose stores are away.
using WasReady = std::shared_ptr<std::atomic<bool>>;

asio::awaitable<http::Response> ready(SharedContext context, WasReady was_ready) {
    const auto found = co_await reasons(*context);
    if (found.empty()) *was_ready = true;
    JsonWriter out;
    out.begin_object().member("ready", found.empty()).key("reasons").begin_array();
    for (const auto& reason : found) out.value(reason);
    out.end_array().end_object();
    auto response = uncached(found.empty() ? 200 : 503, out.take());
    if (!found.empty()) response.headers.set("Retry-After", "1");
    co_return response;
}

asio::awaitable<http::Response> live(WasReady was_ready) {
    JsonWriter out;
    out.begin_object().member("live", true).member("was_ready", was_ready->load()).end_object();
    co_return uncached(200, out.take());
}

}  // namespace

void add_health(http::Router& router, const SharedContext& context) {
    const auto was_ready = std::make_shared<std::atomic<bool>>(false);
    router.add(http::Method::get, "/livez", http::PlainHandler([was_ready](http::Request&) { return live(was_ready); }),
               quiet());
    router.add(http::Method::get, "/readyz",
               http::PlainHandler([context, was_ready](http::Request&) { return ready(context, was_ready); }), quiet());
}

}  // namespace cadre::api
