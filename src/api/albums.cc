// GET, POST /api/v1/albums, GET, PATCH, DELETE /api/v1/albums/{id}, POST /api/v1/albums/{id}/photos,
// POST /api/v1/albums/{id}/order, GET, POST /api/v1/albums/{id}/members, PUT, DELETE /api/v1/albums/{id}/members/{user}
#include "gallery/albums.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "api/answers.h"
#include "api/bulk_json.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "base/field_codes.h"
#include "base/time.h"

namespace cadre::api {
namespace {

constexpr std::size_t kAlbumBody = std::size_t{1} << 20;
constexpr std::size_t kMaxPhotos = 1000;

/// "2024-05-01", on the photo's own clock.
std::optional<std::string> day_of(const std::optional<std::int64_t>& at) {
    if (!at) return std::nullopt;
    const auto date = date_of(*at);
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

void write_album(JsonWriter& out, const gallery::AlbumCard& card) {
    const auto& album = card.album;
    out.begin_object().member("id", album.id).member("revision", album.revision);
    out.member("title", album.title).member("description", album.description).member("parent", album.parent);
    out.key("owner").begin_object().member("id", album.owner).member("name", card.owner_name).end_object();
    out.member("role", text_of(card.role)).member("order", text_of(album.order)).key("cover");
    if (card.cover) {
        out.begin_object().member("id", card.cover->id).member("key", card.cover->key);
        out.member("thumbhash", unless_empty(card.cover->thumbhash)).end_object();
    } else {
        out.value(nullptr);
    }
    out.member("cover_chosen", album.cover.has_value());
    out.member("count", card.count).member("from", day_of(card.from)).member("to", day_of(card.to));
    out.member("created_at", album.created).end_object();
}

std::string album_json(const gallery::AlbumCard& card) {
    JsonWriter out;
    write_album(out, card);
    return out.take();
}

Result<Id> album_id_of(const Call& call) {
    const auto id = parse_id(call.request.param("id"));
    if (!id) return gallery::no_such_album();
    return *id;
}

Result<Id> user_id_of(const Call& call) {
    const auto id = parse_id(call.request.param("user"));
    if (!id) return fail(Code::user_not_found, "There is no such user.");
    return *id;
}

/// An id, or null for nothing.
std::optional<std::optional<Id>> read_id(Fields& fields, std::string_view name) {
    const auto* value = fields.find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_null()) return std::optional<std::optional<Id>>(std::in_place, std::nullopt);
    const auto text = fields.text(name);
    if (!text) return std::nullopt;
    const auto id = parse_id(*text);
    if (!id) fields.wrong(name, FieldCode::not_id);
    return std::optional<std::optional<Id>>(std::in_place, id);
}

gallery::AlbumChange read_album_change(const json::object& body, Wrong& wrong) {
    Fields fields(body, wrong);
    gallery::AlbumChange change;
    change.title = fields.text("title");
    const auto* description = fields.find("description");
    change.description =
        description != nullptr && description->is_null() ? std::optional(std::string()) : fields.text("description");
    change.parent = read_id(fields, "parent");
    if (const auto order = fields.text("order")) {
        change.order = gallery::parse_album_order(*order);
        if (!change.order) fields.wrong("order", FieldCode::not_one_of, choices({"newest", "oldest", "own"}));
    }
    change.cover = read_id(fields, "cover");
    fields.finish();
    if (const auto right = gallery::check(change); !right) wrong.add(right.error());
    return change;
}

Task<http::Response> list_albums(Call& call) {
    CO_CHECK(require_user(call.viewer));
    Wrong wrong;
    Query query(call.request, wrong);
    const auto wish = page_wish(query);
    CO_CHECK(wrong.result());
    CO_TRY(const auto page, co_await call.gallery().albums().list(call.viewer, wish.cursor, wish.limit));
    JsonWriter out(512 * (page.items.size() + 1));
    out.begin_object().key("albums").begin_array();
    for (const auto& card : page.items) write_album(out, card);
    out.end_array().member("next", unless_empty(page.next)).end_object();
    co_return personal_json(call.request, "", out.take());
}

Task<http::Response> create_album(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kAlbumBody));
    Wrong wrong;
    auto wish = read_album_change(body, wrong);
    if (!body.contains("title")) wrong.add("title", FieldCode::missing);
    CO_CHECK(wrong.result());
    CO_TRY(const auto card, co_await call.gallery().albums().create(call.viewer, std::move(wish)));
    auto response = changed_json(201, card.album.revision, album_json(card));
    response.headers.set("Location", "/api/v1/albums/" + card.album.id.text());
    co_return response;
}

