// GET /api/v1/tags: one's own tags, each with how many photos have it; PATCH, DELETE /api/v1/tags/{tag}: renamed,
// joined into another, taken off.
#include "api/answers.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "base/encoding.h"
#include "base/unicode.h"
#include "gallery/tag_changes.h"
#include "gallery/timelines.h"

namespace cadre::api {
namespace {

std::string tags_document(const catalog::Page<catalog::Word>& page) {
    JsonWriter out(64 * (page.items.size() + 1));
    out.begin_object().key("tags").begin_array();
    for (const auto& [tag, count] : page.items)
        out.begin_object().key("tag").value(tag).key("count").value(count).end_object();
    out.end_array().key("next");
    if (page.next.empty())
        out.value(nullptr);
    else
        out.value(base64url(as_bytes(page.next)));
    out.end_object();
    return out.take();
}

Task<http::Response> list_tags(Call& call) {
    CO_TRY(const auto user, require_user(call.viewer));
    Wrong wrong;
    Query query(call.request, wrong);
    const auto wish = page_wish(query);
    const auto after = from_base64(wish.cursor);
    if (!after) wrong.add("cursor", FieldCode::not_cursor);
    CO_CHECK(wrong.result());
    std::string last(after->begin(), after->end());
    CO_TRY(const auto page, co_await call.gallery().timelines().tags(user.id, std::move(last), wish.limit));
    co_return personal_json(call.request, "", tags_document(page));
}

constexpr std::size_t kTagBody = std::size_t{4} << 10;

/// It is asked for and not done yet: 202.
Task<http::Response> change_to(Call& call, std::string name) {
    gallery::TagChange change{std::string(call.request.param("tag")), std::move(name)};
    const auto asked = change;
    CO_TRY(const auto count, co_await gallery::TagChanges(call.gallery()).ask(call.viewer, std::move(change)));
    JsonWriter out;
    out.begin_object().member("tag", asked.tag).key("name");
    if (asked.to.empty())
        out.value(nullptr);
    else
        out.value(composed(asked.to));
    out.member("count", count).end_object();
    auto response = http::Response::json(202, out.take());
    mark_personal(response.headers);
    co_return response;
}

Task<http::Response> rename_tag(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto body, co_await read_object(call.request, BodyForm::merge_patch, kTagBody));
    Wrong wrong;
    Fields fields(body, wrong);
    auto name = fields.required_text("name");
    if (name.empty() && !wrong.any()) fields.wrong("name", FieldCode::tag_empty);
    fields.finish();
    CO_CHECK(wrong.result());
    co_return co_await change_to(call, std::move(name));
}

Task<http::Response> delete_tag(Call& call) {
    CO_CHECK(require_user(call.viewer));
    std::string none;
    co_return co_await change_to(call, std::move(none));
}

}  // namespace

void add_tags(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/tags", list_tags);
    // A tag may have slashes, which stand in the path as they are.
    add(router, context, http::Method::patch, "/api/v1/tags/{tag...}", rename_tag);
    add(router, context, http::Method::delete_, "/api/v1/tags/{tag...}", delete_tag);
}

}  // namespace cadre::api
