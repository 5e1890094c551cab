// GET /media/{key}/{variant}.webp: whoever has the address may see it. The hottest path: it asks nobody who they are.
#include "gallery/media.h"

#include <fmt/format.h>

#include "api/answers.h"
#include "api/object_body.h"
#include "api/routes.h"
#include "http/conditional.h"
#include "http/problem.h"

namespace cadre::api {
namespace {

constexpr std::string_view kEnding = ".webp";

/// Without a file there are no ranges: only object stores stream, and nginx's cache stands before them.
http::Response streamed(const http::Request& request, const http::Validators& now, blobs::Object object,
                        http::Headers headers) {
    const http::ByteRange whole{0, object.size};
    return http::answer_document(request, now, body_of(std::move(object), whole), std::move(headers));
}

Task<http::Response> open(SharedContext context, http::Request& request) {
    auto variant = request.param("file");
    if (!variant.ends_with(kEnding)) co_return fail(ErrorKind::not_found, "There is no such picture.");
    variant.remove_suffix(kEnding.size());
    std::string key(request.param("key"));
    std::string name(variant);
    CO_TRY(auto object, co_await context->gallery.media().open(std::move(key), std::move(name)));
    const http::Validators now{fmt::format("\"{:x}-{:x}\"", object.modified.time_since_epoch().count(), object.size)};
    http::Headers headers{{"Content-Type", "image/webp"},
                          {"Cache-Control", "private, max-age=31536000, immutable"},
                          {"X-Accel-Expires", "5"}};
    if (!object.file) co_return streamed(request, now, std::move(object), std::move(headers));
    http::FileBody whole{std::move(object.file), 0, object.size};
    co_return http::answer_file(request, now, std::move(whole), std::move(headers));
}

Task<http::Response> get_media(SharedContext context, http::Request& request) {
    auto response = co_await open(std::move(context), request);
    if (!response) co_return refuse(std::move(response).error(), request);
    co_return response;
}

}  // namespace

void add_media(http::Router& router, const SharedContext& context) {
    http::RouteOptions options;
    options.label = "/media/{key}/{variant}.webp";
    router.add(http::Method::get, "/media/{key}/{file}",
               http::Handler([context](http::Request& request) { return get_media(context, request); }), options);
}

}  // namespace cadre::api
