// GET /api/v1/me, POST /api/v1/me/password
#include "api/me.h"

#include "api/answers.h"
#include "api/credentials.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "gallery/accounts.h"

namespace cadre::api {
namespace {

Task<http::Response> get_me(Call& call) {
    CO_TRY(const bool needed, co_await setup_needed(call.context));
    co_return personal_json(call.request, "", me_json(call.viewer.user, needed, call.context.options.version));
}

Task<http::Response> change_password(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kSmallBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto current = fields.required_text("current");
    auto password = fields.required_text("new");
    const auto wish = fields.text("tokens");
    const auto tokens = wish ? read_tokens(fields, *wish) : gallery::Tokens::revoke;
    fields.finish();
    CO_CHECK(wrong.result());
    auto from = arrival_of(call.request);
    CO_TRY(const auto session, co_await call.gallery().accounts().change_password(
                                   call.viewer, std::move(current), std::move(password), tokens, std::move(from)));
    auto response = http::Response::empty(204);
    mark_personal(response.headers);
    if (session) add_cookies(response, call.request, call.context.options.public_url, *session);
    co_return response;
}

}  // namespace

std::string me_json(const std::optional<gallery::User>& user, bool setup_needed, std::string_view version) {
    JsonWriter out;
    out.begin_object().key("user");
    if (user) {
        out.begin_object().member("id", user->id).member("name", user->name);
        out.member("role", text_of(user->role));
        out.member("language", unless_empty(user->language)).member("theme", unless_empty(user->theme)).end_object();
    } else {
        out.value(nullptr);
    }
    out.member("setup_needed", setup_needed).member("version", version).end_object();
    return out.take();
}

void add_me(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/me", get_me);
    add(router, context, http::Method::post, "/api/v1/me/password", change_password);
}

}  // namespace cadre::api
