#include "catalog/sqlite/schema.h"

#include <fmt/format.h>

#include <array>

namespace cadre::catalog::sqlite {
namespace {

// scope: a view, as the number of its family in one byte, the id of whose or of what it is (none for the wall), its
// word. month: year * 12 + month - 1. digest: XOR of the rows' digests. Texts are kept as blobs, byte by byte.
constexpr std::array<const char*, 3> kCatalog = {R"sql(
CREATE TABLE entries(kind INTEGER, id BLOB, version INTEGER NOT NULL, purged INTEGER NOT NULL, facts BLOB NOT NULL,
                     derived BLOB NOT NULL, PRIMARY KEY(kind, id));
CREATE TABLE lookups(what INTEGER, key BLOB, id BLOB, PRIMARY KEY(what, key, id)) WITHOUT ROWID;
CREATE TABLE rows(scope BLOB, at INTEGER, id BLOB, key BLOB NOT NULL, taken_at BLOB NOT NULL, width INTEGER NOT NULL,
                  height INTEGER NOT NULL, thumbhash BLOB NOT NULL, title BLOB NOT NULL, favourite INTEGER NOT NULL,
                  state BLOB NOT NULL, PRIMARY KEY(scope, at, id)) WITHOUT ROWID;
CREATE TABLE days(scope BLOB, month INTEGER, day INTEGER, count INTEGER NOT NULL, aspect INTEGER NOT NULL,
                  PRIMARY KEY(scope, month, day)) WITHOUT ROWID;
CREATE TABLE months(scope BLOB, month INTEGER, count INTEGER NOT NULL, digest INTEGER NOT NULL,
                    PRIMARY KEY(scope, month)) WITHOUT ROWID;
CREATE TABLE scopes(scope BLOB PRIMARY KEY, count INTEGER NOT NULL, digest INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sessions(hash BLOB PRIMARY KEY, user BLOB NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL)
             WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions(user, created);
CREATE INDEX sessions_by_end ON sessions(expires);
CREATE TABLE kept(name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE marks(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO marks VALUES('complete', 0);
)sql",
                                                 // Rows have a rank. They and all counters are made again (rebuild.h).
                                                 R"sql(
DROP TABLE rows;
CREATE TABLE rows(scope BLOB, at INTEGER, rank BLOB, id BLOB, key BLOB NOT NULL, taken_at BLOB NOT NULL,
                  width INTEGER NOT NULL, height INTEGER NOT NULL, thumbhash BLOB NOT NULL, title BLOB NOT NULL,
                  favourite INTEGER NOT NULL, state BLOB NOT NULL, PRIMARY KEY(scope, at, rank, id)) WITHOUT ROWID;
)sql",
                                                 R"sql(
ALTER TABLE sessions ADD COLUMN generation BLOB NOT NULL DEFAULT x'';
ALTER TABLE sessions ADD COLUMN address BLOB NOT NULL DEFAULT x'';
ALTER TABLE sessions ADD COLUMN agent BLOB NOT NULL DEFAULT x'';
)sql"};

// until, began: milliseconds of the machine's monotonic clock, which all its processes share and a boot sets back.
constexpr std::array<const char*, 3> kVolatile = {R"sql(
CREATE TABLE leases(name BLOB PRIMARY KEY, token BLOB NOT NULL, began INTEGER NOT NULL, until INTEGER NOT NULL)
             WITHOUT ROWID;
CREATE TABLE counts(name BLOB PRIMARY KEY, count INTEGER NOT NULL, began INTEGER NOT NULL, until INTEGER NOT NULL)
             WITHOUT ROWID;
CREATE INDEX counts_by_end ON counts(until);
CREATE TABLE intentions(kind INTEGER, id BLOB, PRIMARY KEY(kind, id)) WITHOUT ROWID;
CREATE TABLE marks(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
)sql",
                                                  // Counts had the names that people typed, of any length.
                                                  R"sql(
DELETE FROM counts;
CREATE TABLE seen(owner BLOB, item BLOB, at INTEGER NOT NULL, PRIMARY KEY(owner, item)) WITHOUT ROWID;
CREATE INDEX seen_by_time ON seen(at);
)sql",
                                                  // number: in the order in which things were posted on a board.
                                                  R"sql(
CREATE TABLE boards(board BLOB, item BLOB, number INTEGER NOT NULL, began INTEGER NOT NULL, until INTEGER NOT NULL,
                    text BLOB NOT NULL, PRIMARY KEY(board, item)) WITHOUT ROWID;
)sql"};

}  // namespace

std::span<const char* const> catalog_migrations() { return kCatalog; }
std::span<const char* const> volatile_migrations() { return kVolatile; }

Result<void> migrate(Connection& connection, std::span<const char* const> migrations, std::string_view what) {
    connection.execute("BEGIN IMMEDIATE");
    const auto known = static_cast<std::int64_t>(migrations.size());
    std::int64_t version = 0;
    {
        Query query(connection, "PRAGMA user_version");
        query.step();
        version = query.integer(0);
    }
    if (version > known) {
        connection.execute("ROLLBACK");
        return fail(ErrorKind::conflict,
                    fmt::format("{} has schema {}, and this Cadre knows schemas up to {}. Start the newer Cadre that "
                                "wrote it.",
                                what, version, known));
    }
    for (; version < known; ++version) connection.execute(migrations[static_cast<std::size_t>(version)]);
    connection.execute(fmt::format("PRAGMA user_version = {}", known).c_str());
    connection.execute("COMMIT");
    return {};
}

}  // namespace cadre::catalog::sqlite
