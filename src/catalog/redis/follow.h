// What follows from an entry: rows in months of views, counters with them, and look-ups. They lie in other partitions
// than the entry, so they are told its version, and one that has been told of a newer version refuses.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "catalog/redis/coding.h"
#include "catalog/redis/layout.h"
#include "redis/cluster.h"

namespace cadre::catalog::redis {

/// Where a thing is shown: in which months at which places, and under which keys.
struct Standing {
    std::map<MonthOf, std::set<Place>> rows;
    std::set<LookupDigest> lookups;
    std::set<LookupDigest> lists;  // look-ups of any number of records

    void add(const Declarations& declared, const Ref& ref, const Truth& truth);
};

/// The scripts that show `now` where it belongs at `version`, and nowhere else of where it was (`formers`). `truth` may
/// be one that no view shows.
[[nodiscard]] std::vector<cadre::redis::ScriptCall> follow(const Layout& layout, const Ref& ref, const Truth& truth,
                                                           std::uint64_t version, const Standing& formers,
                                                           std::size_t rows_per_bucket);

/// What they answered.
struct Followed {
    bool changed = false;
    std::uint64_t newer = 0;  // the largest version that refused; 0: none did
};
/// Errors: the first of the replies.
[[nodiscard]] Result<Followed> followed(const std::vector<Result<cadre::redis::Reply>>& replies);

}  // namespace cadre::catalog::redis
