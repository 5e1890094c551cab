// Host and port, and networks in CIDR notation.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"

namespace cadre::http {

struct Address {
    std::string host;  // a name or an IP address, without brackets
    std::uint16_t port = 0;

    /// "host:port"; an IPv6 address in brackets.
    [[nodiscard]] std::string text() const;
};

/// "127.0.0.1:8080", "[::1]:8080", "name:8080", ":8080" (every address).
[[nodiscard]] Result<Address> parse_address(std::string_view text);

/// "10.0.0.0/8", "::1", …
class Networks {
public:
    /// Separated by commas or spaces; empty: none.
    [[nodiscard]] static Result<Networks> parse(std::string_view text);
    [[nodiscard]] bool contains(const asio::ip::address& address) const;
    [[nodiscard]] bool empty() const { return networks_.empty(); }

private:
    struct Network {
        asio::ip::address_v6::bytes_type prefix;  // IPv4 mapped into IPv6
        unsigned bits;
    };
    std::vector<Network> networks_;
};

}  // namespace cadre::http
