// What a Redis Cluster needs somebody outside for: it never gives a master back to the machine that had it before a
// failover, and nodes whose addresses all changed at once do not find each other again.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "redis/cluster.h"

namespace cadre::redis {

/// The replica whose promotion makes masters more evenly spread over hosts, or nothing if none would. Pure.
[[nodiscard]] std::optional<Node> to_be_promoted(const std::vector<Node>& nodes);

/// Promotes one such replica if it is in step with its master (CLUSTER FAILOVER, which loses nothing), and returns its
/// endpoint; nothing if all is well or it is not in step yet. Ask again until nothing is left to do.
/// Errors: unavailable.
Task<std::optional<Endpoint>> give_back_a_master(Cluster& cluster);

/// One line of CLUSTER NODES.
struct KnownNode {
    std::string id;
    Endpoint endpoint;           // host is an address; empty where the node that was asked does not know its own
    std::uint16_t bus_port = 0;  // where other nodes reach it
    bool myself = false;
    bool reachable = false;  // neither failed, nor in handshake, nor without address, and the link is up
    bool has_slots = false;
};
[[nodiscard]] std::vector<KnownNode> parse_nodes(std::string_view cluster_nodes);

/// The value of a line "name:value" of INFO.
[[nodiscard]] std::optional<std::string_view> info_value(std::string_view info, std::string_view name);

/// A seed that answered, and what it knows.
struct View {
    Endpoint seed;
    std::string address;  // of the seed
    std::vector<KnownNode> known;
};

/// CLUSTER MEET, said to `node`.
struct Meeting {
    Endpoint node;
    Endpoint other;  // host is an address
    std::uint16_t bus_port = 0;

    bool operator==(const Meeting&) const = default;
};

/// Who must meet whom. Nobody, while nobody knows of a slot: such nodes were never a cluster, or lost all, and those
/// that form one want them without acquaintances. Pure.
[[nodiscard]] std::vector<Meeting> meetings_of(const std::vector<View>& views);

/// Makes those of `seeds` meet that do not know each other, or know each other by an address that is no longer right
/// (CLUSTER MEET). Returns how many meetings it arranged; nodes that do not answer are left out.
Task<std::size_t> introduce(Cluster& cluster, std::vector<Endpoint> seeds);

}  // namespace cadre::redis