Task<http::Response> get_album(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(const auto card, co_await call.gallery().albums().get(call.viewer, id));
    co_return personal_json(call.request, card.album.revision, album_json(card));
}

Task<http::Response> change_album(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(auto revisions, revisions_of_if_match(call.request));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::merge_patch, kAlbumBody));
    Wrong wrong;
    auto change = read_album_change(body, wrong);
    if (body.empty()) wrong.add("body", FieldCode::nothing_to_change);
    CO_CHECK(wrong.result());
    CO_TRY(const auto card,
           co_await call.gallery().albums().change(call.viewer, id, std::move(change), std::move(revisions)));
    co_return changed_json(200, card.album.revision, album_json(card));
}

Task<http::Response> delete_album(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(auto revisions, revisions_of_if_match(call.request));
    CO_CHECK(co_await call.gallery().albums().remove(call.viewer, id, std::move(revisions)));
    co_return http::Response::empty(204);
}

bool has_common(std::vector<Id> a, std::vector<Id> b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    std::vector<Id> both;
    std::ranges::set_intersection(a, b, std::back_inserter(both));
    return !both.empty();
}

/// By the ids of those that are added.
gallery::AlbumPlaces read_places(Fields& fields, const std::vector<Id>& added, Wrong& wrong) {
    gallery::AlbumPlaces places;
    const auto* object = fields.object("places");
    if (object == nullptr) return places;
    if (object->size() > kMaxPhotos) {
        fields.wrong("places", FieldCode::too_many_members, {{"max", kMaxPhotos}});
        return places;
    }
    Fields named(*object, wrong, "places.");
    for (const auto& id : added) {
        const auto text = named.text(id.text());
        if (!text) continue;
        if (const auto place = catalog::parse_point(json::value(*text)))
            places.emplace(id, *place);
        else
            named.wrong(id.text(), FieldCode::not_album_place);
    }
    named.finish();
    return places;
}

Task<http::Response> change_album_photos(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kAlbumBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto added = read_ids(fields, "add", kMaxPhotos, wrong);
    auto removed = read_ids(fields, "remove", kMaxPhotos, wrong);
    auto places = read_places(fields, added, wrong);
    fields.finish();
    if (!wrong.any() && added.size() + removed.size() > kMaxPhotos)
        wrong.add("add", FieldCode::too_many_added_and_removed, {{"max", kMaxPhotos}});
    if (!wrong.any() && has_common(added, removed)) wrong.add("remove", FieldCode::added_and_removed);
    if (body.empty()) wrong.add("body", FieldCode::neither_added_nor_removed);
    CO_CHECK(wrong.result());
    CO_TRY(const auto results, co_await call.gallery().albums().change_photos(call.viewer, id, std::move(added),
                                                                              std::move(removed), std::move(places)));
    co_return http::Response::json(200, results_json(results, 200));
}

/// One of "before", "after" and "to".
gallery::AlbumSpot read_spot(Fields& fields, Wrong& wrong) {
    using Side = gallery::AlbumSpot::Side;
    gallery::AlbumSpot spot;
    int named = 0;
    for (const auto& [name, side] : {std::pair("before", Side::before), std::pair("after", Side::after)}) {
        const auto text = fields.text(name);
        if (!text) continue;
        ++named;
        spot.side = side;
        const auto id = parse_id(*text);
        if (id)
            spot.photo = *id;
        else
            fields.wrong(name, FieldCode::not_id);
    }
    if (const auto to = fields.text("to")) {
        ++named;
        spot.side = *to == "end" ? Side::end : Side::beginning;
        if (*to != "end" && *to != "beginning")
            fields.wrong("to", FieldCode::not_one_of, choices({"beginning", "end"}));
    }
    if (named != 1 && !wrong.any()) wrong.add("to", FieldCode::one_place);
    return spot;
}

