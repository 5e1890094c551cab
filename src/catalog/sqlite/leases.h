// What volatile.db holds: leases, counts, boards, intentions, and what was seen last. Times are the machine's monotonic
// clock's, but of what was seen.
#pragma once

#include <string>
#include <vector>

#include "base/sqlite.h"
#include "catalog/catalog.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

/// Drops what was written before the machine's last start, whose monotonic clock was another, and what has ended.
void forget_earlier_boot(Connection& db, MonotonicTime now);

/// Errors: conflict if somebody else's has not ended.
[[nodiscard]] Result<void> take_lease(Connection& db, const std::string& name, const std::string& token,
                                      MonotonicTime now, Millis ttl);
/// Errors: conflict if it has ended.
[[nodiscard]] Result<void> prolong_lease(Connection& db, const std::string& name, const std::string& token,
                                         MonotonicTime now, Millis ttl);
void drop_lease(Connection& db, const std::string& name, const std::string& token);

[[nodiscard]] Counted count_one(Connection& db, const std::string& name, MonotonicTime now, Millis window,
                                std::int64_t most);
void count_back(Connection& db, const std::string& name);

/// Of `owner` the `most` seen last stay; what was not seen for kSeenFor goes.
void write_seen(Connection& db, const std::string& owner, const std::string& item, WallTime now, std::size_t most);
[[nodiscard]] std::vector<Seen> read_seen(Connection& db, const std::string& owner, WallTime now);

/// Of `board` the `most` posted last stay; what has ended goes.
void write_posted(Connection& db, const std::string& board, const std::string& item, const std::string& text,
                  MonotonicTime now, Millis ttl, std::size_t most);
[[nodiscard]] std::vector<Posted> read_posted(Connection& db, const std::string& board, MonotonicTime now);

/// Gives pages that are no longer used back to the file system, but for a megabyte: at most `most` of them.
void shrink(Connection& db, std::int64_t most);

void write_intention(Connection& db, const Ref& ref);
void drop_intention(Connection& db, const Ref& ref);
[[nodiscard]] std::vector<Ref> read_intentions(Connection& db);

/// Writes something that means nothing, to see whether it can be written.
void touch(Connection& db, MonotonicTime now);

}  // namespace cadre::catalog::sqlite
