// The catalog in SQLite: two databases. catalog.db (WAL, synchronous=FULL) holds entries, timelines, counters,
// look-ups, sessions and kept words; what a call that writes it answered survives a loss of power. volatile.db (WAL,
// synchronous=NORMAL) holds leases, counts and intentions, which survive the death of the process only.
//
// One thread a database writes and commits what waits as one group; reads run on a bounded pool, each in one
// transaction. What every request asks for is answered from bounded caches without leaving the caller's thread.
//
// Several processes may have the same databases open. What is assumed of them: photos (and so timelines, photo look-ups
// and completeness) are written by one process at a time, which holds a lock of its own on the data folder; its caches
// of these know only its own writes. Users, tokens, settings, sessions, leases, counts and kept words may be written by
// any process at any time: its writes wait up to 5 s for another's (then unavailable), and cached answers about them
// are asked again after kFreshFor.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"

namespace cadre::catalog::sqlite {

/// How long an answer about users, tokens, settings and sessions may be older than another process's write.
inline constexpr Millis kFreshFor{200};

struct Options {
    std::filesystem::path catalog_db;   // made if it is not there; its folder has to be
    std::filesystem::path volatile_db;  // the same
    std::size_t read_threads = 2;
    /// No other process has them open: what is damaged is set aside as <file>.broken and begun anew.
    bool alone = false;
    /// The process that had them before was killed: its write-ahead log must be there and whole, or the catalog has
    /// forgotten what was acknowledged.
    bool killed = false;
    /// Asked when the disk is full: frees some of it, if it can. May be empty. Called by several threads.
    std::function<bool()> make_room{};
    const Declarations& declared = catalog::declared();  // outlives the catalog
};

/// Opens both databases and migrates older schemas, each in one transaction. A catalog.db that was just made is not
/// complete. `clock` and `random` must outlive the catalog; the catalog must be destroyed before the io_contexts whose
/// coroutines wait on it. Errors, each with the name of the file: conflict for a schema newer than this program's;
/// unprocessable for one that is damaged, unless `alone`; no_space and unavailable if it cannot be opened or written.
///
/// Damage that shows only later: volatile.db is begun anew at once. Of catalog.db the calls answer unavailable, and the
/// file <catalog.db>.damaged lets the next start set it aside.
[[nodiscard]] Result<std::unique_ptr<Catalog>> open(Options options, const Clock& clock, Random& random);

}  // namespace cadre::catalog::sqlite
