// GET, POST /api/v1/me/tokens, DELETE /api/v1/me/tokens/{id}: with which one's own programs log in.
#include <algorithm>

#include "api/answers.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "gallery/accounts.h"

namespace cadre::api {
namespace {

void write_members(JsonWriter& out, const gallery::Token& token) {
    out.member("id", token.id).member("name", token.name).member("created_at", token.created);
    out.member("scope", text_of(token.scope)).member("last_used_at", token.used);
    out.key("made_by");
    if (token.by.kind.empty())
        out.value(nullptr);
    else
        out.begin_object().member("kind", token.by.kind).member("id", token.by.id).end_object();
}

/// Newest first; the cursor is the id of the last one shown.
Task<http::Response> list_tokens(Call& call) {
    CO_TRY(const auto user, require_user(call.viewer));
    Wrong wrong;
    Query query(call.request, wrong);
    const auto wish = page_wish(query);
    const auto after = parse_id(wish.cursor);
    if (!wish.cursor.empty() && !after) wrong.add("cursor", FieldCode::not_cursor);
    CO_CHECK(wrong.result());

    CO_TRY(auto tokens, co_await call.gallery().accounts().tokens(user.id));
    std::sort(tokens.begin(), tokens.end(), [](const auto& a, const auto& b) { return a.id > b.id; });
    if (after) std::erase_if(tokens, [&](const auto& token) { return token.id >= *after; });
    const bool more = tokens.size() > wish.limit;
    if (more) tokens.resize(wish.limit);

    JsonWriter out;
    out.begin_object().key("tokens").begin_array();
    for (const auto& token : tokens) {
        out.begin_object();
        write_members(out, token);
        out.end_object();
    }
    out.end_array().key("next");
    if (more)
        out.value(tokens.back().id);
    else
        out.value(nullptr);
    out.end_object();
    co_return personal_json(call.request, "", out.take());
}

gallery::TokenScope read_scope(Fields& fields) {
    const auto text = fields.text("scope");
    if (!text) return gallery::TokenScope::all;
    const auto scope = gallery::parse_token_scope(*text);
    if (!scope) fields.wrong("scope", FieldCode::not_one_of, choices({"read", "upload", "all"}));
    return scope.value_or(gallery::TokenScope::read);
}

Task<http::Response> create_token(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kSmallBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto name = fields.required_text("name");
    const auto scope = read_scope(fields);
    fields.finish();
    CO_CHECK(wrong.result());
    CO_TRY(const auto made, co_await call.gallery().accounts().add_token(call.viewer, std::move(name), scope));
    JsonWriter out;
    out.begin_object();
    write_members(out, made.token);
    out.member("token", made.secret).end_object();
    auto response = http::Response::json(201, out.take());
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

Task<http::Response> delete_token(Call& call) {
    CO_TRY(const auto user, require_user(call.viewer));
    const auto id = parse_id(call.request.param("id"));
    if (!id) co_return fail(Code::token_not_found, "You have no such token.");
    CO_CHECK(co_await call.gallery().accounts().remove_token(user.id, *id));
    co_return http::Response::empty(204);
}

}  // namespace

void add_tokens(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/me/tokens", list_tokens);
    add(router, context, http::Method::post, "/api/v1/me/tokens", create_token);
    add(router, context, http::Method::delete_, "/api/v1/me/tokens/{id}", delete_token);
}

}  // namespace cadre::api
