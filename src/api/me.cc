// GET /api/v1/me
#include "api/me.h"

#include "api/answers.h"
#include "api/json_writer.h"
#include "api/routes.h"

namespace cadre::api {
namespace {

Task<http::Response> get_me(Call& call) {
    CO_TRY(const bool needed, co_await setup_needed(call.context));
    co_return personal_json(call.request, "", me_json(call.viewer.user, needed, call.context.options.version));
}

}  // namespace

std::string me_json(const std::optional<gallery::User>& user, bool setup_needed, std::string_view version) {
    JsonWriter out;
    out.begin_object().key("user");
    if (user) {
        out.begin_object().member("id", user->id).member("name", user->name);
        out.member("role", text_of(user->role)).end_object();
    } else {
        out.value(nullptr);
    }
    out.member("setup_needed", setup_needed).member("version", version).end_object();
    return out.take();
}

void add_me(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/me", get_me);
}

}  // namespace cadre::api
