#include "api/answers.h"

#include <fmt/format.h>

#include <utility>

#include "base/field_codes.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/unicode.h"
#include "http/conditional.h"
#include "http/problem.h"
#include "http/url.h"

namespace cadre::api {

void mark_personal(http::Headers& headers) {
    headers.set("Cache-Control", "private, no-cache");
    headers.set("Vary", "Cookie, Authorization");
}

std::string tag_of(std::string_view revision, std::string_view body) {
    const auto digest = digest64(body);
    return revision.empty() ? fmt::format("{:016x}", digest) : fmt::format("{}.{:016x}", revision, digest);
}

http::Response personal(const http::Request& request, std::string tag, http::Body body) {
    tag = http::entity_tag(tag);
    const auto known = request.headers.joined("If-None-Match");
    const bool unchanged = known && http::matches_weakly(*known, tag);
    auto response =
        unchanged ? http::Response::empty(304) : http::Response::with(200, "application/json", std::move(body));
    mark_personal(response.headers);
    response.headers.set("ETag", tag);
    return response;
}

http::Response personal_json(const http::Request& request, std::string_view revision, std::string json) {
    auto tag = tag_of(revision, json);
    return personal(request, std::move(tag), std::move(json));
}

http::Response changed_json(int status, std::string_view revision, std::string json) {
    const auto tag = http::entity_tag(tag_of(revision, json));
    auto response = http::Response::json(status, std::move(json));
    mark_personal(response.headers);
    response.headers.set("ETag", tag);
    return response;
}

Result<std::optional<std::vector<std::string>>> revisions_of_if_match(const http::Request& request) {
    const auto list = request.headers.joined("If-Match");
    if (!list || http::trim(*list) == "*") return std::nullopt;
    const auto tags = http::parse_entity_tags(*list);
    if (!tags || tags->empty()) {
        Error error{Code::invalid_fields, "If-Match is not a list of entity tags."};
        error.fields.push_back({"If-Match", FieldCode::not_entity_tag});
        return fail(std::move(error));
    }
    std::vector<std::string> revisions;
    for (const auto tag : *tags) revisions.emplace_back(tag.substr(0, tag.find('.')));
    return revisions;
}

http::Response refuse(Error error, const http::Request& request) {
    if (!error.detail.empty())
        log::info("refused", {{"id", request.id}, {"why", error.message}, {"detail", error.detail}});
    const bool ask_later = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::too_many;
    if (ask_later && !error.retry_after) error.retry_after = std::chrono::seconds(1);
    auto response = http::problem(error, request);
    response.headers.set("Cache-Control", "no-store");
    if (error.kind == ErrorKind::unauthenticated) response.headers.set("WWW-Authenticate", "Bearer realm=\"cadre\"");
    return response;
}

std::string attachment(std::string_view given) {
    const std::string filename = without_turns(given);
    if (filename.empty()) return "attachment";
    std::string plain;  // what an old reader gets: printable ASCII
    for (const char c : filename) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0) == 0x80) continue;  // the rest of a character that began before
        plain += byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '%' ? '_' : c;
    }
    return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, http::percent_encode(filename));
}

}  // namespace cadre::api
