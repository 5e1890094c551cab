#include "http/address.h"

#include "base/number.h"

namespace cadre::http {
namespace {

asio::ip::address_v6::bytes_type widened(const asio::ip::address& address) {
    if (address.is_v6()) return address.to_v6().to_bytes();
    return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

bool same_prefix(const asio::ip::address_v6::bytes_type& a, const asio::ip::address_v6::bytes_type& b, unsigned bits) {
    for (unsigned i = 0; i < 16 && bits > 0; ++i) {
        const unsigned taken = bits < 8 ? bits : 8;
        const auto mask = static_cast<unsigned char>(0xff << (8 - taken));
        if ((a[i] & mask) != (b[i] & mask)) return false;
        bits -= taken;
    }
    return true;
}

}  // namespace

std::string Address::text() const {
    const auto number = std::to_string(port);
    return host.find(':') == std::string::npos ? host + ":" + number : "[" + host + "]:" + number;
}

Result<Address> parse_address(std::string_view text) {
    const auto malformed = [&] {
        return fail(ErrorKind::invalid, "“" + std::string(text) + "” is not an address of the form host:port.");
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return malformed();
    auto host = text.substr(0, colon);
    const auto port = text.substr(colon + 1);
    if (!host.empty() && host.front() == '[') {
        if (host.size() < 2 || host.back() != ']') return malformed();
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return malformed();
    }
    if (host.find_first_of("[]") != std::string_view::npos) return malformed();
    Address address{std::string(host), 0};
    if (address.host.empty()) address.host = "0.0.0.0";
    const auto number = parse_number<std::uint16_t>(port);
    if (!number) return malformed();
    address.port = *number;
    return address;
}

Result<Networks> Networks::parse(std::string_view text) {
    Networks networks;
    constexpr std::string_view kBetween = ", \t";
    while (true) {
        const auto begin = text.find_first_not_of(kBetween);
        if (begin == std::string_view::npos) return networks;
        const auto end = text.find_first_of(kBetween, begin);
        const auto one = text.substr(begin, end - begin);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end);

        const auto malformed = [&] {
            return fail(ErrorKind::invalid,
                        "“" + std::string(one) + "” is not a network of the form 10.0.0.0/8 or fd00::/8.");
        };
        const auto slash = one.find('/');
        boost::system::error_code wrong;
        const auto address = asio::ip::make_address(std::string(one.substr(0, slash)), wrong);
        if (wrong) return malformed();
        const unsigned most = address.is_v4() ? 32 : 128;
        unsigned bits = most;
        if (slash != std::string_view::npos) {
            const auto number = parse_number<unsigned>(one.substr(slash + 1));
            if (!number || *number > most) return malformed();
            bits = *number;
        }
        networks.networks_.push_back({widened(address), bits + (address.is_v4() ? 96 : 0)});
    }
}

bool Networks::contains(const asio::ip::address& address) const {
    const auto bytes = widened(address);
    for (const auto& network : networks_)
        if (same_prefix(bytes, network.prefix, network.bits)) return true;
    return false;
}

}  // namespace cadre::http
