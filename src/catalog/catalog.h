// The catalog: the index over the blob store, from which every read is answered. Nothing in it is the truth; all of it
// but sessions, counters and leases can be built again from blobs (gallery/reindex.h).
//
// A part of the catalog that is not complete (being rebuilt, or emptied) answers reads with ErrorKind::unavailable: an
// emptied catalog never looks like an empty library. Any call may answer unavailable. All calls are thread-safe.
// catalog/suite.h tests these promises for every driver.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/task.h"
#include "catalog/entry.h"
#include "catalog/families.h"
#include "catalog/rows.h"

namespace cadre::catalog {

/// One page of anything; `next` is empty when it was the last, else the cursor of the page after.
template <class T>
struct Page {
    std::vector<T> items;
    std::string next;
};

struct Listed {
    Id id;
    Entry entry;
};

struct Day {
    int day = 1;
    std::uint32_t count = 0;
    std::uint64_t aspect = 0;  // sum of aspect_of, in thousandths
    bool operator==(const Day&) const = default;
};

struct MonthSummary {
    Month month;
    std::uint32_t count = 0;
    std::vector<Day> days;  // newest first, none empty
    bool operator==(const MonthSummary&) const = default;
};

struct Timeline {
    std::string version;  // 16 hex digits: XOR over all rows
    std::uint64_t total = 0;
    std::vector<MonthSummary> months;  // newest first, none empty
    bool operator==(const Timeline&) const = default;
};

struct MonthVersion {
    std::string version;
    std::uint32_t count = 0;
    bool operator==(const MonthVersion&) const = default;
};

struct MonthRows {
    MonthVersion month;     // of the same moment as the rows
    std::vector<Row> rows;  // newest first
};

/// A view of a family whose form has words, in a list of them.
struct Word {
    std::string word;
    std::uint64_t count = 0;  // photos
    bool operator==(const Word&) const = default;
};

/// A view in a list of views.
struct Summary {
    std::uint64_t total = 0;
    std::optional<Row> newest;  // nothing where it is empty
    Place oldest{};             // to the day
};

/// A held lease. The holder may not act on it after `until` by its own monotonic clock.
struct Lease {
    std::string name;
    std::string token;
    MonotonicTime until;
};

struct Session {
    std::string hash;  // SHA-256 of the cookie's value, hex
    Id user;
    WallTime created;
    WallTime expires;
    std::string generation{};  // of its user's credentials when it was made; "" from a release that kept none
    std::string address{};     // from where it was begun
    std::string agent{};       // by which browser or program, as it called itself
    bool operator==(const Session&) const = default;
};

/// What count() found.
struct Counted {
    bool within = false;     // it was counted
    std::int64_t count = 0;  // with it, if it was
    Millis left{0};          // until it starts again from 0
};

struct Seen {
    std::string item;
    WallTime at;
    bool operator==(const Seen&) const = default;
};
/// What a process shows on a board, for the others to read.
struct Posted {
    std::string item;
    std::string text;
    Millis age{0};  // by the store's own clock: clocks of machines differ
};
/// What was not seen for so long is forgotten.
inline constexpr std::chrono::days kSeenFor{400};

class Catalog {
public:
    virtual ~Catalog() = default;

    // ---- records -------------------------------------------------------------------------------------------------

    /// Nothing if there is no entry.
    virtual Task<std::optional<Entry>> get(Ref ref) = 0;
    /// In the order asked for.
    virtual Task<std::vector<std::optional<Entry>>> get_many(Kind kind, std::vector<Id> ids) = 0;

    /// Joins `truth` into the entry, and what follows from it into rows, counters and look-ups; returns the joined
    /// entry. Where that is no single transaction, an error may leave an entry whose rows are older: the same call
    /// again, replace() with the entry's own truth, or audit() sets them right. A part that is not complete may refuse
    /// a truth without facts for which it has no entry, as unavailable.
    virtual Task<Entry> apply(Ref ref, Truth truth) = 0;

    /// Sets the entry to exactly `truth` (nothing: removes it) if its version is still `expected` (0: no entry).
    /// False if it is not.
    virtual Task<bool> replace(Ref ref, std::uint64_t expected, std::optional<Truth> truth) = 0;

    /// All entries of a kind, purged ones too, in the driver's own order.
    virtual Task<Page<Listed>> scan(Kind kind, std::string cursor, std::size_t limit) = 0;

    /// The ids under these keys, in the order asked for; of several the smallest.
    virtual Task<std::vector<std::optional<Id>>> find(Index index, std::vector<std::string> keys) = 0;

    /// All ids under one key, by id.
    virtual Task<Page<Id>> find_all(Index index, std::string key, std::string cursor, std::size_t limit) = 0;

    /// What find() would answer, where this process knows it without asking. Nothing: ask find().
    virtual std::optional<Id> known(Index /*index*/, std::string_view /*key*/) { return std::nullopt; }

