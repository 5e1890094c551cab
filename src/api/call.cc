#include "api/call.h"

#include <utility>

#include "api/answers.h"
#include "api/credentials.h"
#include "gallery/accounts.h"
#include "http/negotiate.h"

namespace cadre::api {
namespace {

bool is_unsafe(http::Method method) {
    return method != http::Method::get && method != http::Method::head && method != http::Method::options;
}

Task<http::Response> handle(std::shared_ptr<Context> context, http::Request& request, CallHandler handler) {
    // A token is no cookie: a browser does not send it by itself, so that no other site's page can make it.
    if (is_unsafe(request.method) && !request.headers.has("Authorization"))
        CO_CHECK(require_own_page(request, context->options.public_url));
    CO_TRY(auto viewer, co_await viewer_of_request(*context, request));
    CO_CHECK(require_scope(viewer, request));
    Call call{context, *context, request, std::move(viewer)};
    co_return co_await handler(call);
}

Task<void> compress(std::shared_ptr<Context> context, http::Request& request, http::Response& response) {
    const auto* text = std::get_if<std::string>(&response.body);
    if (text == nullptr || response.headers.has("Content-Encoding")) co_return Result<void>{};
    if (text->size() < kCompressAside) {
        http::compress(request, response);
        co_return Result<void>{};
    }
    const auto work = [&request, &response]() -> Result<void> {
        http::compress(request, response);
        return {};
    };
    co_return co_await context->gallery.stores().pool.run(work);
}

Task<http::Response> answer(std::shared_ptr<Context> context, http::Request& request, CallHandler handler) {
    auto response = co_await handle(context, request, handler);
    if (!response) co_return refuse(std::move(response).error(), request);
    // A full pool is no reason to refuse: the answer goes uncompressed.
    (void)co_await compress(context, request, *response);
    co_return std::move(*response);
}

}  // namespace

void add(http::Router& router, const std::shared_ptr<Context>& context, http::Method method, std::string_view pattern,
         CallHandler handler, http::RouteOptions options) {
    router.add(method, pattern,
               http::Handler([context, handler](http::Request& request) { return answer(context, request, handler); }),
               std::move(options));
}

Task<gallery::Viewer> viewer_of_request(Context& context, http::Request& request) {
    CO_TRY(auto credentials, credentials_of(request, context.options.public_url));
    CO_TRY(auto viewer, co_await viewer_of(context.gallery, std::move(credentials)));
    if (viewer.user) request.user = viewer.user->name;
    co_return viewer;
}

Task<bool> setup_needed(Context& context) {
    if (context.set_up.load(std::memory_order_relaxed)) co_return false;
    CO_TRY(const bool needed, co_await context.gallery.accounts().setup_needed());
    if (!needed) context.set_up.store(true, std::memory_order_relaxed);
    co_return needed;
}

}  // namespace cadre::api
