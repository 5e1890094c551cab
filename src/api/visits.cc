// GET /api/v1/s/{key}, POST /api/v1/s/{key}/unlock: what whoever has the link of a share sees.
#include "api/visits.h"

#include <fmt/format.h>

#include "api/answers.h"
#include "api/credentials.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "base/hash.h"
#include "gallery/shares.h"
#include "http/cookies.h"

namespace cadre::api {
namespace {

constexpr std::string_view kScope = "share:";
constexpr std::string_view kCookiePath = "/api/v1";

/// Each share has its own, so that several may be open at once. The key does not follow from it.
std::string cookie_name(std::string_view key) { return "cadre_share_" + sha256_hex(key).substr(0, 16); }

ShareVisit visit_by_key(const http::Request& request, std::string key) {
    const auto name = cookie_name(key);
    return {std::move(key), std::string(http::cookie(request, name).value_or(""))};
}

std::string door_json(const gallery::ShareDoor& door) {
    JsonWriter out;
    out.begin_object().member("title", door.title);
    out.key("owner").begin_object().member("name", door.owner_name).end_object();
    out.member("count", door.count).key("allow").begin_object();
    const auto& allow = door.share.allow;
    out.member("download", allow.download).member("upload", allow.upload).member("details", allow.details);
    out.end_object().member("expires_at", door.share.expires).member("locked", door.locked);
    out.member("own_order", !door.locked && door.share.own_order).end_object();
    return out.take();
}

Task<http::Response> get_share(Call& call) {
    auto visit = visit_by_key(call.request, std::string(call.request.param("key")));
    CO_TRY(const auto door,
           co_await call.gallery().shares().look(std::move(visit.key), std::move(visit.cookie), call.request.remote));
    co_return personal_json(call.request, "", door_json(door));
}

Task<http::Response> unlock_share(Call& call) {
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::json, kSmallBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto password = fields.required_text("password");
    fields.finish();
    CO_CHECK(wrong.result());
    const std::string key(call.request.param("key"));
    CO_TRY(const auto unlocked,
           co_await call.gallery().shares().unlock(key, std::move(password), arrival_of(call.request)));
    auto response = http::Response::empty(204);
    mark_personal(response.headers);
    if (unlocked.key.empty()) co_return response;
    http::SetCookie cookie;
    cookie.name = cookie_name(key);
    cookie.value = unlocked.key;
    cookie.path = kCookiePath;
    cookie.same_site = "Strict";
    cookie.secure = is_secure(call.request, call.context.options.public_url);
    cookie.max_age =
        std::chrono::duration_cast<std::chrono::seconds>(unlocked.until - call.gallery().stores().clock.now());
    response.headers.add("Set-Cookie", cookie.text());
    co_return response;
}

}  // namespace

std::optional<ShareVisit> visit_of(const http::Request& request, std::string_view scope) {
    if (!scope.starts_with(kScope)) return std::nullopt;
    return visit_by_key(request, std::string(scope.substr(kScope.size())));
}

Task<void> visit_scope(Call& call, std::string scope) {
    auto visit = visit_of(call.request, scope);
    if (!visit) co_return Result<void>();
    CO_TRY(call.viewer, co_await call.gallery().shares().visit(std::move(visit->key), std::move(visit->cookie)));
    co_return Result<void>();
}

Task<void> visit_asked(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    auto scope = query.text("scope", kMaxScope).value_or("");
    CO_CHECK(wrong.result());
    co_return co_await visit_scope(call, std::move(scope));
}

void add_visits(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/s/{key}", get_share);
    add(router, context, http::Method::post, "/api/v1/s/{key}/unlock", unlock_share);
}

}  // namespace cadre::api
