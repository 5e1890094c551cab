#include "catalog/sqlite/catalog.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <thread>

#include "base/sqlite_files.h"
#include "catalog/sqlite/damage.h"
#include "catalog/sqlite/driver.h"
#include "catalog/sqlite/leases.h"
#include "catalog/sqlite/rebuild.h"
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

enum class File { kept, passing };

/// Has the file shrink when pages of it are no longer used. One that was made without this is written anew, unless
/// another process has it open.
void give_back_pages(Connection& db) {
    {
        Query query(db, "PRAGMA auto_vacuum");
        if (query.step() && query.integer(0) == 2) return;
    }
    db.execute("PRAGMA auto_vacuum = INCREMENTAL");
    try {
        db.execute("VACUUM");
    } catch (const Fault& fault) {
        if (fault.code() != SQLITE_BUSY && fault.code() != SQLITE_LOCKED && fault.code() != SQLITE_FULL) throw;
    }
}

/// Deeper damage than a part of a larger file shows when it is read.
constexpr std::uintmax_t kChecked = std::uintmax_t{256} << 20;

Result<std::unique_ptr<Connection>> open_writer(const std::filesystem::path& file, File what,
                                                std::span<const char* const> migrations,
                                                std::initializer_list<std::string_view> tables) {
    auto db = std::make_unique<Connection>(file, Connection::Mode::write);
    if (what == File::passing) give_back_pages(*db);
    use_wal(*db);
    db->execute(what == File::passing ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
    db->execute(what == File::passing ? "PRAGMA journal_size_limit = 4194304" : "PRAGMA journal_size_limit = 67108864");
    try {
        CHECK_RESULT(migrate(*db, migrations, "The database " + file.string()));
    } catch (const Fault& fault) {
        if (fault.code() == SQLITE_ERROR) throw Fault(SQLITE_CORRUPT, fault.what());  // its tables are others
        throw;
    }
    check_whole(*db, file, tables, kChecked);
    return db;
}

Result<std::unique_ptr<Connection>> open_kept(const std::filesystem::path& file, const Declarations& declared) {
    TRY(auto db, open_writer(file, File::kept, catalog_migrations(),
                             {"entries", "lookups", "rows", "days", "months", "scopes", "sessions", "kept", "marks"}));
    rebuild(*db, declared);
    return db;
}

Result<std::unique_ptr<Connection>> open_passing(const std::filesystem::path& file, MonotonicTime now) {
    TRY(auto db, open_writer(file, File::passing, volatile_migrations(), {"leases", "counts", "intentions", "marks"}));
    forget_earlier_boot(*db, now);
    shrink(*db, std::numeric_limits<std::int64_t>::max());
    return db;
}

/// What only the one process that has it open can see and mend before SQLite looks.
Result<void> check_before(const Options& options) {
    const Damage damage(options.catalog_db);
    if (damage.was_noted()) {
        CHECK_RESULT(set_aside(options.catalog_db, "damage was found in it"));
        damage.forget();
        return {};
    }
    std::error_code none;
    const bool there = std::filesystem::is_regular_file(options.catalog_db, none) &&
                       std::filesystem::file_size(options.catalog_db, none) > 0;
    if (there && options.killed && !log_is_whole(options.catalog_db))
        return set_aside(options.catalog_db, "its write-ahead log is damaged or gone");
    return {};
}

}  // namespace

Result<std::unique_ptr<Catalog>> open(Options options, const Clock& clock, Random& random) {
    if (options.alone) CHECK_RESULT(check_before(options));
    const auto& kept_file = options.catalog_db;
    const auto& passing_file = options.volatile_db;
    const auto passing_of = [&clock, passing_file, alone = options.alone] {
        return open_or_begin_anew(passing_file, alone, [&] { return open_passing(passing_file, clock.monotonic()); });
    };
    TRY(auto kept,
        open_or_begin_anew(kept_file, options.alone, [&] { return open_kept(kept_file, options.declared); }));
    TRY(auto passing, passing_of());
    try {
        Parts parts{options.declared};
        parts.complete = read_complete(*kept);
        parts.readers = std::make_unique<Readers>(kept_file, std::max<std::size_t>(options.read_threads, 1),
                                                  std::make_shared<Damage>(kept_file));
        parts.kept = std::move(kept);
        parts.passing = std::move(passing);
        parts.make_room = std::move(options.make_room);
        if (options.alone) parts.renew_passing = passing_of;
        return std::make_unique<Driver>(std::move(parts), clock, random);
    } catch (const Fault& fault) {
        return fail(cannot_open(kept_file, fault));
    }
}

}  // namespace cadre::catalog::sqlite
