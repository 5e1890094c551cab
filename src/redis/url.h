// What redis://host:port[,host:port…][?prefix=…] means; rediss:// is the same over TLS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "redis/cluster.h"

namespace cadre::redis {

struct ParsedUrl {
    std::vector<Endpoint> seeds;  // at least one
    std::string prefix;           // of all keys; "cadre" unless said otherwise
    bool tls = false;
};

/// Errors: invalid, with a sentence that says what is wrong. A host may be a name, an IPv4 address or [an IPv6 one];
/// a prefix is 1 to 32 letters, digits, "-" or "_".
[[nodiscard]] Result<ParsedUrl> parse_url(std::string_view url);

}  // namespace cadre::redis
