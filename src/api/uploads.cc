// POST /api/v1/photos, POST /api/v1/s/{key}/photos: the body is the file.
#include "gallery/uploads.h"

#include <fmt/format.h>

#include "api/answers.h"
#include "api/input.h"
#include "api/photo_answers.h"
#include "api/routes.h"
#include "api/upload_input.h"
#include "api/visits.h"
#include "http/problem.h"

namespace cadre::api {
namespace {

Result<gallery::UploadOptions> read_options(const http::Request& request) {
    Wrong wrong;
    Query query(request, wrong);
    gallery::UploadOptions options;
    options.filename = query.text("filename", 1024).value_or("");
    options.path = query.text("path", 4096).value_or("");
    if (const auto text = query.text("visibility", 32)) read_visibility(*text, wrong, options);
    if (const auto text = query.text("modified", 64)) read_modified(*text, wrong, options);
    options.announced = request.content_length;
    read_expected(request, wrong, options);
    CHECK_RESULT(wrong.result());
    return options;
}

Task<http::Response> take(Call& call, std::unique_ptr<gallery::Upload> upload, std::string scope) {
    auto& request = call.request;
    CO_CHECK(co_await copy_body(request, *upload));
    CO_TRY(auto uploaded, co_await upload->finish());

    const auto revision = uploaded.photo.revision;
    const auto location = fmt::format("/api/v1/photos/{}{}", uploaded.photo.id.text(), scope);
    CO_TRY(auto json, co_await photo_document(call, std::move(uploaded.photo), uploaded.duplicate));
    auto response = changed_json(uploaded.duplicate ? 200 : 201, revision, std::move(json));
    response.headers.set("Location", location);
    co_return response;
}

http::Response length_required(const http::Request& request) {
    return http::problem(Code::length_required, "Send a Content-Length, or the file in chunks.", request.id);
}

Task<http::Response> upload_photo(Call& call) {
    auto& request = call.request;
    CO_CHECK(require_user(call.viewer));
    CO_TRY(auto options, read_options(request));
    if (!request.content_length && !request.has_body) co_return length_required(request);
    CO_TRY(auto upload, co_await call.gallery().uploads().begin(call.viewer, std::move(options)));
    co_return co_await take(call, std::move(upload), "");
}

/// By a visitor of a share, who is told of it what the share tells of its photos.
Task<http::Response> give_photo(Call& call) {
    auto& request = call.request;
    const auto scope = fmt::format("share:{}", request.param("key"));
    auto visit = visit_of(request, scope);
    Wrong wrong;
    Query query(request, wrong);
    gallery::Gift gift{visit->key, visit->cookie, query.text("name", 1024).value_or("")};
    CO_CHECK(wrong.result());
    CO_TRY(auto options, read_options(request));
    if (!request.content_length && !request.has_body) co_return length_required(request);
    CO_CHECK(co_await visit_scope(call, scope));
    CO_TRY(auto upload, co_await call.gallery().uploads().give(std::move(gift), std::move(options)));
    co_return co_await take(call, std::move(upload), "?scope=" + scope);
}

}  // namespace

void add_uploads(http::Router& router, const SharedContext& context) {
    http::RouteOptions options;
    options.body_limit = context->gallery.policy().max_upload;
    options.body_timeout = kMaxUploadTime;
    add(router, context, http::Method::post, "/api/v1/photos", upload_photo, options);
    add(router, context, http::Method::post, "/api/v1/s/{key}/photos", give_photo, options);
}

}  // namespace cadre::api
