// GET, POST /api/v1/users, GET, PATCH, DELETE /api/v1/users/{id}: for administrators.
#include <fmt/format.h>

#include <algorithm>

#include "api/answers.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "gallery/accounts.h"

namespace cadre::api {
namespace {

std::string revision_of(const gallery::User& user) {
    return fmt::format("{:016x}", digest64(fmt::format("{}\n{}\n{}", text_of(user.role), user.disabled, user.name)));
}

void write_user(JsonWriter& out, const gallery::User& user) {
    out.begin_object();
    out.member("id", user.id).member("revision", revision_of(user));
    out.member("name", user.name).member("role", text_of(user.role)).member("disabled", user.disabled);
    out.member("created_at", user.created).end_object();
}

std::string user_json(const gallery::User& user) {
    JsonWriter out;
    write_user(out, user);
    return out.take();
}

/// The id in the path; what is no id is nobody's.
Result<Id> id_of(const Call& call) {
    const auto id = parse_id(call.request.param("id"));
    if (!id) return fail(Code::user_not_found, "There is no such user.");
    return *id;
}

/// Refuses with precondition_failed where If-Match names other revisions than the user's.
Result<void> check_if_match(const Call& call, const gallery::User& user) {
    TRY(const auto revisions, revisions_of_if_match(call.request));
    if (!revisions || std::find(revisions->begin(), revisions->end(), revision_of(user)) != revisions->end()) return {};
    return fail(Code::changed_meanwhile, "Somebody changed this user meanwhile. Read it again.");
}

std::optional<gallery::Role> read_role(Fields& fields, const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    const auto role = gallery::parse_role(*text);
    if (!role) fields.wrong("role", FieldCode::not_one_of, choices({"admin", "member"}));
    return role;
}

/// By name; the cursor is the name of the last one shown, in base64url.
Task<http::Response> list_users(Call& call) {
    CO_CHECK(require_admin(call.viewer));
    Wrong wrong;
    Query query(call.request, wrong);
    const auto wish = page_wish(query);
    const auto cursor = from_base64(wish.cursor);
    if (!cursor) wrong.add("cursor", FieldCode::not_cursor);
    CO_CHECK(wrong.result());
    const std::string after(cursor->begin(), cursor->end());

    CO_TRY(auto users, co_await call.gallery().accounts().users());
    std::sort(users.begin(), users.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    if (!after.empty()) std::erase_if(users, [&](const auto& user) { return user.name <= after; });
    const bool more = users.size() > wish.limit;
    if (more) users.resize(wish.limit);

    JsonWriter out;
    out.begin_object().key("users").begin_array();
    for (const auto& user : users) write_user(out, user);
    out.end_array().key("next");
    if (more)
        out.value(base64url(as_bytes(users.back().name)));
    else
        out.value(nullptr);
    out.end_object();
    co_return personal_json(call.request, "", out.take());
}

Task<http::Response> create_user(Call& call) {
    CO_CHECK(require_admin(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kSmallBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto name = fields.required_text("name");
    auto password = fields.required_text("password");
    const auto role = read_role(fields, fields.required_text("role"));
    fields.finish();
    CO_CHECK(wrong.result());
    CO_TRY(const auto user, co_await call.gallery().accounts().add_user(std::move(name), *role, std::move(password)));
    auto response = changed_json(201, revision_of(user), user_json(user));
    response.headers.set("Location", "/api/v1/users/" + user.id.text());
    co_return response;
}

Task<http::Response> get_user(Call& call) {
    CO_CHECK(require_admin(call.viewer));
    CO_TRY(const auto id, id_of(call));
    CO_TRY(const auto user, co_await call.gallery().accounts().user(id));
    co_return personal_json(call.request, revision_of(user), user_json(user));
}

Task<http::Response> change_user(Call& call) {
    CO_CHECK(require_admin(call.viewer));
    CO_TRY(const auto id, id_of(call));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::merge_patch, kSmallBody));
    Wrong wrong;
    Fields fields(body, wrong);
    gallery::UserChange change;
    change.role = read_role(fields, fields.text("role"));
    change.disabled = fields.flag("disabled");
    change.password = fields.text("password");
    if (const auto tokens = fields.text("tokens")) change.tokens = read_tokens(fields, *tokens);
    if (!change.password && fields.has("tokens")) fields.wrong("tokens", FieldCode::tokens_without_password);
    fields.finish();
    if (body.empty()) wrong.add("body", FieldCode::nothing_to_change);
    CO_CHECK(wrong.result());
    CO_TRY(const auto before, co_await call.gallery().accounts().user(id));
    CO_CHECK(check_if_match(call, before));
    CO_TRY(const auto user, co_await call.gallery().accounts().change_user(id, std::move(change)));
    co_return changed_json(200, revision_of(user), user_json(user));
}

Task<http::Response> delete_user(Call& call) {
    CO_CHECK(require_admin(call.viewer));
    CO_TRY(const auto id, id_of(call));
    Wrong wrong;
    Query query(call.request, wrong);
    auto photos = query.text("photos", 64);
    if (photos && photos->empty()) wrong.add("photos", FieldCode::not_end_of_photos);
    CO_CHECK(wrong.result());
    CO_TRY(const auto user, co_await call.gallery().accounts().user(id));
    CO_CHECK(check_if_match(call, user));
    CO_CHECK(co_await call.gallery().accounts().remove_user(id, std::move(photos).value_or("")));
    co_return http::Response::empty(204);
}

}  // namespace

void add_users(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/users", list_users);
    add(router, context, http::Method::post, "/api/v1/users", create_user);
    add(router, context, http::Method::get, "/api/v1/users/{id}", get_user);
    add(router, context, http::Method::patch, "/api/v1/users/{id}", change_user);
    add(router, context, http::Method::delete_, "/api/v1/users/{id}", delete_user);
}

}  // namespace cadre::api
