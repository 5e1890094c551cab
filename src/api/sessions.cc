// GET, DELETE /api/v1/me/sessions, GET, DELETE /api/v1/me/sessions/{id}: where one is logged in.
#include <algorithm>

#include "api/answers.h"
#include "api/credentials.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "gallery/accounts.h"

namespace cadre::api {
namespace {

tl::unexpected<Error> no_such_session() { return fail(Code::session_not_found, "You have no such session."); }

void write_session(JsonWriter& out, const gallery::SessionInfo& session) {
    out.begin_object();
    out.member("id", session.id).member("created_at", session.created).member("expires_at", session.expires);
    out.member("last_used_at", session.used).member("address", session.address).member("agent", session.agent);
    out.member("current", session.current).end_object();
}

/// At most gallery::kMaxSessions, the newest first: one page.
Task<http::Response> list_sessions(Call& call) {
    CO_TRY(const auto sessions, co_await call.gallery().accounts().sessions(call.viewer));
    JsonWriter out;
    out.begin_object().key("sessions").begin_array();
    for (const auto& session : sessions) write_session(out, session);
    out.end_array().member("next", nullptr).end_object();
    co_return personal_json(call.request, "", out.take());
}

Task<http::Response> get_session(Call& call) {
    CO_TRY(const auto sessions, co_await call.gallery().accounts().sessions(call.viewer));
    const auto id = parse_id(call.request.param("id"));
    const auto found = std::ranges::find_if(sessions, [&](const auto& session) { return session.id == id; });
    if (found == sessions.end()) co_return no_such_session();
    JsonWriter out;
    write_session(out, *found);
    co_return personal_json(call.request, "", out.take());
}

Task<http::Response> delete_sessions(Call& call) {
    CO_CHECK(co_await call.gallery().accounts().end_other_sessions(call.viewer));
    co_return http::Response::empty(204);
}

Task<http::Response> delete_session(Call& call) {
    CO_CHECK(require_user(call.viewer));
    const auto id = parse_id(call.request.param("id"));
    Wrong wrong;
    Query query(call.request, wrong);
    const auto tokens = query.text("tokens", 16).value_or("keep");
    if (tokens != "keep" && tokens != "revoke") wrong.add("tokens", FieldCode::not_one_of, choices({"keep", "revoke"}));
    CO_CHECK(wrong.result());
    if (!id) co_return no_such_session();
    const auto what = tokens == "keep" ? gallery::Tokens::keep : gallery::Tokens::revoke;
    CO_CHECK(co_await call.gallery().accounts().end_session(call.viewer, *id, what));
    co_return http::Response::empty(204);
}

}  // namespace

void add_sessions(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/me/sessions", list_sessions);
    add(router, context, http::Method::delete_, "/api/v1/me/sessions", delete_sessions);
    add(router, context, http::Method::get, "/api/v1/me/sessions/{id}", get_session);
    add(router, context, http::Method::delete_, "/api/v1/me/sessions/{id}", delete_session);
}

}  // namespace cadre::api
