// tus 1.0 (https://tus.io/protocols/resumable-upload): /api/v1/uploads, /api/v1/uploads/{id}.
#include "gallery/resumable.h"

#include <fmt/format.h>

#include "api/answers.h"
#include "api/photo_answers.h"
#include "api/routes.h"
#include "api/upload_input.h"
#include "api/upload_metadata.h"
#include "base/number.h"
#include "base/time.h"
#include "base/utf8.h"
#include "http/headers.h"

namespace cadre::api {
namespace {

constexpr std::string_view kVersion = "1.0.0";
constexpr std::string_view kExtensions = "creation,creation-with-upload,checksum,expiration,termination";
constexpr std::string_view kPieceType = "application/offset+octet-stream";
constexpr std::string_view kPath = "/api/v1/uploads";

/// Nothing where it is not there. Errors: invalid, where it is no number.
Result<std::optional<std::uint64_t>> read_number(const http::Request& request, std::string_view name) {
    const auto text = request.headers.get(name);
    if (!text) return std::nullopt;
    const auto number = parse_number<std::uint64_t>(*text);
    if (!number) return fail(Code::invalid_request, fmt::format("{} must be a number of bytes.", name));
    return number;
}

Result<void> require_version(const http::Request& request) {
    if (request.headers.get("Tus-Resumable") == kVersion) return {};
    return fail(Code::tus_version, "Send Tus-Resumable: 1.0.0, the version of tus that is spoken here.");
}

Result<void> require_piece(const http::Request& request) {
    const auto type = request.headers.get("Content-Type").value_or("");
    if (http::equal_ignoring_case(http::trim(type.substr(0, type.find(';'))), kPieceType)) return {};
    return fail(Code::wrong_content_type, fmt::format("Send a piece with Content-Type: {}.", kPieceType));
}

Result<gallery::PieceOptions> read_piece_options(const http::Request& request, std::uint64_t offset) {
    gallery::PieceOptions options;
    options.offset = offset;
    options.announced = request.content_length;
    if (const auto text = request.headers.get("Upload-Checksum")) {
        TRY(options.checksum, gallery::PieceChecksum::expecting(*text));
    }
    return options;
}

Result<gallery::UploadOptions> read_options(const http::Request& request, std::string_view metadata) {
    TRY(const auto named, parse_upload_metadata(metadata));
    TRY(const auto length, read_number(request, "Upload-Length"));
    if (!length)
        return fail(Code::invalid_request, "Send Upload-Length: an upload of unknown length cannot be begun here.");
    Wrong wrong;
    const auto text = [&](std::string_view name, std::size_t most) -> std::string {
        const auto found = named.find(name);
        if (found == named.end()) return {};
        if (found->second.size() <= most && utf8_length(found->second)) return found->second;
        if (found->second.size() > most)
            wrong.add(name, FieldCode::too_many_bytes, {{"max", most}});
        else
            wrong.add(name, FieldCode::not_utf8);
        return {};
    };
    gallery::UploadOptions options;
    options.announced = *length;
    options.filename = text(named.contains("filename") ? "filename" : "name", 1024);
    options.path = text("path", 4096);
    if (named.contains("visibility")) read_visibility(text("visibility", 32), wrong, options);
    if (named.contains("modified")) read_modified(text("modified", 64), wrong, options);
    read_expected(request, wrong, options);
    CHECK_RESULT(wrong.result());
    return options;
}

void add_expiry(http::Headers& headers, WallTime expires) {
    headers.set("Upload-Expires",
                http_date(std::chrono::duration_cast<std::chrono::seconds>(expires.time_since_epoch()).count()));
}

std::string photo_path(const Id& photo) { return "/api/v1/photos/" + photo.text(); }

/// RFC 7240: tus has no body in its answers, so that whoever wants the photo in it says so.
bool wants_photo(const http::Request& request) {
    const auto field = request.headers.joined("Prefer").value_or("");
    for (const auto preference : http::split_list(field))
        if (http::equal_ignoring_case(preference, "return=representation")) return true;
    return false;
}

/// To the last piece.
Task<http::Response> answer_of_end(Call& call, gallery::Uploaded uploaded) {
    const auto path = photo_path(uploaded.photo.id);
    auto response = http::Response::empty(204);
    mark_personal(response.headers);
    if (wants_photo(call.request)) {
        const auto revision = uploaded.photo.revision;
        const bool duplicate = uploaded.duplicate;
        CO_TRY(auto json, co_await photo_document(call, std::move(uploaded.photo), duplicate));
        response = changed_json(duplicate ? 200 : 201, revision, std::move(json));
        response.headers.set("Preference-Applied", "return=representation");
    }
    response.headers.set("Location", path);
    response.headers.set("Content-Location", path);
    co_return response;
}

Task<gallery::Gone> take_piece(Call& call, Id id, gallery::PieceOptions options) {
    gallery::Resumables uploads(call.gallery());
    CO_TRY(auto piece, co_await uploads.go_on(call.viewer, id, std::move(options)));
    const auto copied = co_await copy_body(call.request, *piece);
    if (copied) co_return co_await piece->finish();
    (void)co_await piece->break_off(copied.error());
    co_return fail(copied.error());
}

Task<http::Response> create(Call& call) {
    auto& request = call.request;
    CO_CHECK(require_user(call.viewer));
    CO_CHECK(require_version(request));
    auto metadata = request.headers.joined("Upload-Metadata").value_or("");
    CO_TRY(auto options, read_options(request, metadata));
    const bool brings = request.has_body && request.content_length.value_or(1) > 0;
    std::optional<gallery::PieceOptions> piece;
    if (brings) {
        CO_CHECK(require_piece(request));
        CO_TRY(piece, read_piece_options(request, 0));
    }
    gallery::Resumables uploads(call.gallery());
    CO_TRY(auto begun, co_await uploads.begin(call.viewer, std::move(options), std::move(metadata)));
    std::optional<Id> photo;
    if (piece) {
        auto gone = co_await take_piece(call, begun.id, std::move(*piece));
        if (!gone) {
            // Whoever sent it does not know its address.
            (void)co_await uploads.give_up(call.viewer, begun.id);
            co_return fail(std::move(gone).error());
        }
        begun.offset = gone->offset;
        if (gone->uploaded) photo = gone->uploaded->photo.id;
    }
    auto response = http::Response::empty(201);
    mark_personal(response.headers);
    response.headers.set("Location", fmt::format("{}/{}", kPath, begun.id.text()));
    response.headers.set("Upload-Offset", std::to_string(begun.offset));
    add_expiry(response.headers, begun.expires);
    if (photo) response.headers.set("Content-Location", photo_path(*photo));
    co_return response;
}

Result<Id> upload_id_of(const http::Request& request) {
    const auto id = parse_id(request.param("id"));
    if (!id) return fail(Code::upload_not_found, "There is no such upload.");
    return *id;
}

Task<http::Response> find(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_CHECK(require_version(call.request));
    CO_TRY(const auto id, upload_id_of(call.request));
    CO_TRY(const auto found, co_await gallery::Resumables(call.gallery()).find(call.viewer, id));
    auto response = http::Response::empty(200);
    mark_personal(response.headers);
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Upload-Offset", std::to_string(found.offset));
    response.headers.set("Upload-Length", std::to_string(found.length));
    if (!found.metadata.empty()) response.headers.set("Upload-Metadata", found.metadata);
    add_expiry(response.headers, found.expires);
    if (found.photo) response.headers.set("Content-Location", photo_path(*found.photo));
    co_return response;
}

Task<http::Response> go_on(Call& call) {
    auto& request = call.request;
    CO_CHECK(require_user(call.viewer));
    CO_CHECK(require_version(request));
    CO_TRY(const auto id, upload_id_of(request));
    CO_CHECK(require_piece(request));
    CO_TRY(const auto offset, read_number(request, "Upload-Offset"));
    if (!offset) co_return fail(Code::invalid_request, "Send Upload-Offset: where the piece begins.");
    CO_TRY(auto options, read_piece_options(request, *offset));
    CO_TRY(auto gone, co_await take_piece(call, id, std::move(options)));
    auto response = http::Response::empty(204);
    mark_personal(response.headers);
    if (gone.uploaded) {
        CO_TRY(response, co_await answer_of_end(call, std::move(*gone.uploaded)));
    }
    response.headers.set("Upload-Offset", std::to_string(gone.offset));
    add_expiry(response.headers, gone.expires);
    co_return response;
}

Task<http::Response> give_up(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_CHECK(require_version(call.request));
    CO_TRY(const auto id, upload_id_of(call.request));
    CO_CHECK(co_await gallery::Resumables(call.gallery()).give_up(call.viewer, id));
    auto response = http::Response::empty(204);
    mark_personal(response.headers);
    co_return response;
}

/// For clients that cannot send PATCH or DELETE: X-HTTP-Method-Override says what was meant.
Task<http::Response> override_method(Call& call) {
    const auto meant = http::parse_method(call.request.headers.get("X-HTTP-Method-Override").value_or(""));
    if (meant == http::Method::patch) co_return co_await go_on(call);
    if (meant == http::Method::delete_) co_return co_await give_up(call);
    co_return fail(Code::invalid_request, "A POST here needs X-HTTP-Method-Override: PATCH or DELETE.");
}

/// Every answer says which version is spoken, refusals too.
template <CallHandler handler>
Task<http::Response> as_tus(Call& call) {
    auto answered = co_await handler(call);
    const bool version = !answered && code_of(answered.error()) == Code::tus_version;
    auto response = answered ? std::move(*answered) : refuse(std::move(answered).error(), call.request);
    response.headers.set("Tus-Resumable", kVersion);
    if (version) response.headers.set("Tus-Version", kVersion);
    co_return response;
}

asio::awaitable<http::Response> tell(std::uint64_t most, std::string_view allow) {
    auto response = http::Response::empty(204);
    response.headers.set("Allow", allow);
    response.headers.set("Tus-Resumable", kVersion);
    response.headers.set("Tus-Version", kVersion);
    response.headers.set("Tus-Extension", kExtensions);
    response.headers.set("Tus-Max-Size", std::to_string(most));
    response.headers.set("Tus-Checksum-Algorithm", gallery::kChecksums);
    co_return response;
}

}  // namespace

void add_resumable(http::Router& router, const SharedContext& context) {
    const auto most = context->gallery.policy().max_upload;
    http::RouteOptions options;
    options.body_limit = most;
    options.body_timeout = kMaxUploadTime;
    const std::string one = fmt::format("{}/{{id}}", kPath);
    add(router, context, http::Method::post, kPath, as_tus<create>, options);
    add(router, context, http::Method::head, one, as_tus<find>);
    add(router, context, http::Method::patch, one, as_tus<go_on>, options);
    add(router, context, http::Method::delete_, one, as_tus<give_up>);
    add(router, context, http::Method::post, one, as_tus<override_method>, options);
    const auto told = [&](std::string_view path, std::string_view allow) {
        router.add(http::Method::options, path,
                   http::PlainHandler([most, allow](http::Request&) { return tell(most, allow); }));
    };
    told(kPath, "POST, OPTIONS");
    told(one, "HEAD, PATCH, DELETE, POST, OPTIONS");
}

}  // namespace cadre::api
