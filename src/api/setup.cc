// POST /api/v1/setup: the first user, with the token that the first start printed.
#include "api/answers.h"
#include "api/credentials.h"
#include "api/input.h"
#include "api/me.h"
#include "api/routes.h"
#include "gallery/accounts.h"

namespace cadre::api {
namespace {

Task<http::Response> set_up(Call& call) {
    CO_TRY(const bool needed, co_await setup_needed(call.context));
    if (!needed) co_return fail(Code::already_set_up, "This gallery has been set up already.");
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kSmallBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto token = fields.required_text("token");
    auto name = fields.required_text("name");
    auto password = fields.required_text("password");
    fields.finish();
    CO_CHECK(wrong.result());
    CO_TRY(const auto session, co_await call.gallery().accounts().set_up(
                                   std::move(token), std::move(name), std::move(password), arrival_of(call.request)));
    auto response = http::Response::json(201, me_json(session.user, false, call.context.options.version));
    mark_personal(response.headers);
    add_cookies(response, call.request, call.context.options.public_url, session);
    co_return response;
}

}  // namespace

void add_setup(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::post, "/api/v1/setup", set_up);
}

}  // namespace cadre::api
