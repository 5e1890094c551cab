#include "http/forwarded.h"

#include <algorithm>
#include <array>
#include <random>

#include "base/random.h"

namespace cadre::http {
namespace {

constexpr auto kOfHosts = [] {
    std::array<bool, 256> fit{};
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:[]"))
        fit[static_cast<unsigned char>(c)] = true;
    return fit;
}();

bool valid_request_id(std::string_view id) {
    const auto fit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), fit);
}

/// The last entry that no trusted proxy wrote about another trusted proxy; nothing where an entry is no address.
std::optional<asio::ip::address> client_of(const Headers& headers, const Networks& trusted) {
    const auto list = headers.joined("X-Forwarded-For");
    if (!list) return std::nullopt;
    std::optional<asio::ip::address> client;
    const auto members = split_list(*list);
    for (auto member = members.rbegin(); member != members.rend(); ++member) {
        boost::system::error_code wrong;
        const auto address = asio::ip::make_address(std::string(*member), wrong);
        if (wrong) return client;
        client = address;
        if (!trusted.contains(address)) return client;
    }
    return client;
}

/// 16 random hex digits. They only have to differ from all others: what must not be guessed comes from SystemRandom.
void write_request_id(std::string& id) {
    thread_local std::mt19937_64 generator(SystemRandom().next_u64());
    constexpr std::string_view kHex = "0123456789abcdef";
    auto value = generator();
    id.resize(16);
    for (char& c : id) {
        c = kHex[value & 15];
        value >>= 4;
    }
}

}  // namespace

void set_origin(Request& request, const asio::ip::address& peer, const std::string& peer_text,
                const Networks& trusted_proxies) {
    request.remote = peer_text;
    request.scheme = "http";
    if (request.host.empty()) request.host = request.headers.get("Host").value_or("");
    if (!trusted_proxies.empty() && trusted_proxies.contains(peer)) {
        if (const auto client = client_of(request.headers, trusted_proxies)) request.remote = client->to_string();
        const auto scheme = request.headers.get("X-Forwarded-Proto");
        if (scheme && (*scheme == "http" || *scheme == "https")) request.scheme = *scheme;
        const auto host = request.headers.get("X-Forwarded-Host");
        if (host && !host->empty() && valid_host(*host)) request.host = *host;
        const auto id = request.headers.get("X-Request-Id");
        if (id && valid_request_id(*id)) request.id = *id;
    }
    if (request.id.empty()) write_request_id(request.id);
}

bool valid_host(std::string_view host) {
    return std::all_of(host.begin(), host.end(), [](char c) { return kOfHosts[static_cast<unsigned char>(c)]; });
}

}  // namespace cadre::http
