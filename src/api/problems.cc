#include <fmt/format.h>

#include "api/json_writer.h"
#include "api/problem_pages.h"
#include "api/routes.h"
#include "base/hash.h"
#include "http/conditional.h"
#include "http/negotiate.h"
#include "http/problem.h"

namespace cadre::api {
namespace {

constexpr std::string_view kSheetAddress = "/problems.css";

/// The answer is the same for everybody, and needs no store: it is there while these are away.
http::Response document(const http::Request& request, std::string_view type, std::string text) {
    http::Validators now;
    now.etag = http::entity_tag(fmt::format("{:016x}", digest64(text)));
    http::Headers headers{{"Content-Type", std::string(type)}, {"Cache-Control", "no-cache"}};
    auto response = http::answer_document(request, now, std::move(text), std::move(headers), nullptr);
    http::add_vary(response.headers, "Accept");
    http::add_vary(response.headers, "Accept-Language");
    http::compress(request, response);
    return response;
}

void write_entry(JsonWriter& out, const CodeEntry& entry, Language language) {
    const auto& words = language == Language::fr ? entry.fr : entry.en;
    out.begin_object().member("type", address_of(entry.code)).member("code", entry.name).member("status", entry.status);
    out.member("title", words.title).member("explanation", words.text).end_object();
}

http::Response one(const http::Request& request) {
    const auto code = parse_code(request.param("code"));
    if (!code) return http::problem({Code::not_found, "There is no such problem."}, request);
    const auto wish = language_of(request);
    if (!prefers_json(request)) return document(request, "text/html; charset=utf-8", page_of(*code, wish));
    JsonWriter out;
    write_entry(out, entry_of(*code), wish.language);
    return document(request, "application/json", out.take());
}

http::Response all(const http::Request& request) {
    const auto wish = language_of(request);
    if (!prefers_json(request)) return document(request, "text/html; charset=utf-8", page_of_all(wish));
    JsonWriter out(32'768);
    out.begin_object().key("problems").begin_array();
    for (const auto& entry : codes_table()) write_entry(out, entry, wish.language);
    out.end_array().end_object();
    return document(request, "application/json", out.take());
}

}  // namespace

void add_problems(http::Router& router) {
    const auto add = [&](std::string_view pattern, http::Response (*answer)(const http::Request&)) {
        router.add(http::Method::get, pattern,
                   http::PlainHandler([answer](http::Request& request) -> asio::awaitable<http::Response> {
                       co_return answer(request);
                   }));
    };
    add("/problems", all);
    add("/problems/{code}", one);
    add(kSheetAddress, [](const http::Request& request) {
        return document(request, "text/css; charset=utf-8", std::string(kProblemSheet));
    });
}

}  // namespace cadre::api
