#include "gallery/attempts.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

#include "base/encoding.h"
#include "base/hash.h"

namespace cadre::gallery {
namespace {

constexpr Millis kMinute{60'000}, kHour{3'600'000};

// Strangers. What a name is tried from a site for the first time is counted apart: who guesses from few sites cannot
// use up the tries of a person who comes from another one.
constexpr std::int64_t kOfNetwork = 20;     // a minute
constexpr std::int64_t kOfSite = 60;        // a minute
constexpr std::int64_t kOfNameAtSite = 20;  // an hour
constexpr std::int64_t kOfName = 100;       // an hour, from sites that have tried it before
constexpr std::int64_t kFirstOfName = 300;  // an hour, of sites that have not
// Who is known.
constexpr std::int64_t kOfDevice = 30;   // an hour
constexpr std::int64_t kOfOneself = 20;  // an hour, at one's own password while logged in
constexpr std::int64_t kNames = 30;      // an hour, names that nobody has, of somebody who looks for a person

constexpr std::chrono::days kNetworkFor{90};
constexpr std::size_t kNetworks = 64;  // remembered of a person
/// Names and networks of strangers share so many counters of each kind, so that nobody can make more of them. Which
/// share one is not to be foretold from outside.
constexpr std::uint64_t kCounters = 1 << 16;

using Key = std::array<std::uint8_t, 32>;

Key key_of(const std::string& word) {
    Key key{};
    const auto digest = sha256(word);
    std::copy(digest.begin(), digest.end(), key.begin());
    return key;
}

std::string counter_of(const Key& key, const char* kind, const std::string& what) {
    std::array<std::uint8_t, crypto_shorthash_BYTES> out{};
    const std::string text = fmt::format("{}/{}", kind, what);
    crypto_shorthash(out.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data());
    const std::uint64_t number = (std::uint64_t{out[0]} << 8 | out[1]) % kCounters;
    return fmt::format("log-in/{}/{:04x}", kind, number);
}

// A device's cookie: when it ends (milliseconds, 8 bytes), a nonce of 16, and a MAC of both and of the user's id.
constexpr std::size_t kNonce = 16;
constexpr std::size_t kSigned = 8 + kNonce;
using Mac = std::array<std::uint8_t, crypto_auth_BYTES>;

Mac mac_of(const Key& key, std::span<const std::uint8_t> head, const Id& user) {
    std::vector<std::uint8_t> text(head.begin(), head.end());
    text.insert(text.end(), user.bytes.begin(), user.bytes.end());
    Mac mac{};
    crypto_auth(mac.data(), text.data(), text.size(), key.data());
    return mac;
}

std::string make_device(const Key& key, const Id& user, WallTime until, Random& random) {
    std::vector<std::uint8_t> bytes(kSigned);
    const auto end = static_cast<std::uint64_t>(until.time_since_epoch().count());
    for (std::size_t i = 0; i < 8; ++i) bytes[7 - i] = static_cast<std::uint8_t>(end >> (8 * i));
    random.fill(std::span(bytes).subspan(8));
    const auto mac = mac_of(key, bytes, user);
    bytes.insert(bytes.end(), mac.begin(), mac.end());
    return base64url(bytes);
}

/// The nonce of a cookie that was made here for this user and has not ended.
std::optional<std::string> read_device(const Key& key, const std::string& cookie, const Id& user, WallTime now) {
    if (cookie.empty() || cookie.size() > 2 * (kSigned + crypto_auth_BYTES)) return std::nullopt;
    const auto bytes = from_base64(cookie);
    if (!bytes || bytes->size() != kSigned + crypto_auth_BYTES) return std::nullopt;
    const auto head = std::span(*bytes).first(kSigned);
    const auto mac = mac_of(key, head, user);
    if (sodium_memcmp(mac.data(), bytes->data() + kSigned, mac.size()) != 0) return std::nullopt;
    std::uint64_t end = 0;
    for (const auto byte : head.first(8)) end = end << 8 | byte;
    if (end <= static_cast<std::uint64_t>(now.time_since_epoch().count())) return std::nullopt;
    return hex(head.subspan(8));
}

std::string prefix_of(const std::string& text, unsigned bits4, unsigned bits6) {
    boost::system::error_code wrong;
    auto address = asio::ip::make_address(text, wrong);
    if (wrong) return text;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return hex(std::span(bytes).first(bits4 / 8));
    }
    const auto bytes = address.to_v6().to_bytes();
    return hex(std::span(bytes).first(bits6 / 8));
}

Error too_many(Millis left, std::string_view what, std::string_view hint) {
    const auto seconds = std::max<std::int64_t>(1, (left.count() + 999) / 1000);
    const auto minutes = (seconds + 59) / 60;
    const auto wait = minutes == 1 ? std::string("a minute") : fmt::format("{} minutes", minutes);
    Error error{Code::too_many_attempts, fmt::format("Too many {}. Wait {}, then try again{}.", what, wait, hint)};
    error.retry_after = std::chrono::seconds(seconds);
    return error;
}

Error too_many(Millis left) {
    return too_many(left, "attempts to log in", "; or log in from where you have logged in before");
}

Error too_many_names(Millis left) { return too_many(left, "names that nobody has", ""); }

std::string networks_of(const Id& user) { return "networks/" + user.text(); }

}  // namespace

std::string network_of(const std::string& address) { return prefix_of(address, 32, 64); }
std::string site_of(const std::string& address) { return prefix_of(address, 24, 48); }

/// The library's secret for what only has to differ from what others guess; the same for all replicas.
Task<std::string> Attempts::key() {
    const auto& stores = gallery_.stores();
    std::string name = "log-in-key";
    auto word = stores.random.token(sizeof(Key));
    co_return co_await stores.catalog.keep(std::move(name), std::move(word));
}

Task<catalog::Counted> Attempts::counted(Limit limit, Permit& permit) {
    CO_TRY(const auto counted, co_await gallery_.stores().catalog.count(limit.counter, limit.window, limit.most));
    if (counted.within) permit.counters.push_back(std::move(limit.counter));
    co_return counted;
}

/// Whether it comes from a browser or a network from where this person has logged in, and has tries left there.
Task<bool> Attempts::known(Id user, const Arrival& from, const std::string& word, Permit& permit) {
    const auto& stores = gallery_.stores();
    const auto key = key_of(word);
    const auto now = stores.clock.now();
    if (const auto nonce = read_device(key, from.device, user, now)) {
        Limit limit{"log-in/device/" + *nonce, kHour, kOfDevice};
        CO_TRY(const auto here, co_await counted(std::move(limit), permit));
        permit.asker.name = *nonce;
        if (here.within) co_return true;
    }
    permit.asker.name = network_of(from.address);
    const auto network = network_of(from.address);
    CO_TRY(const auto networks, co_await stores.catalog.seen(networks_of(user)));
    const bool was_here = std::ranges::any_of(
        networks, [&](const auto& seen) { return seen.item == network && now - seen.at < kNetworkFor; });
    if (!was_here) co_return false;
    Limit limit{fmt::format("log-in/known/{}/{}", user.text(), network), kHour, kOfDevice};
    CO_TRY(const auto here, co_await counted(std::move(limit), permit));
    co_return here.within;
}

Task<Attempts::Permit> Attempts::begin(std::string folded_name, std::optional<Id> user, Arrival from) {
    CO_TRY(const auto word, co_await key());
    const auto key = key_of(word);
    Permit permit;
    // The same is asked for a name that nobody has, so that it takes as long.
    const Id whose = user.value_or(Id());
    CO_TRY(const bool is_known, co_await known(whose, from, word, permit));
    if (is_known && user) co_return permit;

    const auto network = network_of(from.address), site = site_of(from.address);
    Limit of_network{counter_of(key, "network", network), kMinute, kOfNetwork};
    CO_TRY(const auto by_network, co_await counted(std::move(of_network), permit));
    if (!by_network.within) co_return fail(too_many(by_network.left));
    Limit of_site{counter_of(key, "site", site), kMinute, kOfSite};
    CO_TRY(const auto by_site, co_await counted(std::move(of_site), permit));
    if (!by_site.within) co_return fail(too_many(by_site.left));
    Limit of_pair{counter_of(key, "pair", site + "/" + folded_name), kHour, kOfNameAtSite};
    CO_TRY(const auto by_pair, co_await counted(std::move(of_pair), permit));
    if (!by_pair.within) co_return fail(too_many(by_pair.left));
    const bool first = by_pair.count == 1;
    Limit of_name{counter_of(key, first ? "first" : "name", folded_name), kHour, first ? kFirstOfName : kOfName};
    CO_TRY(const auto by_name, co_await counted(std::move(of_name), permit));
    if (!by_name.within) co_return fail(too_many(by_name.left));
    permit.asker.lane = first && by_network.count == 1 ? Turns::Lane::fresh : Turns::Lane::failed;
    co_return permit;
}

Task<void> Attempts::take_back(Permit permit) {
    for (auto& counter : permit.counters) CO_CHECK(co_await gallery_.stores().catalog.uncount(std::move(counter)));
    co_return Result<void>();
}

Task<std::string> Attempts::succeeded(Permit permit, Id user, Arrival from) {
    const auto& stores = gallery_.stores();
    CO_CHECK(co_await take_back(std::move(permit)));
    CO_CHECK(co_await stores.catalog.see(networks_of(user), network_of(from.address), kNetworks));
    CO_TRY(const auto word, co_await key());
    co_return make_device(key_of(word), user, stores.clock.now() + kDeviceFor, stores.random);
}

Task<Attempts::Permit> Attempts::begin_own(Id user) {
    Permit permit;
    permit.asker = {Turns::Lane::known, user.text()};
    Limit limit{"log-in/own/" + user.text(), kHour, kOfOneself};
    CO_TRY(const auto tried, co_await counted(std::move(limit), permit));
    if (!tried.within) co_return fail(too_many(tried.left));
    co_return permit;
}

Task<Attempts::Permit> Attempts::begin_naming(Id user) {
    Permit permit;
    Limit limit{"naming/" + user.text(), kHour, kNames};
    CO_TRY(const auto tried, co_await counted(std::move(limit), permit));
    if (!tried.within) co_return fail(too_many_names(tried.left));
    co_return permit;
}

}  // namespace cadre::gallery
