#include "catalog/sqlite/leases.h"

namespace cadre::catalog::sqlite {
namespace {

std::int64_t millis(MonotonicTime time) { return time.time_since_epoch().count(); }

}  // namespace

void forget_earlier_boot(Connection& db, MonotonicTime now) {
    Query(db, "DELETE FROM leases WHERE began > ?", millis(now)).run();
    Query(db, "DELETE FROM counts WHERE began > ?", millis(now)).run();
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

std::int64_t count_one(Connection& db, const std::string& name, MonotonicTime now, Millis window) {
    Query(db, "DELETE FROM counts WHERE until <= ?", millis(now)).run();
    Query query(db,
                "INSERT INTO counts VALUES(?1, 1, ?2, ?3) ON CONFLICT(name) DO UPDATE SET count = count + 1 "
                "RETURNING count",
                name, millis(now), millis(now + window));
    query.step();
    return query.integer(0);
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
