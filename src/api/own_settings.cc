// PATCH /api/v1/me, GET and PATCH /api/v1/me/settings: what people choose for themselves.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/answers.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/me.h"
#include "api/routes.h"
#include "base/hash.h"
#include "gallery/accounts.h"

namespace cadre::api {
namespace {

constexpr std::array<std::string_view, 2> kLanguages = {"en", "fr"};
constexpr std::array<std::string_view, 2> kThemes = {"light", "dark"};

std::string revision_of(const gallery::User& user) {
    return fmt::format("{:016x}", digest64(user.language + "\n" + user.theme));
}

std::string settings_json(const gallery::User& user) {
    JsonWriter out;
    out.begin_object().member("revision", revision_of(user));
    out.member("language", unless_empty(user.language)).member("theme", unless_empty(user.theme)).end_object();
    return out.take();
}

/// Null takes the choice back.
std::optional<std::string> choice(Fields& fields, std::string_view name, std::span<const std::string_view> known) {
    const auto* value = fields.find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_null()) return std::string();
    const auto* text = value->if_string();
    if (text != nullptr && std::ranges::find(known, std::string_view(*text)) != known.end()) return std::string(*text);
    std::vector<std::string> all(known.begin(), known.end());
    all.emplace_back("null");
    fields.wrong(name, FieldCode::not_one_of, choices(std::move(all)));
    return std::nullopt;
}

Result<gallery::OwnChange> read_change(const json::object& body, bool with_name) {
    Wrong wrong;
    Fields fields(body, wrong);
    gallery::OwnChange change;
    if (with_name) change.name = fields.text("name");
    change.language = choice(fields, "language", kLanguages);
    change.theme = choice(fields, "theme", kThemes);
    fields.finish();
    if (body.empty()) wrong.add("body", FieldCode::nothing_to_change);
    CHECK_RESULT(wrong.result());
    return change;
}

Task<http::Response> change_me(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::merge_patch, kSmallBody));
    CO_TRY(auto change, read_change(body, true));
    CO_TRY(const auto user, co_await call.gallery().accounts().change_own(call.viewer, std::move(change)));
    co_return changed_json(200, "", me_json(user, false, call.context.options.version));
}

Task<http::Response> get_settings(Call& call) {
    CO_TRY(const auto user, require_user(call.viewer));
    co_return personal_json(call.request, revision_of(user), settings_json(user));
}

Task<http::Response> change_settings(Call& call) {
    CO_TRY(const auto before, require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::merge_patch, kSmallBody));
    CO_TRY(auto change, read_change(body, false));
    CO_TRY(const auto revisions, revisions_of_if_match(call.request));
    if (revisions && std::ranges::find(*revisions, revision_of(before)) == revisions->end())
        co_return fail(Code::changed_meanwhile, "You changed your settings elsewhere meanwhile. Load them again.");
    CO_TRY(const auto user, co_await call.gallery().accounts().change_own(call.viewer, std::move(change)));
    co_return changed_json(200, revision_of(user), settings_json(user));
}

}  // namespace

void add_own_settings(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::patch, "/api/v1/me", change_me);
    add(router, context, http::Method::get, "/api/v1/me/settings", get_settings);
    add(router, context, http::Method::patch, "/api/v1/me/settings", change_settings);
}

}  // namespace cadre::api
