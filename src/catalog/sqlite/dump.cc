#include "catalog/sqlite/dump.h"

#include "base/sqlite.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

std::string dump(const std::filesystem::path& catalog_db) {
    static constexpr const char* kTables[][2] = {
        {"entry",
         "SELECT kind, hex(id), purged, CAST(facts AS TEXT), CAST(derived AS TEXT) FROM entries ORDER BY 1, 2"},
        {"lookup", "SELECT what, CAST(key AS TEXT), hex(id) FROM lookups ORDER BY what, key, id"},
        {"row",
         "SELECT hex(scope), at, hex(rank), hex(id), hex(key), hex(taken_at), width, height, hex(thumbhash), "
         "hex(title), "
         "favourite, "
         "CAST(state AS TEXT) FROM rows ORDER BY scope, at, rank, id"},
        {"day", "SELECT hex(scope), month, day, count, aspect FROM days ORDER BY scope, month, day"},
        {"month", "SELECT hex(scope), month, count, printf('%016x', digest) FROM months ORDER BY scope, month"},
        {"scope", "SELECT hex(scope), count, printf('%016x', digest) FROM scopes ORDER BY scope"},
    };
    Connection db(catalog_db, Connection::Mode::read);
    const Snapshot snapshot(db);
    std::string text;
    for (const auto& [name, sql] : kTables) {
        Query query(db, sql);
        while (query.step()) {
            text += name;
            for (int column = 0; column < query.columns(); ++column) text += " | " + query.string(column);
            text += '\n';
        }
    }
    return text;
}

}  // namespace cadre::catalog::sqlite
