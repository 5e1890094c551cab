// A request, or an answer, as it comes from a connection: its header by way of all that reads it, then a chunked body.
#include <boost/asio/ip/address.hpp>
#include <span>
#include <string>
#include <vector>

#include "api/credentials.h"
#include "fuzz.h"
#include "http/conditional.h"
#include "http/cookies.h"
#include "http/forwarded.h"
#include "http/negotiate.h"
#include "http/parser.h"
#include "http/target.h"

namespace cadre::fuzz {
namespace {

/// All of a chunked body, whose bytes come `step` at a time; nothing where it is broken or unfinished.
std::optional<std::string> body_of(http::Parser::Kind kind, std::string_view head, std::string_view bytes,
                                   std::size_t step) {
    http::Parser parser(kind);
    http::Head ignored;
    http::Headers fields;
    if (parser.parse_head(head, ignored, fields)) return std::nullopt;
    std::string body;
    std::vector<std::uint8_t> room(7);
    std::string pending;
    while (true) {
        const auto piece = parser.parse_chunked(pending, room);
        must(piece.consumed <= pending.size() && piece.written <= room.size(), "a piece lies within what was given");
        body.append(reinterpret_cast<const char*>(room.data()), piece.written);
        if (piece.broken) return std::nullopt;
        if (piece.done) return body;
        pending.erase(0, piece.consumed);
        if (piece.consumed > 0) continue;
        if (bytes.empty()) return std::nullopt;
        pending.append(bytes.substr(0, step));
        bytes.remove_prefix(std::min(step, bytes.size()));
    }
}

void read_request(const http::Head& head, http::Request& request, const http::Networks& trusted) {
    request.method_text = head.method;
    request.method = http::parse_method(request.method_text);
    request.target = head.target;
    const bool understood = http::parse_target(request).has_value();
    http::set_origin(request, boost::asio::ip::make_address("10.0.0.1"), "10.0.0.1", trusted);
    if (understood) {
        must(request.path.starts_with('/') || request.path == "*", "a path begins with a slash");
        must((request.path + "/").find("/../") == std::string::npos, "a path does not go up");
        must(request.path.find('\0') == std::string::npos, "a path has no NUL");
    }
    (void)http::cookie(request, "cadre_session");
    (void)api::credentials_of(request, "https://photos.example.org");
    (void)api::require_own_page(request, "");
    (void)api::require_own_page(request, "https://photos.example.org");
    (void)api::arrival_of(request);
    (void)http::preferred_coding(request);
    const http::Validators now{"\"abc\"", 1'700'000'000};
    (void)http::check_preconditions(request, now);
    const auto range = http::decide_range(request, now, 1000);
    if (range.kind == http::RangeKind::part)
        must(range.range.length > 0 && range.range.offset < 1000 && range.range.length <= 1000 - range.range.offset,
             "a range lies within the file");
}

void read_message(http::Parser::Kind kind, std::string_view head_bytes, std::string_view rest) {
    http::Parser parser(kind);
    http::Head head;
    http::Request request;
    if (parser.parse_head(head_bytes, head, request.headers)) return;
    for (std::size_t i = 0; i < request.headers.size(); ++i)
        must(request.headers.at(i).second.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
             "a field's value has no line break");
    must(!(head.chunked && head.content_length), "a body has one length");
    static const auto trusted = http::Networks::parse("10.0.0.0/8, ::1").value();
    if (kind == http::Parser::Kind::request) read_request(head, request, trusted);
    if (!head.chunked) return;
    must(body_of(kind, head_bytes, rest, 1) == body_of(kind, head_bytes, rest, rest.size() + 1),
         "a body does not depend on how its bytes come");
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto bytes = fuzz::text_of(data, size);
    const auto end = http::end_of_head(bytes, 0);
    if (!end) return 0;
    const auto kind = bytes.starts_with("HTTP/") ? http::Parser::Kind::response : http::Parser::Kind::request;
    fuzz::read_message(kind, bytes.substr(0, *end), bytes.substr(*end));
    return 0;
}
