// POST, DELETE /api/v1/session: log in and out.
#include "api/answers.h"
#include "api/credentials.h"
#include "api/input.h"
#include "api/me.h"
#include "api/routes.h"
#include "gallery/accounts.h"

namespace cadre::api {
namespace {

Task<http::Response> log_in(Call& call) {
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kSmallBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto name = fields.required_text("name");
    auto password = fields.required_text("password");
    fields.finish();
    CO_CHECK(wrong.result());
    CO_TRY(const auto session,
           co_await call.gallery().accounts().log_in(std::move(name), std::move(password), arrival_of(call.request)));
    auto response = http::Response::json(201, me_json(session.user, false, call.context.options.version));
    mark_personal(response.headers);
    add_cookies(response, call.request, call.context.options.public_url, session);
    co_return response;
}

Task<http::Response> log_out(Call& call) {
    if (!call.viewer.session.empty()) CO_CHECK(co_await call.gallery().accounts().log_out(call.viewer));
    auto response = http::Response::empty(204);
    mark_personal(response.headers);
    response.headers.add("Set-Cookie", session_cookie(call.request, call.context.options.public_url, ""));
    co_return response;
}

}  // namespace

void add_session(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::post, "/api/v1/session", log_in);
    add(router, context, http::Method::delete_, "/api/v1/session", log_out);
}

}  // namespace cadre::api
