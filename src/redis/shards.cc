#include "redis/shards.h"

#include <algorithm>
#include <tuple>

#include "base/concurrently.h"
#include "base/number.h"
#include "redis/nodes.h"

namespace cadre::redis {
namespace {

constexpr std::size_t kAtOnce = 16;

std::optional<std::uint64_t> number_in(std::string_view info, std::string_view name) {
    const auto text = info_value(info, name);
    return text ? leading_number<std::uint64_t>(*text) : std::nullopt;
}

asio::awaitable<std::string> info_of(Cluster& cluster, Endpoint node) {
    std::vector<std::string> words{"INFO"};
    auto reply = co_await cluster.call_node(std::move(node), std::move(words));
    if (!reply || !std::holds_alternative<std::string>(reply->value)) co_return std::string();
    co_return std::get<std::string>(std::move(reply->value));
}

/// While a node that came back is met again it is in the table twice: as itself, and as somebody at the same address
/// whom nobody knows yet. And of a node that was forgotten there may be no address at all.
void keep_one_of_each(std::vector<ShardNode>& nodes) {
    std::ranges::sort(nodes, {}, [](const ShardNode& node) {
        return std::tuple(node.node.endpoint, node.node.failed, node.node.slots.empty(), node.node.master_id.empty());
    });
    const auto same = std::ranges::unique(nodes, {}, [](const ShardNode& node) { return node.node.endpoint; });
    nodes.erase(same.begin(), same.end());
    std::erase_if(nodes, [](const ShardNode& node) { return node.node.endpoint.port == 0; });
}

}  // namespace

void read_info(ShardNode& node, std::string_view info) {
    node.answers = true;
    node.memory = number_in(info, "used_memory");
    node.max_memory = number_in(info, "maxmemory");
    if (node.max_memory == 0U) node.max_memory.reset();
    node.offset = number_in(info, node.node.master ? "master_repl_offset" : "slave_repl_offset");
    if (node.node.master) return;
    node.in_step = info_value(info, "master_link_status") == "up" && info_value(info, "master_sync_in_progress") == "0";
}

Shards arrange(std::vector<ShardNode> nodes) {
    Shards found;
    keep_one_of_each(nodes);
    std::vector<ShardNode> rest;
    for (auto& node : nodes) {
        if (!node.node.master || node.node.slots.empty()) {
            rest.push_back(std::move(node));
            continue;
        }
        Shard shard;
        shard.slots = node.node.slots;
        std::ranges::sort(shard.slots);
        shard.master = std::move(node);
        found.shards.push_back(std::move(shard));
    }
    std::ranges::sort(found.shards, {}, [](const Shard& shard) { return shard.slots.front(); });
    for (auto& node : rest) {
        const auto shard = std::ranges::find_if(found.shards, [&](const Shard& of) {
            return !node.node.master && of.master.node.id == node.node.master_id;
        });
        if (shard == found.shards.end()) {
            found.others.push_back(std::move(node));
            continue;
        }
        // Asked at about the same time: what was written in between counts as missing.
        if (node.offset && shard->master.offset)
            node.behind = *shard->master.offset - std::min(*shard->master.offset, *node.offset);
        shard->replicas.push_back(std::move(node));
    }
    return found;
}

Task<Shards> ask_shards(Cluster& cluster) {
    CO_TRY(auto known, co_await cluster.nodes());
    std::vector<ShardNode> nodes;
    for (auto& node : known) {
        ShardNode one;
        one.node = std::move(node);
        nodes.push_back(std::move(one));
    }
    std::function<asio::awaitable<void>(std::size_t)> ask = [&](std::size_t i) -> asio::awaitable<void> {
        if (nodes[i].node.failed) co_return;  // known to be away: nobody waits for it
        const auto info = co_await info_of(cluster, nodes[i].node.endpoint);
        if (!info.empty()) read_info(nodes[i], info);
    };
    co_await concurrently(nodes.size(), kAtOnce, std::move(ask));
    co_return arrange(std::move(nodes));
}

}  // namespace cadre::redis
