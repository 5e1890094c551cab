#include "catalog/sqlite/catalog.h"

#include <algorithm>
#include <thread>

#include "catalog/sqlite/driver.h"
#include "catalog/sqlite/entries.h"
#include "catalog/sqlite/leases.h"
#include "catalog/sqlite/schema.h"
#include "catalog/sqlite/sessions.h"

namespace cadre::catalog::sqlite {
namespace {

/// SQLite does not wait by itself when two processes turn a new file to WAL at the same time.
void use_wal(Connection& db) {
    for (int attempt = 0;; ++attempt) {
        try {
            Query query(db, "PRAGMA journal_mode = WAL");
            query.step();
            if (query.text(0) == "wal") return;
            throw Fault(SQLITE_CANTOPEN, "SQLite: this file system can't hold a WAL");
        } catch (const Fault& fault) {
            if (fault.code() != SQLITE_BUSY || attempt == 100) throw;
        }
        std::this_thread::sleep_for(Millis(20));
    }
}

Result<std::unique_ptr<Connection>> open_writer(const std::filesystem::path& file, const char* synchronous,
                                                std::span<const char* const> migrations) {
    auto db = std::make_unique<Connection>(file, Connection::Mode::write);
    use_wal(*db);
    db->execute(synchronous);
    db->execute("PRAGMA journal_size_limit = 67108864");
    CHECK_RESULT(migrate(*db, migrations, "The catalog " + file.string()));
    return db;
}

Result<std::unique_ptr<Catalog>> open_both(const Options& options, const Clock& clock, Random& random) {
    TRY(auto kept, open_writer(options.catalog_db, "PRAGMA synchronous = FULL", catalog_migrations()));
    rebuild_rows(*kept);
    TRY(auto passing, open_writer(options.volatile_db, "PRAGMA synchronous = NORMAL", volatile_migrations()));
    forget_earlier_boot(*passing, clock.monotonic());
    auto readers = std::make_unique<Readers>(options.catalog_db, std::max<std::size_t>(options.read_threads, 1));
    const bool complete = read_complete(*kept);
    return std::make_unique<Driver>(std::move(kept), std::move(passing), std::move(readers), complete, clock, random);
}

}  // namespace

Result<std::unique_ptr<Catalog>> open(Options options, const Clock& clock, Random& random) {
    try {
        return open_both(options, clock, random);
    } catch (const Fault& fault) {
        if (auto refusal = fault.refusal()) return fail(std::move(*refusal));
        if (fault.damaged())
            return fail(ErrorKind::unprocessable,
                        "The catalog " + options.catalog_db.string() +
                            " is damaged. Move it away and start again: it is rebuilt from the blobs.",
                        fault.what());
        return fail(ErrorKind::internal, "The catalog " + options.catalog_db.string() + " can't be opened.",
                    fault.what());
    }
}

}  // namespace cadre::catalog::sqlite
