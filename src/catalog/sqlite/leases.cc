#include "catalog/sqlite/leases.h"

#include <fmt/format.h>

#include <algorithm>

namespace cadre::catalog::sqlite {
namespace {

constexpr std::int64_t kSparePages = 256;     // of 4 KiB
constexpr std::int64_t kShrinkAtOnce = 1024;  // pages of which one write waits

std::int64_t millis(MonotonicTime time) { return time.time_since_epoch().count(); }

}  // namespace

void forget_earlier_boot(Connection& db, MonotonicTime now) {
    Query(db, "DELETE FROM leases WHERE began > ?1 OR until <= ?1", millis(now)).run();
    Query(db, "DELETE FROM counts WHERE began > ?1 OR until <= ?1", millis(now)).run();
    Query(db, "DELETE FROM boards WHERE began > ?1 OR until <= ?1", millis(now)).run();
}

Result<void> take_lease(Connection& db, const std::string& name, const std::string& token, MonotonicTime now,
                        Millis ttl) {
    Query(
        db,
        "INSERT INTO leases VALUES(?1, ?2, ?3, ?4) ON CONFLICT(name) DO UPDATE SET token = ?2, began = ?3, until = ?4 "
        "WHERE until <= ?3",
        name, token, millis(now), millis(now + ttl))
        .run();
    if (db.changes() == 0)
        return fail(ErrorKind::conflict, "Somebody else is changing this right now. Try again in a moment.", name);
    return {};
}

Result<void> prolong_lease(Connection& db, const std::string& name, const std::string& token, MonotonicTime now,
                           Millis ttl) {
    Query(db, "UPDATE leases SET until = ?4 WHERE name = ?1 AND token = ?2 AND until > ?3", name, token, millis(now),
          millis(now + ttl))
        .run();
    if (db.changes() == 0) return fail(ErrorKind::conflict, "This lease has ended.", name);
    return {};
}

void drop_lease(Connection& db, const std::string& name, const std::string& token) {
    Query(db, "DELETE FROM leases WHERE name = ? AND token = ?", name, token).run();
}

Counted count_one(Connection& db, const std::string& name, MonotonicTime now, Millis window, std::int64_t most) {
    Query(db, "DELETE FROM counts WHERE until <= ?", millis(now)).run();
    if (db.changes() > 0) shrink(db, kShrinkAtOnce);
    Counted counted{true, 1, window};
    {
        Query known(db, "SELECT count, until FROM counts WHERE name = ?", name);
        if (known.step())
            counted = {known.integer(0) < most, known.integer(0), Millis(known.integer(1) - millis(now))};
        else if (most < 1)
            return {false, 0, window};
        else
            counted.count = 0;
    }
    if (!counted.within) return counted;
    ++counted.count;
    Query(db, "INSERT INTO counts VALUES(?1, 1, ?2, ?3) ON CONFLICT(name) DO UPDATE SET count = count + 1", name,
          millis(now), millis(now + window))
        .run();
    return counted;
}

void count_back(Connection& db, const std::string& name) {
    Query(db, "UPDATE counts SET count = count - 1 WHERE name = ? AND count > 0", name).run();
}

void write_seen(Connection& db, const std::string& owner, const std::string& item, WallTime now, std::size_t most) {
    const auto at = now.time_since_epoch().count();
    Query(db, "DELETE FROM seen WHERE at <= ?", at - Millis(kSeenFor).count()).run();
    Query(db, "INSERT OR REPLACE INTO seen VALUES(?, ?, ?)", owner, item, at).run();
    Query(db,
          "DELETE FROM seen WHERE owner = ?1 AND item NOT IN "
          "(SELECT item FROM seen WHERE owner = ?1 ORDER BY at DESC, item LIMIT ?2)",
          owner, static_cast<std::int64_t>(most))
        .run();
}

std::vector<Seen> read_seen(Connection& db, const std::string& owner, WallTime now) {
    Query query(db, "SELECT item, at FROM seen WHERE owner = ? AND at > ? ORDER BY at DESC, item", owner,
                now.time_since_epoch().count() - Millis(kSeenFor).count());
    std::vector<Seen> all;
    while (query.step()) all.push_back({query.string(0), WallTime(Millis(query.integer(1)))});
    return all;
}

void write_posted(Connection& db, const std::string& board, const std::string& item, const std::string& text,
                  MonotonicTime now, Millis ttl, std::size_t most) {
    Query(db, "DELETE FROM boards WHERE until <= ?1 OR (board = ?2 AND item = ?3)", millis(now), board, item).run();
    if (ttl <= Millis(0)) return;
    Query(
        db,
        "INSERT INTO boards VALUES(?1, ?2, (SELECT COALESCE(MAX(number), 0) + 1 FROM boards WHERE board = ?1), ?3, ?4, "
        "?5)",
        board, item, millis(now), millis(now + ttl), text)
        .run();
    Query(db,
          "DELETE FROM boards WHERE board = ?1 AND item NOT IN "
          "(SELECT item FROM boards WHERE board = ?1 ORDER BY number DESC LIMIT ?2)",
          board, static_cast<std::int64_t>(most))
        .run();
}

std::vector<Posted> read_posted(Connection& db, const std::string& board, MonotonicTime now) {
    Query query(db, "SELECT item, text, began FROM boards WHERE board = ? AND until > ? ORDER BY number DESC", board,
                millis(now));
    std::vector<Posted> all;
    while (query.step()) all.push_back({query.string(0), query.string(1), Millis(millis(now) - query.integer(2))});
    return all;
}

void shrink(Connection& db, std::int64_t most) {
    std::int64_t unused = 0;
    {
        Query query(db, "PRAGMA freelist_count");
        if (query.step()) unused = query.integer(0);
    }
    const auto pages = std::min(unused - kSparePages, most);
    if (pages > 0) db.execute(fmt::format("PRAGMA incremental_vacuum({})", pages).c_str());
}

void write_intention(Connection& db, const Ref& ref) {
    Query(db, "INSERT OR IGNORE INTO intentions VALUES(?, ?)", static_cast<int>(ref.kind), ref.id).run();
}

void drop_intention(Connection& db, const Ref& ref) {
    Query(db, "DELETE FROM intentions WHERE kind = ? AND id = ?", static_cast<int>(ref.kind), ref.id).run();
}

std::vector<Ref> read_intentions(Connection& db) {
    Query query(db, "SELECT kind, id FROM intentions ORDER BY kind, id");
    std::vector<Ref> refs;
    while (query.step()) refs.push_back({static_cast<Kind>(query.integer(0)), query.id(1)});
    return refs;
}

void touch(Connection& db, MonotonicTime now) {
    Query(db, "INSERT OR REPLACE INTO marks VALUES('touched', ?)", millis(now)).run();
}

}  // namespace cadre::catalog::sqlite
