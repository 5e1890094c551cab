// POST /api/v1/photos/known and POST /api/v1/photos/bulk: many photos in one request.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/bulk_json.h"
#include "api/date_json.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/photo_json.h"
#include "api/routes.h"
#include "gallery/photos.h"
#include "http/problem.h"

namespace cadre::api {
namespace {

constexpr std::size_t kMaxItems = 1000;
constexpr std::size_t kBulkBody = std::size_t{1} << 20;

bool is_sha256_hex(std::string_view text) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == 64 && std::all_of(text.begin(), text.end(), is_digit);
}

/// The texts of a required list of 1 to kMaxItems; empty where it is wrong.
std::vector<std::string> read_list(Fields& fields, std::string_view name) {
    if (!fields.has(name)) fields.wrong(name, FieldCode::missing);
    auto texts = fields.texts(name);
    if (!texts) return {};
    if (!texts->empty() && texts->size() <= kMaxItems) return std::move(*texts);
    fields.wrong(name, FieldCode::member_count, {{"min", 1}, {"max", kMaxItems}});
    return {};
}

Task<http::Response> known_photos(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kBulkBody));
    Wrong wrong;
    Query query(call.request, wrong);
    const bool with_trashed = query.flag("trashed");
    Fields fields(body, wrong);
    const auto listed = read_list(fields, "sha256");
    for (std::size_t i = 0; i < listed.size(); ++i)
        if (!is_sha256_hex(listed[i])) wrong.add(fmt::format("sha256[{}]", i), FieldCode::not_sha256);
    fields.finish();
    CO_CHECK(wrong.result());

    const std::set<std::string> different(listed.begin(), listed.end());
    const std::vector<std::string> hashes(different.begin(), different.end());
    CO_TRY(const auto known, co_await call.gallery().photos().known(call.viewer, hashes));
    JsonWriter out;
    const auto list = [&](std::string_view name, bool trashed) {
        out.key(name).begin_object();
        for (std::size_t i = 0; i < hashes.size(); ++i)
            if (known[i] && known[i]->trashed == trashed) out.member(hashes[i], known[i]->id);
        out.end_object();
    };
    out.begin_object();
    list("known", false);
    if (with_trashed) list("trashed", true);
    out.end_object();
    co_return http::Response::json(200, out.take());
}

struct BulkWish {
    std::vector<Id> ids;
    std::optional<gallery::PhotoChange> change;  // nothing: purge
    Dates dates;                                 // each photo's own, where they are set so
};

Result<BulkWish> read_bulk(const json::object& body) {
    Wrong wrong;
    Fields fields(body, wrong);
    BulkWish wish;
    const auto listed = read_list(fields, "ids");
    for (std::size_t i = 0; i < listed.size(); ++i) {
        if (const auto id = parse_id(listed[i]))
            wish.ids.push_back(*id);
        else
            wrong.add(fmt::format("ids[{}]", i), FieldCode::not_id);
    }
    const auto* change = fields.object("change");
    const auto purge = fields.flag("purge");
    if (change != nullptr) wish.change = read_bulk_change(*change, wrong, wish.dates);
    if (!wish.dates.empty() && wish.dates.size() != listed.size())
        wrong.add("change.taken_at", FieldCode::count_differs, {{"other", "ids"}});
    if (purge && !*purge) wrong.add("purge", FieldCode::not_one_of, choices({"true"}));
    if (fields.has("change") == fields.has("purge")) wrong.add("change", FieldCode::change_or_purge);
    fields.finish();
    CHECK_RESULT(wrong.result());
    return wish;
}

Task<http::Response> change_photos(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kBulkBody));
    CO_TRY(auto wish, read_bulk(body));
    auto& photos = call.gallery().photos();
    if (wish.change) {
        CO_TRY(const auto results, co_await photos.change_many(call.viewer, std::move(wish.ids),
                                                               std::move(*wish.change), std::move(wish.dates)));
        co_return http::Response::json(200, results_json(results, 200));
    }
    CO_TRY(const auto results, co_await photos.purge_many(call.viewer, std::move(wish.ids)));
    co_return http::Response::json(200, results_json(results, 204));
}

}  // namespace

void write_results(JsonWriter& out, const std::vector<gallery::BulkResult>& results, int done) {
    out.begin_array();
    for (const auto& result : results) {
        out.begin_object().member("id", result.id);
        if (result.error) {
            const auto& entry = entry_of(code_of(*result.error));
            out.member("status", entry.status).member("code", entry.name).member("detail", result.error->message);
        } else {
            out.member("status", done).member("code", nullptr).member("detail", nullptr);
            if (const auto& before = result.taken_before)
                out.member("taken_before", *before ? std::optional(text_of(**before)) : std::nullopt);
            if (const auto& place = result.place_before) out.member("place", text_of(*place));
        }
        out.end_object();
    }
    out.end_array();
}

std::string results_json(const std::vector<gallery::BulkResult>& results, int done) {
    JsonWriter out(96 * (results.size() + 1));
    out.begin_object().key("results");
    write_results(out, results, done);
    out.end_object();
    return out.take();
}

void add_bulk(http::Router& router, const SharedContext& context) {
    http::RouteOptions options;
    options.body_limit = kBulkBody;
    add(router, context, http::Method::post, "/api/v1/photos/known", known_photos, options);
    add(router, context, http::Method::post, "/api/v1/photos/bulk", change_photos, options);
}

}  // namespace cadre::api
