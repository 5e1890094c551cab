// What this process believes of the cluster: the map of slots, and its refresh.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/wakeups.h"
#include "redis/lines.h"
#include "redis/slots.h"

namespace cadre::redis {

/// Thread-safe.
class Topology {
public:
    explicit Topology(std::vector<Endpoint> seeds);

    /// Never null; version 0 until the first refresh.
    [[nodiscard]] std::shared_ptr<const SlotMap> map() const;

    /// A node said so.
    void moved(std::uint16_t slot, const Endpoint& master);

    /// A map newer than `seen`: asks the cluster, or waits for somebody who does so already. A node that hangs delays
    /// it little, since the next one is asked soon after it. Errors: unavailable.
    [[nodiscard]] Task<void> refresh(std::shared_ptr<Lines> lines, std::uint64_t seen, Deadline until);

    /// Who may be asked, in random order: every node of the map, and the seeds.
    [[nodiscard]] std::vector<Endpoint> candidates() const;

private:
    struct Turn;
    [[nodiscard]] Task<SlotMap> ask(std::shared_ptr<Lines> lines, Deadline until);

    const std::vector<Endpoint> seeds_;
    mutable std::mutex mutex_;
    std::shared_ptr<const SlotMap> map_;
    bool asking_ = false;
    std::uint64_t asked_ = 0;  // refreshes that ended
    Result<void> outcome_;     // of the last one
    Wakeups wakeups_;
};

/// Sends the words to one candidate after the other, the next when one is slow, until `accept` is true of an answer;
/// answers the candidate's place. Errors: unavailable.
[[nodiscard]] Task<std::size_t> ask_any(std::shared_ptr<Lines> lines, std::vector<Endpoint> candidates,
                                        std::vector<std::string> words, Deadline until,
                                        std::function<bool(std::size_t, const Reply&)> accept);

}  // namespace cadre::redis