void check_each_once(const std::vector<Id>& ids, Wrong& wrong) {
    std::set<Id> seen;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (!seen.insert(ids[i]).second) wrong.add(fmt::format("ids[{}]", i), FieldCode::named_twice);
}

Task<http::Response> order_album(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kAlbumBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto ids = read_ids(fields, "ids", kMaxPhotos, wrong);
    if (ids.empty() && !wrong.any()) wrong.add("ids", FieldCode::no_photo);
    const auto spot = read_spot(fields, wrong);
    fields.finish();
    if (!wrong.any()) check_each_once(ids, wrong);
    CO_CHECK(wrong.result());
    CO_TRY(const auto results, co_await call.gallery().albums().move_photos(call.viewer, id, std::move(ids), spot));
    co_return http::Response::json(200, results_json(results, 200));
}

void write_member(JsonWriter& out, const gallery::AlbumMember& member) {
    out.begin_object().key("user").begin_object().member("id", member.user).member("name", member.name).end_object();
    out.member("role", text_of(member.role)).end_object();
}

Task<http::Response> list_members(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(const auto members, co_await call.gallery().albums().members(call.viewer, id));
    JsonWriter out;
    out.begin_object().key("members").begin_array();
    for (const auto& member : members) write_member(out, member);
    out.end_array().end_object();
    co_return personal_json(call.request, "", out.take());
}

std::optional<gallery::AlbumRole> read_role(Fields& fields, Wrong& wrong) {
    const auto text = fields.required_text("role");
    const auto role = gallery::parse_album_role(text);
    if (!role && !text.empty())
        fields.wrong("role", FieldCode::not_one_of, choices({"viewer", "contributor", "editor"}));
    fields.finish();
    if (!role && !wrong.any()) wrong.add("role", FieldCode::not_one_of, choices({"viewer", "contributor", "editor"}));
    return role;
}

std::string member_json(const gallery::AlbumMember& member) {
    JsonWriter out;
    write_member(out, member);
    return out.take();
}

Task<http::Response> add_member(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kAlbumBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto name = fields.required_text("name");
    const auto role = read_role(fields, wrong);
    CO_CHECK(wrong.result());
    CO_TRY(const auto member, co_await call.gallery().albums().add_member(call.viewer, id, std::move(name), *role));
    co_return http::Response::json(200, member_json(member));
}

Task<http::Response> set_member(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(const auto user, user_id_of(call));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kAlbumBody));
    Wrong wrong;
    Fields fields(body, wrong);
    const auto role = read_role(fields, wrong);
    CO_CHECK(wrong.result());
    CO_TRY(const auto member, co_await call.gallery().albums().set_member(call.viewer, id, user, *role));
    co_return http::Response::json(200, member_json(member));
}

Task<http::Response> remove_member(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, album_id_of(call));
    CO_TRY(const auto user, user_id_of(call));
    CO_CHECK(co_await call.gallery().albums().remove_member(call.viewer, id, user));
    co_return http::Response::empty(204);
}

}  // namespace

void add_albums(http::Router& router, const SharedContext& context) {
    http::RouteOptions large;
    large.body_limit = kAlbumBody;
    add(router, context, http::Method::get, "/api/v1/albums", list_albums);
    add(router, context, http::Method::post, "/api/v1/albums", create_album);
    add(router, context, http::Method::get, "/api/v1/albums/{id}", get_album);
    add(router, context, http::Method::patch, "/api/v1/albums/{id}", change_album);
    add(router, context, http::Method::delete_, "/api/v1/albums/{id}", delete_album);
    add(router, context, http::Method::post, "/api/v1/albums/{id}/photos", change_album_photos, large);
    add(router, context, http::Method::post, "/api/v1/albums/{id}/order", order_album, large);
    add(router, context, http::Method::get, "/api/v1/albums/{id}/members", list_members);
    add(router, context, http::Method::post, "/api/v1/albums/{id}/members", add_member);
    add(router, context, http::Method::put, "/api/v1/albums/{id}/members/{user}", set_member);
    add(router, context, http::Method::delete_, "/api/v1/albums/{id}/members/{user}", remove_member);
}

}  // namespace cadre::api