    // ---- views: what is declared, others are faults -----------------------------------------------------------------

    virtual Task<std::string> version(View view) = 0;
    virtual Task<Timeline> timeline(View view) = 0;
    virtual Task<MonthVersion> month_version(View view, Month month) = 0;
    virtual Task<MonthRows> month(View view, Month month, std::uint32_t offset, std::uint32_t limit) = 0;
    /// Rows below `after` (from the newest, if nothing), newest first, over all months.
    virtual Task<std::vector<Row>> newest(View view, std::optional<Place> after, std::uint32_t limit) = 0;
    /// The words of a person's views of this family in which photos stand, by their bytes, from the first that is
    /// larger than `after`, with counts that are kept. `next` is the last word; a page that has one may be short.
    virtual Task<Page<Word>> words(Family family, Id person, std::string after, std::size_t limit) = 0;

    /// What lists of views show of each, in the order asked for, from what is kept: no row but the newest is read.
    virtual Task<std::vector<Summary>> summaries(std::vector<View> views) = 0;

    // ---- writers -------------------------------------------------------------------------------------------------

    /// Errors: conflict if somebody else holds it. One that was not released ends by itself after `ttl`.
    virtual Task<Lease> lease(std::string name, Millis ttl) = 0;
    /// Makes one that is held last `ttl` from now. Errors: conflict if it has ended.
    virtual Task<Lease> renew(Lease lease, Millis ttl) = 0;
    /// Releasing one that has ended, or was taken over, does nothing.
    virtual Task<void> release(Lease lease) = 0;

    /// Notes that blobs of `ref` are about to be written, so that a driver whose process is the only writer can mend
    /// what a crash interrupted before it says ready. Drivers of many writers do nothing: repair finds it.
    virtual Task<void> intend(Ref ref) = 0;
    virtual Task<void> settle(Ref ref) = 0;
    /// What was intended and not settled.
    virtual Task<std::vector<Ref>> unsettled() = 0;

    // ---- sessions, counters, boards, words that are said once ---------------------------------------------------

    virtual Task<void> put_session(Session session) = 0;
    /// Nothing if there is none or it has expired.
    virtual Task<std::optional<Session>> get_session(std::string hash) = 0;
    virtual Task<void> remove_session(std::string hash) = 0;
    virtual Task<std::vector<Session>> sessions_of(Id user) = 0;

    /// Counts one more under `name` if that makes no more than `most`; starts again from 0 when `window` has passed
    /// since the first. What is not counted writes nothing.
    virtual Task<Counted> count(std::string name, Millis window, std::int64_t most) = 0;
    /// Takes one back of what is counted under `name`, if anything is.
    virtual Task<void> uncount(std::string name) = 0;

    /// Notes that `item` of `owner` was seen now. Of one owner the `most` seen last stay.
    virtual Task<void> see(std::string owner, std::string item, std::size_t most) = 0;
    /// When each of an owner's items was last seen, the last first.
    virtual Task<std::vector<Seen>> seen(std::string owner) = 0;

    /// Shows `text` as `item` on a board for `ttl`, in place of what it was; 0 takes it off. Of a board the `most`
    /// posted last stay.
    virtual Task<void> post(std::string board, std::string item, std::string text, Millis ttl, std::size_t most) = 0;
    /// What a board shows now, the last posted first.
    virtual Task<std::vector<Posted>> posted(std::string board) = 0;

    /// Keeps `value` under `name` unless one is kept already; returns what is kept.
    virtual Task<std::string> keep(std::string name, std::string value) = 0;

    // ---- completeness --------------------------------------------------------------------------------------------

    /// Whether all of it was ever built and nothing is known to be missing.
    virtual Task<bool> complete() = 0;
    /// Begins to rebuild the parts that are not complete, or every part, whoever else does so: they are not complete
    /// and bear the mark that is returned. "" if nothing is missing. Writers go on meanwhile.
    virtual Task<std::string> begin_rebuild(bool everything) = 0;
    /// Says that the parts which still bear `mark` are complete: of several that rebuild what is missing, the first
    /// that is done. One that was lost, or begun again with everything, since it took the mark stays as it is. A new,
    /// empty library is complete once this was called with the mark of begin_rebuild.
    virtual Task<void> end_rebuild(std::string mark) = 0;
    /// Sets right what should follow from the entries and does not, in one stretch of the catalog: a part that lost its
    /// last second may still show what its entry hides, or lack what it shows. Returns what was set right; a page may
    /// be empty and not the last. `limit` is about how many things are looked at. Belongs after a failover, and before
    /// end_rebuild once the entries are right. Nothing to do where all of the catalog is one transaction.
    virtual Task<Page<Ref>> audit(std::string cursor, std::size_t limit) = 0;
    /// Whether the store can be reached and written, for /readyz. A catalog that is only incomplete passes.
    virtual Task<void> check() = 0;
};

}  // namespace cadre::catalog
