#include "catalog/sqlite/sessions.h"

namespace cadre::catalog::sqlite {
namespace {

std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }

/// From the columns hash, user, created, expires, generation, address, agent.
Session session_from(const Query& query) {
    return {query.string(0),
            query.id(1),
            WallTime(Millis(query.integer(2))),
            WallTime(Millis(query.integer(3))),
            query.string(4),
            query.string(5),
            query.string(6)};
}

}  // namespace

void write_session(Connection& db, const Session& session, WallTime now) {
    Query(db, "DELETE FROM sessions WHERE expires <= ?", millis(now)).run();
    Query(db,
          "INSERT OR REPLACE INTO sessions(hash, user, created, expires, generation, address, agent) "
          "VALUES(?, ?, ?, ?, ?, ?, ?)",
          session.hash, session.user, millis(session.created), millis(session.expires), session.generation,
          session.address, session.agent)
        .run();
}

std::optional<Session> read_session(Connection& db, const std::string& hash) {
    Query query(db, "SELECT hash, user, created, expires, generation, address, agent FROM sessions WHERE hash = ?",
                hash);
    if (!query.step()) return std::nullopt;
    return session_from(query);
}

void drop_session(Connection& db, const std::string& hash) {
    Query(db, "DELETE FROM sessions WHERE hash = ?", hash).run();
}

std::vector<Session> read_sessions_of(Connection& db, const Id& user, WallTime now) {
    Query query(db,
                "SELECT hash, user, created, expires, generation, address, agent FROM sessions "
                "WHERE user = ? AND expires > ? ORDER BY created, hash",
                user, millis(now));
    std::vector<Session> sessions;
    while (query.step()) sessions.push_back(session_from(query));
    return sessions;
}

std::string keep_word(Connection& db, const std::string& name, const std::string& value) {
    Query(db, "INSERT OR IGNORE INTO kept VALUES(?, ?)", name, value).run();
    Query query(db, "SELECT value FROM kept WHERE name = ?", name);
    query.step();
    return query.string(0);
}

bool read_complete(Connection& db) {
    Query query(db, "SELECT value FROM marks WHERE name = 'complete'");
    return query.step() && query.integer(0) != 0;
}

void write_complete(Connection& db, bool complete) {
    Query(db, "INSERT OR REPLACE INTO marks VALUES('complete', ?)", complete ? 1 : 0).run();
}

std::string read_rebuild(Connection& db) {
    Query query(db, "SELECT CAST(value AS TEXT) FROM marks WHERE name = 'rebuild'");
    return query.step() ? query.string(0) : std::string();
}

void write_rebuild(Connection& db, const std::string& mark) {
    Query(db, "INSERT OR REPLACE INTO marks VALUES('rebuild', CAST(?1 AS INTEGER))", mark).run();
}

}  // namespace cadre::catalog::sqlite
