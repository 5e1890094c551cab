// GET /api/v1/photos/{id}/original: the bytes as they were sent, always as a download.
#include <fmt/format.h>

#include "api/answers.h"
#include "api/digest_field.h"
#include "api/object_body.h"
#include "api/photo_answers.h"
#include "api/routes.h"
#include "api/visits.h"
#include "gallery/photos.h"
#include "http/conditional.h"
#include "http/problem.h"

namespace cadre::api {
namespace {

/// What the file is called. Its owner's name for it goes to who may see details alone.
std::string name_of_file(const gallery::Viewer& viewer, const gallery::Photo& photo) {
    if (may(viewer, gallery::Action::see_details, photo)) return photo.filename;
    const auto kind = photo.content_type.substr(photo.content_type.find('/') + 1);
    return photo.id.text() + "." + (kind == "jpeg" ? "jpg" : kind);
}

void add_headers(http::Headers& headers, const gallery::Viewer& viewer, const gallery::Photo& photo,
                 const http::Validators& now) {
    mark_personal(headers);
    headers.set("ETag", now.etag);
    headers.set("Accept-Ranges", "bytes");
    headers.set("Repr-Digest", repr_digest(photo.sha256));
    headers.set("Content-Disposition", attachment(name_of_file(viewer, photo)));
}

http::Response unsatisfiable(const http::Request& request, std::uint64_t size) {
    auto response = http::problem(Code::range_not_satisfiable, fmt::format("The file has {} bytes.", size), request.id);
    response.headers.set("Content-Range", fmt::format("bytes */{}", size));
    return response;
}

Task<http::Response> get_original(Call& call) {
    CO_CHECK(co_await visit_asked(call));
    if (!call.viewer.share) CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, photo_id_of(call));
    CO_TRY(const auto photo, co_await call.gallery().photos().get(call.viewer, id, gallery::Action::download));

    const http::Validators now{http::entity_tag(photo.sha256)};
    switch (http::check_preconditions(call.request, now)) {
        case http::Precondition::failed:
            co_return fail(Code::changed_meanwhile, "The file is another than the one you have.");
        case http::Precondition::not_modified: {
            auto response = http::Response::empty(304);
            add_headers(response.headers, call.viewer, photo, now);
            co_return response;
        }
        case http::Precondition::proceed:
            break;
    }
    auto decision = http::decide_range(call.request, now, photo.size);
    if (decision.kind == http::RangeKind::unsatisfiable) co_return unsatisfiable(call.request, photo.size);
    if (decision.kind == http::RangeKind::whole) decision.range = {0, photo.size};

    CO_TRY(auto original,
           co_await call.gallery().photos().original(call.viewer, id, decision.range.offset, decision.range.length));
    auto response = http::Response::with(200, photo.content_type, body_of(std::move(original.object), decision.range));
    add_headers(response.headers, call.viewer, photo, now);
    if (decision.kind == http::RangeKind::part) {
        const auto last = decision.range.offset + decision.range.length - 1;
        response.status = 206;
        response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", decision.range.offset, last, photo.size));
    }
    co_return response;
}

}  // namespace

void add_originals(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/photos/{id}/original", get_original);
}

}  // namespace cadre::api
