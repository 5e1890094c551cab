// The queue in Redis Cluster, for any number of processes: a stream for each kind (scripts.h says how it lies there).
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "jobs/queue.h"
#include "redis/cluster.h"

namespace cadre::jobs::streams {

struct Options {
    std::string prefix;              // of all keys; no braces
    std::string consumer = "cadre";  // who takes, as the tickets show it: the machine's name, say, since names stay
    std::size_t limit = 1'000'000;   // jobs of one kind waiting and running; one more is refused
    std::size_t dead_limit = 1000;   // of one kind; the oldest make room for new ones
};

/// Asks nothing of Redis before the first call. A take that waits is woken at once by what this process pushes, and by
/// what others push through one blocking read for each kind, on the queue's own thread; while Redis does not answer, it
/// looks again every quarter of a second. (A blocking XREADGROUP in each take would know neither the order of kinds,
/// which lie in different slots, nor leases that end.) `cluster`, `clock` and `random` outlive the queue. Besides those
/// of jobs/queue.h, errors of all calls: unavailable.
[[nodiscard]] std::unique_ptr<Queue> open(redis::Cluster& cluster, Options options, const Clock& clock, Random& random);

}  // namespace cadre::jobs::streams
