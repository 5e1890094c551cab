#include "http/url.h"

#include <boost/asio/ip/address_v6.hpp>

#include "base/number.h"
#include "http/address.h"
#include "http/headers.h"

namespace cadre::http {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

std::uint16_t default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

}  // namespace

std::string percent_encode(std::string_view text, bool keep_slash) {
    std::string out;
    for (const char c : text) {
        if (unreserved(c) || (keep_slash && c == '/')) {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(kHex[byte >> 4]);
            out.push_back(kHex[byte & 15]);
        }
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (text.size() - i < 3) return std::nullopt;
            const int high = digit(text[i + 1]);
            const int low = digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
        }
    }
    return out;
}

std::string Url::authority() const {
    if (port != default_port(scheme)) return Address{host, port}.text();
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

std::string Url::text() const { return scheme + "://" + authority() + target; }

Result<Url> parse_url(std::string_view text) {
    const auto malformed = [&](std::string_view why) {
        return fail(ErrorKind::invalid, "The address “" + std::string(text) + "” " + std::string(why) + ".");
    };
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f)
            return malformed("contains spaces or control characters");
    Url url;
    const auto colon = text.find("://");
    if (colon == std::string_view::npos) return malformed("does not begin with http:// or https://");
    const auto scheme = text.substr(0, colon);
    if (equal_ignoring_case(scheme, "http"))
        url.scheme = "http";
    else if (equal_ignoring_case(scheme, "https"))
        url.scheme = "https";
    else
        return malformed("does not begin with http:// or https://");

    auto rest = text.substr(colon + 3);
    rest = rest.substr(0, rest.find('#'));
    const auto end = rest.find_first_of("/?");
    auto authority = rest.substr(0, end);
    if (end != std::string_view::npos) {
        url.target = rest.substr(end);
        if (url.target.front() == '?') url.target.insert(0, 1, '/');
    }
    if (authority.find('@') != std::string_view::npos) return malformed("contains a user name");

    url.port = default_port(url.scheme);
    std::string_view port;
    if (!authority.empty() && authority.front() == '[') {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return malformed("has no valid host");
        url.host = authority.substr(1, close - 1);
        boost::system::error_code wrong;
        (void)asio::ip::make_address_v6(url.host, wrong);
        if (wrong) return malformed("has no valid host");
        port = authority.substr(close + 1);
    } else {
        const auto at = authority.find(':');
        url.host = authority.substr(0, at);
        if (at != std::string_view::npos) port = authority.substr(at);
    }
    if (url.host.empty()) return malformed("has no valid host");
    if (port.empty()) return url;
    if (port.front() != ':') return malformed("has no valid host");
    const auto number = parse_number<std::uint16_t>(port.substr(1));
    if (!number || *number == 0) return malformed("has no valid port");
    url.port = *number;
    return url;
}

}  // namespace cadre::http
