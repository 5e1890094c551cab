// Which node holds which slot, as CLUSTER SLOTS and CLUSTER NODES say it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "redis/cluster.h"

namespace cadre::redis {

inline constexpr std::size_t kSlots = 16384;

/// Immutable once it is shared.
struct SlotMap {
    static constexpr std::uint16_t kNobody = 0xFFFF;

    SlotMap() { owner.fill(kNobody); }

    std::uint64_t version = 0;                // grows with every answer of the cluster; 0: nobody was asked so far
    std::vector<Endpoint> masters;            // with at least one slot
    std::vector<Endpoint> replicas;           // of those
    std::array<std::uint16_t, kSlots> owner;  // index in masters

    /// Null: nobody.
    [[nodiscard]] const Endpoint* master_of(std::uint16_t slot) const {
        return owner[slot] == kNobody ? nullptr : &masters[owner[slot]];
    }
    /// The slot now belongs to this master.
    void assign(std::uint16_t slot, const Endpoint& master);
};

/// The answer of CLUSTER SLOTS (Redis 6.2 to 8). A node that does not know its own name is called `asked`. Nothing if
/// it is malformed or names no slot.
[[nodiscard]] std::optional<SlotMap> parse_slots(const Reply& answer, const Endpoint& asked);

/// The answer of CLUSTER NODES; lines that cannot be read are left out.
[[nodiscard]] std::vector<Node> parse_nodes(std::string_view answer, const Endpoint& asked);

/// "127.0.0.1:7001", "::1:7001", ":7001" (then `asked`'s host).
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text, const Endpoint& asked);

[[nodiscard]] std::string to_string(const Endpoint& endpoint);

}  // namespace cadre::redis
