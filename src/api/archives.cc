// POST /api/v1/archives: photos as one ZIP file; GET /api/v1/archives/{id}: its bytes. Of a share, for its visitors
// too.
#include "gallery/archives.h"

#include <fmt/format.h>

#include "api/answers.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "api/visits.h"
#include "http/conditional.h"
#include "http/problem.h"

namespace cadre::api {
namespace {

/// kMaxArchivePhotos ids in quotes, with commas.
constexpr std::size_t kArchiveBody = std::size_t{4} << 20;
/// Of who is not logged in, and may but name a share and kMaxChosenOfShare photos of it.
constexpr std::size_t kMaxVisitorsBody = std::size_t{64} << 10;

void read_photos(Fields& fields, gallery::ArchiveWish& wish, Wrong& wrong) {
    const auto listed = fields.texts("photos");
    if (!listed) return;
    if (listed->empty()) fields.wrong("photos", FieldCode::no_photo);
    wish.photos.reserve(listed->size());
    for (std::size_t i = 0; i < listed->size(); ++i) {
        if (const auto id = parse_id((*listed)[i]))
            wish.photos.push_back(*id);
        else
            wrong.add(fmt::format("photos[{}]", i), FieldCode::not_id);
    }
}

Result<gallery::ArchiveWish> read_wish(const json::object& body) {
    Wrong wrong;
    Fields fields(body, wrong);
    gallery::ArchiveWish wish;
    wish.scope = fields.text("scope");
    if (wish.scope && wish.scope->size() > kMaxScope)
        fields.wrong("scope", FieldCode::too_many_bytes, {{"max", kMaxScope}});
    read_photos(fields, wish, wrong);
    const bool of_share = wish.scope && wish.scope->starts_with("share:");
    if (fields.has("scope") == fields.has("photos") && !of_share) wrong.add("photos", FieldCode::photos_or_scope);
    const auto what = fields.required_text("what");
    if (const auto content = gallery::parse_archive_content(what))
        wish.content = *content;
    else if (!what.empty())
        fields.wrong("what", FieldCode::not_one_of, choices({"originals", "large"}));
    fields.finish();
    CHECK_RESULT(wrong.result());
    return wish;
}

Task<json::object> read_body(Call& call) {
    if (call.viewer.user) co_return co_await read_object(call.request, BodyForm::json, kArchiveBody);
    auto body = co_await read_object(call.request, BodyForm::json, kMaxVisitorsBody);
    const bool visits = body && visit_of(call.request, get_string(*body, "scope").value_or(""));
    if (!visits) CO_CHECK(require_user(call.viewer));
    co_return body;
}

Task<http::Response> make_archive(Call& call) {
    CO_TRY(const auto body, co_await read_body(call));
    CO_TRY(auto wish, read_wish(body));
    CO_CHECK(co_await visit_scope(call, wish.scope.value_or("")));
    const auto scope = call.viewer.share ? "?scope=" + *wish.scope : "";
    CO_TRY(const auto archive, co_await gallery::Archives(call.gallery()).make(call.viewer, std::move(wish)));
    const auto url = "/api/v1/archives/" + archive.id.text() + scope;
    JsonWriter out;
    out.begin_object().member("url", url).member("size", archive.head.size()).member("count", archive.head.count);
    out.member("left_out", archive.head.left_out).member("filename", archive.head.filename);
    out.member("expires_at", archive.expires()).end_object();
    auto response = http::Response::json(201, out.take());
    mark_personal(response.headers);
    response.headers.set("Location", url);
    co_return response;
}

void add_headers(http::Headers& headers, const gallery::ArchiveHead& head, const http::Validators& now) {
    mark_personal(headers);
    headers.set("ETag", now.etag);
    headers.set("Accept-Ranges", "bytes");
    headers.set("Content-Disposition", attachment(head.filename));
    headers.set("X-Accel-Buffering", "no");  // a proxy is not to take it faster than the client does
}

http::Response unsatisfiable(const http::Request& request, std::uint64_t size) {
    auto response =
        http::problem(Code::range_not_satisfiable, fmt::format("The archive has {} bytes.", size), request.id);
    response.headers.set("Content-Range", fmt::format("bytes */{}", size));
    return response;
}

/// `reader` is the producer's own: it lives as long as the body.
Task<std::optional<http::SequenceBody::Piece>> next_piece(std::shared_ptr<gallery::ArchiveReader> reader) {
    CO_TRY(auto piece, co_await reader->next());
    if (!piece) co_return std::nullopt;
    if (piece->file) co_return http::FileBody{std::move(piece->file), piece->offset, piece->length};
    co_return std::move(piece->bytes);
}

Task<http::Response> get_archive(Call& call) {
    CO_CHECK(co_await visit_asked(call));
    if (!call.viewer.share) CO_CHECK(require_user(call.viewer));
    const auto id = parse_id(call.request.param("id"));
    if (!id) co_return fail(Code::archive_not_found, "There is no such archive.");
    gallery::Archives archives(call.gallery());
    CO_TRY(auto head, co_await archives.find(call.viewer, *id));

    const http::Validators now{http::entity_tag(head.etag)};
    switch (http::check_preconditions(call.request, now)) {
        case http::Precondition::failed:
            co_return fail(Code::changed_meanwhile, "The archive is another than the one you have.");
        case http::Precondition::not_modified: {
            auto response = http::Response::empty(304);
            add_headers(response.headers, head, now);
            co_return response;
        }
        case http::Precondition::proceed:
            break;
    }
    const auto size = head.size();
    auto decision = http::decide_range(call.request, now, size);
    if (decision.kind == http::RangeKind::unsatisfiable) co_return unsatisfiable(call.request, size);
    if (decision.kind == http::RangeKind::whole) decision.range = {0, size};
    auto response = http::Response::empty(200);
    response.headers.set("Content-Type", "application/zip");
    add_headers(response.headers, head, now);
    const auto [offset, length] = decision.range;
    CO_TRY(auto reader, co_await archives.read(call.viewer, *id, std::move(head), offset, length));
    response.body = http::SequenceBody{[reader = std::move(reader)] { return next_piece(reader); }, length};
    if (decision.kind == http::RangeKind::part) {
        response.status = 206;
        response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", offset, offset + length - 1, size));
    }
    co_return response;
}

}  // namespace

void add_archives(http::Router& router, const SharedContext& context) {
    http::RouteOptions options;
    options.body_limit = kArchiveBody;
    add(router, context, http::Method::post, "/api/v1/archives", make_archive, options);
    add(router, context, http::Method::get, "/api/v1/archives/{id}", get_archive);
}

}  // namespace cadre::api
