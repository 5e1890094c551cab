// GET, POST /api/v1/shares, GET, PATCH, DELETE /api/v1/shares/{id}
#include "gallery/shares.h"

#include "api/answers.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "base/time.h"

namespace cadre::api {
namespace {

constexpr std::size_t kShareBody = std::size_t{128} << 10;

void write_share(JsonWriter& out, const gallery::ShareCard& card) {
    const auto& share = card.share;
    out.begin_object().member("id", share.id).member("revision", share.revision);
    out.member("key", share.key).member("url", "/s/" + share.key).member("album", share.album);
    out.member("title", share.title).member("has_password", share.lock.has_value());
    out.member("expires_at", share.expires).key("allow").begin_object();
    out.member("download", share.allow.download).member("upload", share.allow.upload);
    out.member("details", share.allow.details).end_object();
    out.member("count", card.count).member("created_at", share.created);
    out.member("views", card.views).member("last_viewed_at", card.viewed).end_object();
}

std::string share_json(const gallery::ShareCard& card) {
    JsonWriter out;
    write_share(out, card);
    return out.take();
}

Result<Id> share_id_of(const Call& call) {
    const auto id = parse_id(call.request.param("id"));
    if (!id) return gallery::no_such_share();
    return *id;
}

/// null is the same as the empty text.
std::optional<std::string> read_emptiable(Fields& fields, std::string_view name) {
    const auto* value = fields.find(name);
    return value != nullptr && value->is_null() ? std::optional(std::string()) : fields.text(name);
}

void read_expiry(Fields& fields, gallery::ShareChange& change) {
    const auto* value = fields.find("expires_at");
    if (value == nullptr) return;
    if (value->is_null()) {
        change.expires.emplace(std::nullopt);
        return;
    }
    const auto text = fields.text("expires_at");
    if (!text) return;
    const auto time = parse_rfc3339(*text);
    if (!time || !time->offset_minutes) return fields.wrong("expires_at", FieldCode::not_time);
    change.expires.emplace(WallTime(std::chrono::seconds(time->seconds) - std::chrono::minutes(*time->offset_minutes) +
                                    Millis(time->microseconds / 1000)));
}

void read_rest(Fields& fields, gallery::ShareChange& change, Wrong& wrong, WallTime now) {
    change.title = read_emptiable(fields, "title");
    change.password = read_emptiable(fields, "password");
    read_expiry(fields, change);
    if (const auto* allow = fields.object("allow")) {
        Fields rights(*allow, wrong, "allow.");
        change.download = rights.flag("download");
        change.upload = rights.flag("upload");
        change.details = rights.flag("details");
        rights.finish();
    }
    fields.finish();
    if (const auto right = gallery::check(change, now); !right) wrong.add(right.error());
}

gallery::ShareWish read_wish(const json::object& body, Wrong& wrong, WallTime now) {
    Fields fields(body, wrong);
    gallery::ShareWish wish;
    const auto* album = fields.find("album");
    const auto* photos = fields.find("photos");
    const bool has_album = album != nullptr && !album->is_null(), has_photos = photos != nullptr && !photos->is_null();
    if (has_album) {
        const auto text = fields.text("album");
        wish.album = parse_id(text.value_or(""));
        if (text && !wish.album) fields.wrong("album", FieldCode::not_id);
    }
    if (has_photos) wish.photos = read_ids(fields, "photos", gallery::kMaxSharedPhotos, wrong);
    if (has_album == has_photos)
        fields.wrong("album", FieldCode::album_or_photos);
    else if (has_photos && wish.photos.empty() && !wrong.any())
        fields.wrong("photos", FieldCode::no_photo);
    read_rest(fields, wish.rest, wrong, now);
    return wish;
}

Task<http::Response> list_shares(Call& call) {
    CO_CHECK(require_user(call.viewer));
    Wrong wrong;
    Query query(call.request, wrong);
    const auto wish = page_wish(query);
    CO_CHECK(wrong.result());
    CO_TRY(const auto page, co_await call.gallery().shares().list(call.viewer, wish.cursor, wish.limit));
    JsonWriter out(512 * (page.items.size() + 1));
    out.begin_object().key("shares").begin_array();
    for (const auto& card : page.items) write_share(out, card);
    out.end_array().member("next", unless_empty(page.next)).end_object();
    co_return personal_json(call.request, "", out.take());
}

Task<http::Response> create_share(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kShareBody));
    Wrong wrong;
    auto wish = read_wish(body, wrong, call.gallery().stores().clock.now());
    CO_CHECK(wrong.result());
    CO_TRY(const auto card, co_await call.gallery().shares().create(call.viewer, std::move(wish)));
    auto response = changed_json(201, card.share.revision, share_json(card));
    response.headers.set("Location", "/api/v1/shares/" + card.share.id.text());
    co_return response;
}

Task<http::Response> get_own_share(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, share_id_of(call));
    CO_TRY(const auto card, co_await call.gallery().shares().get(call.viewer, id));
    co_return personal_json(call.request, card.share.revision, share_json(card));
}

Task<http::Response> change_share(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, share_id_of(call));
    CO_TRY(auto revisions, revisions_of_if_match(call.request));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::merge_patch, kShareBody));
    Wrong wrong;
    Fields fields(body, wrong);
    gallery::ShareChange change;
    read_rest(fields, change, wrong, call.gallery().stores().clock.now());
    if (body.empty()) wrong.add("body", FieldCode::nothing_to_change);
    CO_CHECK(wrong.result());
    CO_TRY(const auto card,
           co_await call.gallery().shares().change(call.viewer, id, std::move(change), std::move(revisions)));
    co_return changed_json(200, card.share.revision, share_json(card));
}

Task<http::Response> revoke_share(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, share_id_of(call));
    CO_TRY(auto revisions, revisions_of_if_match(call.request));
    CO_CHECK(co_await call.gallery().shares().revoke(call.viewer, id, std::move(revisions)));
    co_return http::Response::empty(204);
}

}  // namespace

void add_shares(http::Router& router, const SharedContext& context) {
    http::RouteOptions large;
    large.body_limit = kShareBody;
    add(router, context, http::Method::get, "/api/v1/shares", list_shares);
    add(router, context, http::Method::post, "/api/v1/shares", create_share, large);
    add(router, context, http::Method::get, "/api/v1/shares/{id}", get_own_share);
    add(router, context, http::Method::patch, "/api/v1/shares/{id}", change_share, large);
    add(router, context, http::Method::delete_, "/api/v1/shares/{id}", revoke_share);
}

}  // namespace cadre::api
