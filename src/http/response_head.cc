#include "http/response_head.h"

#include <charconv>

namespace cadre::http {
namespace {

void append_number(std::string& out, std::uint64_t value) {
    char digits[20];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    out.append(digits, end);
}

bool is_servers_own(std::string_view name) {
    for (const std::string_view own : {"Date", "Connection", "Content-Length", "Transfer-Encoding"})
        if (name.size() == own.size() && equal_ignoring_case(name, own)) return true;
    return false;
}

}  // namespace

Framing framing_of(const Response& response, bool http_1_0) {
    if (response.status == 204 || response.status == 304 || response.status < 200) return {Framing::Kind::none};
    if (const auto length = length_of(response.body)) return {Framing::Kind::length, *length};
    return {http_1_0 ? Framing::Kind::until_close : Framing::Kind::chunked};
}

void write_head(std::string& out, const Response& response, const Framing& framing, const Surroundings& around) {
    if (response.status == 200) {
        out = "HTTP/1.1 200 OK\r\nDate: ";
    } else {
        out = "HTTP/1.1 ";
        append_number(out, static_cast<std::uint64_t>(response.status));
        out += ' ';
        out += reason_of(response.status);
        out += "\r\nDate: ";
    }
    out += around.date;
    out += "\r\n";
    for (std::size_t i = 0; i < response.headers.size(); ++i)
        if (!is_servers_own(response.headers.at(i).first)) out += response.headers.line(i);
    if (response.shared) response.shared->append_to(out);
    out += around.standing_fields;
    if (!around.request_id.empty()) {
        out += "X-Request-Id: ";
        out += around.request_id;
        out += "\r\n";
    }
    if (framing.kind == Framing::Kind::length) {
        out += "Content-Length: ";
        append_number(out, framing.length);
        out += "\r\n";
    } else if (framing.kind == Framing::Kind::chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    if (!around.keep_alive)
        out += "Connection: close\r\n";
    else if (around.http_1_0)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

}  // namespace cadre::http
