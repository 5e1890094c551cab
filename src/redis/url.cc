#include "redis/url.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/number.h"

namespace cadre::redis {
namespace {

constexpr std::string_view kPlain = "redis://";
constexpr std::string_view kTls = "rediss://";
constexpr std::string_view kDefaultPrefix = "cadre";
constexpr std::string_view kPrefixQuery = "prefix=";
constexpr std::size_t kLongestPrefix = 32;

Result<Endpoint> parse_endpoint(std::string_view text) {
    const auto wrong = [&] {
        return fail(ErrorKind::invalid, fmt::format("“{}” is no host:port of a Redis node.", text));
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return wrong();
    auto host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto digits = text.substr(colon + 1);
    const auto port = parse_number<std::uint16_t>(digits);
    if (!port || *port == 0 || host.empty()) return wrong();
    return Endpoint{std::string(host), *port};
}

bool is_prefix(std::string_view text) {
    return !text.empty() && text.size() <= kLongestPrefix && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

}  // namespace

Result<ParsedUrl> parse_url(std::string_view url) {
    ParsedUrl parsed;
    parsed.tls = url.starts_with(kTls);
    if (!parsed.tls && !url.starts_with(kPlain))
        return fail(ErrorKind::invalid, fmt::format("“{}” does not begin with redis:// or rediss://.", url));
    auto rest = url.substr(parsed.tls ? kTls.size() : kPlain.size());
    parsed.prefix = kDefaultPrefix;
    if (const auto query = rest.find('?'); query != std::string_view::npos) {
        const auto option = rest.substr(query + 1);
        rest = rest.substr(0, query);
        if (!option.starts_with(kPrefixQuery) || !is_prefix(option.substr(kPrefixQuery.size())))
            return fail(ErrorKind::invalid,
                        fmt::format("“?{}” is not understood; ?prefix=NAME is, of at most {} letters, digits, - and _.",
                                    option, kLongestPrefix));
        parsed.prefix = option.substr(kPrefixQuery.size());
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    for (;;) {
        const auto comma = rest.find(',');
        TRY(auto seed, parse_endpoint(rest.substr(0, comma)));
        parsed.seeds.push_back(std::move(seed));
        if (comma == std::string_view::npos) return parsed;
        rest.remove_prefix(comma + 1);
    }
}

}  // namespace cadre::redis
