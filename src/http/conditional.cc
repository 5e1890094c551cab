#include "http/conditional.h"

#include <charconv>
#include <ctime>
#include <limits>

#include "base/time.h"
#include "http/problem.h"

namespace cadre::http {
namespace {

struct Tag {
    std::string_view opaque;
    bool weak = false;
};

std::optional<Tag> parse_tag(std::string_view text) {
    Tag tag;
    if (text.starts_with("W/")) {
        tag.weak = true;
        text.remove_prefix(2);
    }
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
    tag.opaque = text.substr(1, text.size() - 2);
    for (const char c : tag.opaque)
        if (c == '"' || static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return std::nullopt;
    return tag;
}

/// split_list would read a backslash in a tag as an escape, which it is not there (RFC 9110 section 8.8.3).
std::vector<std::string_view> split_tags(std::string_view list) {
    std::vector<std::string_view> tags;
    while (!list.empty()) {
        const auto open = list.find('"');
        const auto close = open == std::string_view::npos ? open : list.find('"', open + 1);
        const auto comma = list.find(',', close == std::string_view::npos ? 0 : close);
        const auto member = trim(list.substr(0, comma));
        if (!member.empty()) tags.push_back(member);
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return tags;
}

bool matches(std::string_view list, std::string_view tag, bool weakly) {
    if (trim(list) == "*") return !tag.empty();
    const auto wanted = parse_tag(tag);
    if (!wanted) return false;
    for (const auto member : split_tags(list)) {
        const auto one = parse_tag(member);
        if (one && one->opaque == wanted->opaque && (weakly || (!one->weak && !wanted->weak))) return true;
    }
    return false;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || stop != text.data() + text.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
    if (error != std::errc()) return std::nullopt;
    return value;
}

/// RFC 9110 section 13.1.5: a range is only good for the very same bytes.
bool range_still_holds(const Request& request, const Validators& now) {
    const auto condition = request.headers.get("If-Range");
    if (!condition) return true;
    if (condition->starts_with('"') || condition->starts_with("W/")) return matches_strongly(*condition, now.etag);
    const auto date = parse_http_date(*condition);
    return date && now.last_modified && *date == *now.last_modified;
}

void add_validators(Headers& headers, const Validators& now) {
    if (!now.etag.empty()) headers.set("ETag", now.etag);
    if (now.last_modified) headers.set("Last-Modified", http_date(*now.last_modified));
}

/// The answer where the preconditions end the matter; nothing where the request goes on.
std::optional<Response> refused_or_unchanged(const Request& request, const Validators& now, const Headers& headers,
                                             const SharedHeaders& shared) {
    switch (check_preconditions(request, now)) {
        case Precondition::proceed:
            return std::nullopt;
        case Precondition::failed:
            return problem(Code::changed_meanwhile, "It has changed since it was read. Read it again.", request.id);
        case Precondition::not_modified:
            break;
    }
    Response unchanged = Response::empty(304);
    unchanged.headers = headers;
    if (shared) unchanged.headers.add_all(*shared);
    unchanged.headers.remove("Content-Type");
    add_validators(unchanged.headers, now);
    return unchanged;
}

}  // namespace

std::string entity_tag(std::string_view opaque, bool weak) {
    std::string tag = weak ? "W/\"" : "\"";
    tag += opaque;
    tag += '"';
    return tag;
}

bool matches_weakly(std::string_view list, std::string_view tag) { return matches(list, tag, true); }
bool matches_strongly(std::string_view list, std::string_view tag) { return matches(list, tag, false); }

std::optional<std::vector<std::string_view>> parse_entity_tags(std::string_view list) {
    if (trim(list) == "*") return std::vector<std::string_view>{"*"};
    std::vector<std::string_view> opaque;
    for (const auto member : split_tags(list)) {
        const auto tag = parse_tag(member);
        if (!tag) return std::nullopt;
        opaque.push_back(tag->opaque);
    }
    return opaque;
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
    const std::string date(text);
    for (const char* form : {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
        std::tm parts{};
        const char* end = ::strptime(date.c_str(), form, &parts);
        if (end != nullptr && *end == '\0') return ::timegm(&parts);
    }
    return std::nullopt;
}

Precondition check_preconditions(const Request& request, const Validators& now) {
    const bool reading = request.method == Method::get || request.method == Method::head;
    if (const auto list = request.headers.joined("If-Match")) {
        if (!matches_strongly(*list, now.etag)) return Precondition::failed;
    } else if (const auto text = request.headers.get("If-Unmodified-Since")) {
        const auto date = parse_http_date(*text);
        if (date && now.last_modified && *now.last_modified > *date) return Precondition::failed;
    }
    if (const auto list = request.headers.joined("If-None-Match")) {
        if (matches_weakly(*list, now.etag)) return reading ? Precondition::not_modified : Precondition::failed;
    } else if (const auto text = request.headers.get("If-Modified-Since"); text && reading) {
        const auto date = parse_http_date(*text);
        if (date && now.last_modified && *now.last_modified <= *date) return Precondition::not_modified;
    }
    return Precondition::proceed;
}

RangeDecision decide_range(const Request& request, const Validators& now, std::uint64_t size) {
    const auto field = request.headers.get("Range");
    if (!field || (request.method != Method::get && request.method != Method::head)) return {};
    constexpr std::string_view kUnit = "bytes=";
    if (field->size() < kUnit.size() || !equal_ignoring_case(field->substr(0, kUnit.size()), kUnit)) return {};
    const auto set = trim(field->substr(kUnit.size()));
    const auto dash = set.find('-');
    if (dash == std::string_view::npos || set.find(',') != std::string_view::npos) return {};
    if (!range_still_holds(request, now)) return {};

    const auto first = set.substr(0, dash);
    const auto last = set.substr(dash + 1);
    if (first.empty()) {
        const auto suffix = parse_number(last);
        if (!suffix) return {};
        if (*suffix == 0 || size == 0) return {RangeKind::unsatisfiable};
        const auto length = *suffix < size ? *suffix : size;
        return {RangeKind::part, {size - length, length}};
    }
    const auto begin = parse_number(first);
    if (!begin) return {};
    std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
    if (!last.empty()) {
        const auto given = parse_number(last);
        if (!given || *given < *begin) return {};
        end = *given;
    }
    if (*begin >= size) return {RangeKind::unsatisfiable};
    if (end >= size) end = size - 1;
    return {RangeKind::part, {*begin, end - *begin + 1}};
}

Response answer_file(const Request& request, const Validators& now, FileBody whole, Headers headers,
                     SharedHeaders shared) {
    if (auto response = refused_or_unchanged(request, now, headers, shared)) return std::move(*response);
    const auto decision = decide_range(request, now, whole.length);
    if (decision.kind == RangeKind::unsatisfiable) {
        Response refusal =
            problem(Code::range_not_satisfiable, "The file does not have the bytes asked for.", request.id);
        refusal.headers.set("Content-Range", "bytes */" + std::to_string(whole.length));
        return refusal;
    }
    Response response{200, std::move(headers), std::move(shared)};
    add_validators(response.headers, now);
    response.headers.add("Accept-Ranges", "bytes");
    if (decision.kind == RangeKind::part) {
        const auto [offset, length] = decision.range;
        response.status = 206;
        response.headers.set("Content-Range", "bytes " + std::to_string(offset) + "-" +
                                                  std::to_string(offset + length - 1) + "/" +
                                                  std::to_string(whole.length));
        whole.offset += offset;
        whole.length = length;
    }
    response.body = std::move(whole);
    return response;
}

Response answer_document(const Request& request, const Validators& now, Body body, Headers headers,
                         SharedHeaders shared) {
    if (auto response = refused_or_unchanged(request, now, headers, shared)) return std::move(*response);
    Response response{200, std::move(headers), std::move(shared), std::move(body)};
    add_validators(response.headers, now);
    return response;
}

}  // namespace cadre::http
