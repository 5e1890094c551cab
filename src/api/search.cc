// GET /api/v1/search, GET /api/v1/search/suggest, GET /api/v1/map: what is looked for, what goes on from what is typed,
// and where photos were taken.
#include "gallery/search.h"

#include "api/answers.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/language.h"
#include "api/photo_answers.h"
#include "api/routes.h"
#include "api/timeline_json.h"

namespace cadre::api {
namespace {

constexpr std::size_t kMaxText = 16'384;  // bytes: the question's own bound is told by its own refusal
constexpr std::size_t kSuggestions = 10;
constexpr std::uint32_t kMaxZoom = 22;
constexpr std::size_t kMaxBox = 100;

/// Whether only what everybody sees is looked through.
bool wall_alone(Query& query, Wrong& wrong) {
    const auto scope = query.text("scope", kMaxScope);
    if (scope && *scope != "wall") wrong.add("scope", FieldCode::not_one_of, choices({"wall"}));
    return scope.has_value();
}

find::Order order_of(Query& query, Wrong& wrong) {
    const auto order = query.text("order", 32).value_or("newest");
    if (order != "newest" && order != "relevance")
        wrong.add("order", FieldCode::not_one_of, choices({"newest", "relevance"}));
    return order == "relevance" ? find::Order::relevance : find::Order::newest;
}

std::string found_document(const gallery::FoundPage& page) {
    std::vector<catalog::Row> rows;
    for (const auto& photo : page.photos) rows.push_back(photo.row);
    JsonWriter out(256 + 256 * rows.size());
    out.begin_object().key("photos").begin_object();
    write_columns(out, rows, true);
    out.end_object().key("why").begin_array();
    for (const auto& photo : page.photos) {
        out.begin_array();
        for (const auto& field : photo.why) out.value(field);
        out.end_array();
    }
    out.end_array().member("total", page.total).member("more", page.more);
    out.member("next", unless_empty(page.next)).member("as_of", page.as_of).end_object();
    return out.take();
}

Task<http::Response> get_hits(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    auto question = query.text("q", kMaxText).value_or("");
    const bool wall = wall_alone(query, wrong);
    const auto order = order_of(query, wrong);
    auto wish = page_wish(query);
    CO_CHECK(wrong.result());
    CO_TRY(auto* search, search_of(call));
    CO_TRY(const auto page,
           co_await search->search(call.viewer, wall, std::move(question), order, std::move(wish.cursor), wish.limit));
    co_return personal_json(call.request, "", found_document(page));
}

Task<http::Response> get_suggestions(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    auto typed = query.text("q", kMaxText).value_or("");
    const bool wall = wall_alone(query, wrong);
    CO_CHECK(wrong.result());
    CO_TRY(auto* search, search_of(call));
    CO_TRY(const auto all, co_await search->suggest(call.viewer, wall, preferred_language(call.request),
                                                    std::move(typed), kSuggestions));
    JsonWriter out;
    out.begin_object().key("suggestions").begin_array();
    for (const auto& one : all)
        out.begin_object().member("kind", one.kind).member("value", one.value).member("count", one.count).end_object();
    out.end_array().end_object();
    co_return in_the_askers_words(personal_json(call.request, "", out.take()));
}

Task<http::Response> get_map(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    const auto box_text = query.text("bbox", kMaxBox).value_or("-180,-90,180,90");
    const auto box = find::parse_box(box_text);
    if (!box) wrong.add("bbox", FieldCode::not_box);
    const auto zoom = static_cast<int>(query.integer("zoom", 0, kMaxZoom, 0));
    auto question = query.text("q", kMaxText).value_or("");
    CO_CHECK(wrong.result());
    CO_CHECK(require_user(call.viewer));
    CO_TRY(auto* search, search_of(call));
    CO_TRY(const auto cells, co_await search->cells(call.viewer, *box, zoom, std::move(question)));
    JsonWriter out(64 * (cells.size() + 1));
    out.begin_object().key("cells").begin_array();
    for (const auto& cell : cells) {
        out.begin_object().member("lat", cell.lat).member("lon", cell.lon).member("count", cell.count);
        out.member("id", cell.id).member("key", cell.key).end_object();
    }
    out.end_array().member("tiles", unless_empty(call.context.options.map_tiles.url)).end_object();
    co_return personal_json(call.request, "", out.take());
}

}  // namespace

Result<gallery::Search*> search_of(const Call& call) {
    if (call.context.options.search != nullptr) return call.context.options.search;
    return fail(Code::search_in_the_making, "This server cannot keep what search looks through. All else works.");
}

void add_search(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/search", get_hits);
    add(router, context, http::Method::get, "/api/v1/search/suggest", get_suggestions);
    add(router, context, http::Method::get, "/api/v1/map", get_map);
}

}  // namespace cadre::api
