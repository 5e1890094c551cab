// POST /api/v1/photos, POST /api/v1/s/{key}/photos: the body is the file.
#include "gallery/uploads.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "api/answers.h"
#include "api/digest_field.h"
#include "api/input.h"
#include "api/photo_answers.h"
#include "api/routes.h"
#include "api/visits.h"
#include "base/time.h"
#include "http/problem.h"

namespace cadre::api {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
/// 1 GiB over 1 Mbit/s takes two and a half hours; what is slower than http::ServerOptions::min_rate is shed earlier.
constexpr std::chrono::hours kMaxTime{6};

void read_modified(Query& query, Wrong& wrong, gallery::UploadOptions& options) {
    const auto text = query.text("modified", 64);
    if (!text) return;
    const auto time = parse_rfc3339(*text);
    if (!time || !time->offset_minutes)
        return wrong.add("modified", "It must be a time like 2019-07-14T16:02:00+02:00.");
    options.modified = WallTime(std::chrono::seconds(time->seconds) - std::chrono::minutes(*time->offset_minutes) +
                                Millis(time->microseconds / 1000));
    options.modified_offset = time->offset_minutes;
}

gallery::Visibility read_visibility(Query& query, Wrong& wrong) {
    const auto text = query.text("visibility", 32);
    if (!text) return gallery::Visibility::private_;
    const auto visibility = gallery::parse_visibility(*text);
    if (!visibility) wrong.add("visibility", "It must be public or private.");
    return visibility.value_or(gallery::Visibility::private_);
}

Result<gallery::UploadOptions> read_options(const http::Request& request) {
    Wrong wrong;
    Query query(request, wrong);
    gallery::UploadOptions options;
    options.filename = query.text("filename", 1024).value_or("");
    options.path = query.text("path", 4096).value_or("");
    options.visibility = read_visibility(query, wrong);
    read_modified(query, wrong, options);
    options.announced = request.content_length;
    if (const auto field = request.headers.joined("Repr-Digest")) {
        if (auto digest = parse_repr_digest(*field))
            options.expected = *digest;
        else
            wrong.add(digest.error(), "Repr-Digest");
    }
    CHECK_RESULT(wrong.result());
    return options;
}

/// Fills `piece` as far as the body goes; returns how far.
Task<std::size_t> read_piece(http::BodyReader& body, std::span<std::uint8_t> piece) {
    std::size_t filled = 0;
    while (filled < piece.size()) {
        CO_TRY(const std::size_t more, co_await body.read_some(piece.subspan(filled)));
        if (more == 0) break;
        filled += more;
    }
    co_return filled;
}

Task<void> copy(http::BodyReader& body, gallery::Upload& upload, std::optional<std::uint64_t> announced) {
    std::vector<std::uint8_t> piece(
        std::min<std::uint64_t>(kPiece, std::max<std::uint64_t>(announced.value_or(kPiece), 1)));
    for (;;) {
        CO_TRY(const std::size_t filled, co_await read_piece(body, piece));
        if (filled != 0) CO_CHECK(co_await upload.write(std::span(piece).first(filled)));
        if (filled < piece.size()) co_return Result<void>{};
    }
}

Task<http::Response> take(Call& call, std::unique_ptr<gallery::Upload> upload, std::string scope) {
    auto& request = call.request;
    CO_CHECK(co_await copy(request.body, *upload, request.content_length));
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
    options.body_timeout = kMaxTime;
    add(router, context, http::Method::post, "/api/v1/photos", upload_photo, options);
    add(router, context, http::Method::post, "/api/v1/s/{key}/photos", give_photo, options);
}

}  // namespace cadre::api
