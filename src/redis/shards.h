// The shards of a cluster as people look at them: who holds which slots, how much, and who follows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/task.h"
#include "redis/cluster.h"

namespace cadre::redis {

/// A node, and what it says of itself, if it answers.
struct ShardNode {
    Node node;
    bool answers = false;
    std::optional<std::uint64_t> memory{};      // bytes of data and overhead
    std::optional<std::uint64_t> max_memory{};  // nothing: no limit
    std::optional<bool> in_step{};              // a replica whose link to its master is up and which has its data
    std::optional<std::uint64_t> offset{};      // how far it has come in its master's stream, or its own is, in bytes
    std::optional<std::uint64_t> behind{};      // bytes of the master's stream that a replica lacked when it was asked
};

struct Shard {
    std::vector<std::pair<int, int>> slots;  // first, last
    ShardNode master;
    std::vector<ShardNode> replicas;
};

struct Shards {
    std::vector<Shard> shards;      // by their first slot
    std::vector<ShardNode> others;  // have no slots and follow nobody who has some: came back, or were replaced
};

/// Asks one node for all nodes (CLUSTER NODES), and each that is believed to be there for INFO, all at once.
/// Errors: unavailable, when nobody answers.
[[nodiscard]] Task<Shards> ask_shards(Cluster& cluster);

/// Which of the nodes form shards; each address is there once. Pure.
[[nodiscard]] Shards arrange(std::vector<ShardNode> nodes);
/// Fills in what INFO says.
void read_info(ShardNode& node, std::string_view info);

}  // namespace cadre::redis
