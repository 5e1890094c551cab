#include "http/target.h"

#include "http/url.h"

namespace cadre::http {
namespace {

/// To the end in any case, so that the compiler looks at many characters at once.
bool has_control(std::string_view text) {
    unsigned char found = 0;
    for (const char c : text) found |= static_cast<unsigned char>(static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
    return found != 0;
}

bool has_dot_segment(std::string_view path) {
    for (auto slash = path.find("/."); slash != std::string_view::npos; slash = path.find("/.", slash + 1)) {
        const auto segment = path.substr(slash + 1, path.find('/', slash + 1) - slash - 1);
        if (segment == "." || segment == "..") return true;
    }
    return false;
}

bool has_encoded_slash(std::string_view path) {
    for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
        const auto code = path.substr(at + 1, 2);
        if (equal_ignoring_case(code, "2f") || equal_ignoring_case(code, "5c")) return true;
    }
    return false;
}

Result<void> parse_query(QueryParams& query, std::string_view text) {
    while (!text.empty()) {
        const auto end = text.find('&');
        const auto pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
        if (!name || !value)
            return fail(Code::malformed_address, "The address has a % without two hex digits behind it.");
        query.add(std::move(*name), std::move(*value));
    }
    return {};
}

}  // namespace

Result<void> parse_target(Request& request) {
    std::string_view target = request.target;
    if (target == "*" && request.method == Method::options) {
        request.path = "*";
        return {};
    }
    Url absolute;
    if (!target.empty() && target.front() != '/') {
        auto parsed = parse_url(target);
        if (!parsed) return fail(Code::malformed_address, "The address of the request is malformed.");
        absolute = std::move(*parsed);
        request.host = absolute.authority();
        target = absolute.target;
    }
    if (target.empty()) return fail(Code::malformed_address, "The address of the request is malformed.");
    if (target.find('#') != std::string_view::npos)
        return fail(Code::malformed_address, "The address of the request has a fragment.");

    const auto question = target.find('?');
    const auto path = target.substr(0, question);
    if (path.find('%') == std::string_view::npos) {
        request.path = path;
    } else {
        if (has_encoded_slash(path)) return fail(Code::malformed_address, "The address has an encoded slash.");
        auto decoded = percent_decode(path);
        if (!decoded) return fail(Code::malformed_address, "The address has a % without two hex digits behind it.");
        request.path = std::move(*decoded);
    }
    if (has_control(request.path)) return fail(Code::malformed_address, "The address has control characters.");
    if (has_dot_segment(request.path)) return fail(Code::malformed_address, "The address has . or .. as a segment.");
    if (question == std::string_view::npos) return {};
    return parse_query(request.query, target.substr(question + 1));
}

}  // namespace cadre::http
