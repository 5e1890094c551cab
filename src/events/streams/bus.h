// The bus in Redis Cluster, for any number of processes: capped streams, whose ids are the events' ids, so that whoever
// watched one process goes on at another.
//
// The channels share a fixed number of streams, PREFIX{events:0} … : channels come and go, and each stream that
// somebody here watches costs one blocking read, on the bus' own thread, however many watch. What a stream keeps it
// keeps of all its channels together; a busy channel makes the quiet ones beside it resync earlier.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "events/bus.h"
#include "redis/cluster.h"

namespace cadre::events::streams {

struct Options {
    std::string prefix;         // of all keys; no braces
    std::size_t streams = 16;   // the same in every process
    std::size_t events = 2048;  // kept of each stream at least (Redis drops whole nodes of a hundred or so: "MAXLEN ~")
    std::size_t nearby = 256;   // of these, kept in the process for each stream that is watched
};

/// Asks nothing of Redis before the first call. While Redis does not answer, watchers wait; afterwards they go on where
/// they were, or resync if that is no longer there (a failover can lose the last events). A subscription may outlive
/// the bus: it hears nothing any more. `cluster` outlives both. Errors of all calls: unavailable.
[[nodiscard]] std::unique_ptr<Bus> open(redis::Cluster& cluster, Options options);

}  // namespace cadre::events::streams
