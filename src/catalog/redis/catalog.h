// The catalog in Redis Cluster, for any number of processes. docs/reference/catalog-redis.md describes the keys, and
// docs/decisions/0007-catalog-on-redis.md why they are so.
//
// An entry is joined by one script in its partition; then, in a second wait, what follows from it (rows, counters,
// look-ups) is told to the partitions where that lies, with the entry's version, all at once. Whoever has heard of a
// newer version refuses. So apply() takes two waits, a read one, and a writer that dies between the two leaves what
// the next apply, replace or audit() of the thing sets right.
//
// Redis replicates asynchronously: after a failover the last second of a partition may be lost, what was answered
// included. Repair (of entries, from blobs) and audit() (of what follows from them) make it good.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "redis/cluster.h"

namespace cadre::catalog::redis {

/// How long an answer about users, tokens, settings and sessions may be older than another process's write.
inline constexpr Millis kFreshFor{200};

struct Options {
    std::string prefix = "cadre:";                       // of every key; without braces
    std::size_t rows_per_bucket = 64;                    // a month's rows lie in pieces of at most so many
    const Declarations& declared = catalog::declared();  // outlives the catalog
};

/// Asks nothing of the cluster: a catalog that cannot be reached answers unavailable. A store that is new, or lost all,
/// is not complete. `cluster`, `clock` and `random` must outlive the catalog and the io_contexts whose coroutines call
/// it.
[[nodiscard]] std::unique_ptr<Catalog> open(cadre::redis::Cluster& cluster, Options options, const Clock& clock,
                                            Random& random);

}  // namespace cadre::catalog::redis
