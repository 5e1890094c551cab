// Sessions, kept words and the mark of completeness in catalog.db.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/sqlite.h"
#include "catalog/catalog.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

/// Writes it, and drops those that had expired by `now`.
void write_session(Connection& db, const Session& session, WallTime now);
[[nodiscard]] std::optional<Session> read_session(Connection& db, const std::string& hash);
void drop_session(Connection& db, const std::string& hash);
/// Those that have not expired by `now`, the oldest first.
[[nodiscard]] std::vector<Session> read_sessions_of(Connection& db, const Id& user, WallTime now);

/// Keeps `value` unless a value is kept already; returns what is kept.
[[nodiscard]] std::string keep_word(Connection& db, const std::string& name, const std::string& value);

[[nodiscard]] bool read_complete(Connection& db);
void write_complete(Connection& db, bool complete);
/// The mark that the last rebuild took: digits; "" if there was none.
[[nodiscard]] std::string read_rebuild(Connection& db);
void write_rebuild(Connection& db, const std::string& mark);

}  // namespace cadre::catalog::sqlite
