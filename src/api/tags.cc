// GET /api/v1/tags: one's own tags, each with how many photos have it.
#include "api/answers.h"
#include "api/input.h"
#include "api/json_writer.h"
#include "api/routes.h"
#include "base/encoding.h"
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
    if (!after) wrong.add("cursor", "It is none that this list gave.");
    CO_CHECK(wrong.result());
    std::string last(after->begin(), after->end());
    CO_TRY(const auto page, co_await call.gallery().timelines().tags(user.id, std::move(last), wish.limit));
    co_return personal_json(call.request, "", tags_document(page));
}

}  // namespace

void add_tags(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/tags", list_tags);
}

}  // namespace cadre::api
