#include "redis/nodes.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "base/log.h"
#include "base/number.h"
#include "redis/slots.h"

namespace cadre::redis {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

/// "10.0.0.1:7001@17001,host" of CLUSTER NODES.
Endpoint parse_address(std::string_view text) {
    Endpoint endpoint;
    text = text.substr(0, text.find_first_of("@,"));
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return endpoint;
    endpoint.host = text.substr(0, colon);
    endpoint.port = leading_number<std::uint16_t>(text.substr(colon + 1)).value_or(0);
    return endpoint;
}

/// Of the same; 0 where there is none.
std::uint16_t parse_bus_port(std::string_view text) {
    const auto at = text.find('@');
    return at == std::string_view::npos ? std::uint16_t{0}
                                        : leading_number<std::uint16_t>(text.substr(at + 1)).value_or(0);
}

Task<std::string> ask(Cluster& cluster, Endpoint node, std::vector<std::string> words) {
    CO_TRY(auto reply, co_await cluster.call_node(std::move(node), std::move(words)));
    if (!std::holds_alternative<std::string>(reply.value)) co_return std::string();
    co_return std::get<std::string>(std::move(reply.value));
}

/// The link to its master is up: CLUSTER FAILOVER itself then waits until the last byte has come over.
Task<bool> is_in_step(Cluster& cluster, Endpoint replica) {
    std::vector<std::string> words{"INFO", "replication"};
    CO_TRY(const auto info, co_await ask(cluster, std::move(replica), std::move(words)));
    co_return info_value(info, "master_link_status") == "up" && info_value(info, "master_sync_in_progress") == "0";
}

/// CLUSTER MEET takes addresses only, no names.
asio::awaitable<std::optional<std::string>> address_of(Endpoint node) {
    boost::system::error_code error;
    asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
    const std::string port = std::to_string(node.port);
    const auto found =
        co_await resolver.async_resolve(node.host, port, asio::redirect_error(asio::use_awaitable, error));
    if (error || found.empty()) co_return std::nullopt;
    co_return found.begin()->endpoint().address().to_string();
}

/// What it knows of itself.
const KnownNode* self_of(const View& view) {
    const auto found = std::ranges::find(view.known, true, &KnownNode::myself);
    return found == view.known.end() ? nullptr : &*found;
}

bool knows(const View& one, const View& other, const std::string& id) {
    return std::ranges::any_of(one.known, [&](const KnownNode& node) {
        return node.id == id && node.reachable && node.endpoint.host == other.address &&
               node.endpoint.port == other.seed.port;
    });
}

asio::awaitable<std::optional<View>> view_of(Cluster& cluster, Endpoint seed) {
    View view;
    view.seed = seed;
    std::vector<std::string> words{"CLUSTER", "NODES"};
    auto text = co_await ask(cluster, seed, std::move(words));
    auto address = co_await address_of(std::move(seed));
    if (!text || !address) co_return std::nullopt;
    view.address = std::move(*address);
    view.known = parse_nodes(*text);
    co_return view;
}

}  // namespace

std::optional<std::string_view> info_value(std::string_view info, std::string_view name) {
    for (auto line : split(info, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':')
            return line.substr(name.size() + 1);
    }
    return std::nullopt;
}

std::optional<Node> to_be_promoted(const std::vector<Node>& nodes) {
    std::map<std::string, int> masters;
    std::map<std::string, const Node*> by_id;
    for (const auto& node : nodes) {
        by_id[node.id] = &node;
        if (node.master && !node.failed && !node.slots.empty()) ++masters[node.endpoint.host];
    }
    for (const auto& replica : nodes) {
        const auto master = by_id.find(replica.master_id);
        if (replica.master || replica.failed || master == by_id.end() || master->second->failed) continue;
        if (masters[master->second->endpoint.host] - masters[replica.endpoint.host] >= 2) return replica;
    }
    return std::nullopt;
}

Task<std::optional<Endpoint>> give_back_a_master(Cluster& cluster) {
    CO_TRY(const auto nodes, co_await cluster.nodes());
    const auto replica = to_be_promoted(nodes);
    if (!replica) co_return std::nullopt;
    CO_TRY(const bool in_step, co_await is_in_step(cluster, replica->endpoint));
    if (!in_step) co_return std::nullopt;
    std::vector<std::string> words{"CLUSTER", "FAILOVER"};
    CO_CHECK(co_await cluster.call_node(replica->endpoint, std::move(words)));
    co_return replica->endpoint;
}

std::vector<KnownNode> parse_nodes(std::string_view cluster_nodes) {
    constexpr std::size_t kId = 0, kAddress = 1, kFlags = 2, kLink = 7, kRange = 8;
    std::vector<KnownNode> nodes;
    for (auto line : split(cluster_nodes, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto words = split(line, ' ');
        if (words.size() <= kLink) continue;
        KnownNode node;
        node.id = words[kId];
        node.endpoint = parse_address(words[kAddress]);
        node.bus_port = parse_bus_port(words[kAddress]);
        const auto flags = split(words[kFlags], ',');
        const auto flagged = [&](std::string_view flag) { return std::ranges::count(flags, flag) > 0; };
        node.myself = flagged("myself");
        node.reachable = words[kLink] == "connected" && !flagged("fail") && !flagged("handshake") && !flagged("noaddr");
        node.has_slots = words.size() > kRange && !words[kRange].empty();
        nodes.push_back(std::move(node));
    }
    return nodes;
}

std::vector<Meeting> meetings_of(const std::vector<View>& views) {
    const auto knows_a_slot = [](const View& view) { return std::ranges::any_of(view.known, &KnownNode::has_slots); };
    std::vector<Meeting> meetings;
    if (std::ranges::none_of(views, knows_a_slot)) return meetings;
    for (const auto& one : views) {
        const auto* asked = self_of(one);
        if (asked == nullptr) continue;
        for (const auto& other : views) {
            const auto* met = self_of(other);
            if (met == nullptr || met->id == asked->id || knows(one, other, met->id)) continue;
            meetings.push_back({one.seed, {other.address, other.seed.port}, met->bus_port});
        }
    }
    return meetings;
}

Task<std::size_t> introduce(Cluster& cluster, std::vector<Endpoint> seeds) {
    std::vector<View> views;
    for (const auto& seed : seeds) {
        auto view = co_await view_of(cluster, seed);
        if (view) views.push_back(std::move(*view));
    }
    std::size_t arranged = 0;
    for (const auto& meeting : meetings_of(views)) {
        std::vector<std::string> words{"CLUSTER", "MEET", meeting.other.host, std::to_string(meeting.other.port),
                                       std::to_string(meeting.bus_port)};
        const auto met = co_await cluster.call_node(meeting.node, std::move(words));
        if (!met) continue;
        ++arranged;
        log::info("Redis nodes were introduced", {{"node", to_string(meeting.node)}, {"to", to_string(meeting.other)}});
    }
    co_return arranged;
}

}  // namespace cadre::redis
