// What volatile.db holds: leases, counts and intentions. Times are the machine's monotonic clock's.
#pragma once

#include <string>
#include <vector>

#include "base/sqlite.h"
#include "catalog/catalog.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

/// Drops what was written before the machine's last start, whose monotonic clock was another.
void forget_earlier_boot(Connection& db, MonotonicTime now);

/// Errors: conflict if somebody else's has not ended.
[[nodiscard]] Result<void> take_lease(Connection& db, const std::string& name, const std::string& token,
                                      MonotonicTime now, Millis ttl);
/// Errors: conflict if it has ended.
[[nodiscard]] Result<void> prolong_lease(Connection& db, const std::string& name, const std::string& token,
                                         MonotonicTime now, Millis ttl);
void drop_lease(Connection& db, const std::string& name, const std::string& token);

[[nodiscard]] std::int64_t count_one(Connection& db, const std::string& name, MonotonicTime now, Millis window);

void write_intention(Connection& db, const Ref& ref);
void drop_intention(Connection& db, const Ref& ref);
[[nodiscard]] std::vector<Ref> read_intentions(Connection& db);

/// Writes something that means nothing, to see whether it can be written.
void touch(Connection& db, MonotonicTime now);

}  // namespace cadre::catalog::sqlite
