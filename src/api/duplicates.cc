// GET /api/v1/duplicates, POST /api/v1/duplicates/{group}: look-alikes of one's own, and which of them stay.
#include "gallery/duplicates.h"

#include <algorithm>

#include "api/answers.h"
#include "api/bulk_json.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/photo_answers.h"
#include "api/routes.h"

namespace cadre::api {
namespace {

constexpr std::uint32_t kGroups = 20, kMostGroups = 50;  // of a page
constexpr std::size_t kMaxKind = 64;

Result<gallery::LookAlikes*> look_alikes_of(const Call& call) {
    if (call.context.options.look_alikes != nullptr) return call.context.options.look_alikes;
    return fail(Code::search_in_the_making, "This server cannot keep what look-alikes are found by. All else works.");
}

/// "exact,near", for example.
std::vector<find::AlikeKind> kinds_of(Query& query, Wrong& wrong) {
    std::vector<find::AlikeKind> kinds;
    const auto text = query.text("kind", kMaxKind).value_or("exact,near");
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find(',', from), text.size());
        if (const auto kind = gallery::parse_alike_kind(std::string_view(text).substr(from, end - from))) {
            kinds.push_back(*kind);
        } else {
            wrong.add("kind", FieldCode::not_some_of, choices({"exact", "near", "burst"}));
            return kinds;
        }
        from = end + 1;
    }
    return kinds;
}

Task<std::string> groups_document(Call& call, gallery::DuplicatesPage page) {
    std::vector<gallery::Photo> photos;
    for (const auto& group : page.groups) photos.insert(photos.end(), group.photos.begin(), group.photos.end());
    CO_TRY(const auto documents, co_await photo_documents(call, std::move(photos)));
    JsonWriter out(1024 * (documents.size() + 1));
    out.begin_object().key("groups").begin_array();
    std::size_t next = 0;
    for (const auto& group : page.groups) {
        out.begin_object().member("id", group.id).member("kind", gallery::text_of(group.kind));
        out.member("best", group.photos.front().id).key("differs").begin_array();
        for (const auto& name : group.differs) out.value(name);
        out.end_array().key("photos").begin_array();
        for (std::size_t i = 0; i < group.photos.size(); ++i) out.raw(documents[next++]);
        out.end_array().end_object();
    }
    out.end_array().member("next", unless_empty(page.next)).end_object();
    co_return out.take();
}

Task<http::Response> get_groups(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    auto kinds = kinds_of(query, wrong);
    const auto limit = query.integer("limit", 1, kMostGroups, kGroups);
    auto cursor = query.text("cursor", 512).value_or("");
    CO_CHECK(wrong.result());
    CO_CHECK(require_user(call.viewer));
    CO_TRY(auto* look_alikes, look_alikes_of(call));
    CO_TRY(auto page, co_await look_alikes->list(call.viewer, std::move(kinds), std::move(cursor), limit));
    CO_TRY(auto json, co_await groups_document(call, std::move(page)));
    co_return in_the_askers_words(personal_json(call.request, "", std::move(json)));
}

Task<http::Response> keep_some(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kSmallBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto kept = read_ids(fields, "keep", find::kMostAlike, wrong);
    if (kept.empty() && !wrong.any()) fields.wrong("keep", FieldCode::no_photo_kept);
    const bool apart = fields.flag("apart").value_or(true);
    fields.finish();
    CO_CHECK(wrong.result());
    CO_TRY(auto* look_alikes, look_alikes_of(call));
    std::string group(call.request.param("group"));
    CO_TRY(const auto done, co_await look_alikes->keep(call.viewer, std::move(group), std::move(kept), apart));
    JsonWriter out(96 * (done.results.size() + 1));
    out.begin_object().key("results");
    write_results(out, done.results, 200);
    out.key("trashed").begin_array();
    for (const auto& id : done.trashed) out.value(id);
    out.end_array().end_object();
    co_return http::Response::json(200, out.take());
}

}  // namespace

void add_duplicates(http::Router& router, const SharedContext& context) {
    http::RouteOptions options;
    options.body_limit = kSmallBody;
    add(router, context, http::Method::get, "/api/v1/duplicates", get_groups);
    add(router, context, http::Method::post, "/api/v1/duplicates/{group}", keep_some, options);
}

}  // namespace cadre::api
