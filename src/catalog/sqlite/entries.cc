#include "catalog/sqlite/entries.h"

#include <algorithm>

#include "base/log.h"
#include "catalog/sqlite/timelines.h"

namespace cadre::catalog::sqlite {
namespace {

/// A truth as it lies in its columns. Equal texts are equal truths.
struct Encoded {
    bool purged = false;
    std::string facts;
    std::string derived;
    bool operator==(const Encoded&) const = default;
};

Encoded encoded(const Truth& truth) { return {truth.purged, encode(truth.facts), encode(truth.derived)}; }

Result<Record> record_from(std::string_view text) {
    auto record = decode(text);
    if (!record && record.error().kind == ErrorKind::invalid) record.error().kind = ErrorKind::internal;
    return record;
}

/// From the columns version, purged, facts, derived, of which the first is number `at`.
Result<Entry> entry_from(const Query& query, int at) {
    Entry entry;
    entry.version = query.bits(at);
    entry.truth.purged = query.integer(at + 1) != 0;
    TRY(entry.truth.facts, record_from(query.text(at + 2)));
    TRY(entry.truth.derived, record_from(query.text(at + 3)));
    return entry;
}

int number_of(Kind kind) { return static_cast<int>(kind); }

/// Random, so that one that went with its entry never comes back.
std::uint64_t new_version(Random& random) {
    while (true)
        if (const auto version = random.next_u64(); version != 0) return version;
}

void forget(Transaction& transaction, Caches& caches, Index index, const std::string& key) {
    if (index == Index::photo_by_key) transaction.after_commit([&caches, key] { caches.media.erase(key); });
    if (index == Index::token_by_hash) transaction.after_commit([&caches, key] { caches.tokens.erase(key); });
}

void move_lookups(Transaction& transaction, Caches& caches, const Ref& ref, const Truth* before, const Truth* after) {
    using Lookups = std::vector<std::pair<Index, std::string>>;
    const auto old = before != nullptr ? lookups_of(ref, *before) : Lookups();
    const auto now = after != nullptr ? lookups_of(ref, *after) : Lookups();
    const auto holds = [](const Lookups& lookups, const auto& one) { return std::ranges::count(lookups, one) != 0; };
    for (const auto& one : old) {
        if (holds(now, one)) continue;
        const auto& [index, key] = one;
        Query(transaction.db, "DELETE FROM lookups WHERE what = ? AND key = ? AND id = ?", static_cast<int>(index), key,
              ref.id)
            .run();
        forget(transaction, caches, index, key);
    }
    for (const auto& one : now) {
        if (holds(old, one)) continue;
        const auto& [index, key] = one;
        Query(transaction.db, "INSERT OR IGNORE INTO lookups VALUES(?, ?, ?)", static_cast<int>(index), key, ref.id)
            .run();
        forget(transaction, caches, index, key);
    }
}

void move_rows(Transaction& transaction, Caches& caches, const Id& id, const Truth* before, const Truth* after) {
    const auto old_row = before != nullptr ? row_of(id, *before) : std::nullopt;
    const auto new_row = after != nullptr ? row_of(id, *after) : std::nullopt;
    const auto old_scopes = before != nullptr ? scopes_of(*before) : std::vector<Scope>();
    const auto new_scopes = after != nullptr ? scopes_of(*after) : std::vector<Scope>();
    const auto holds = [](const auto& scopes, const Scope& scope) { return std::ranges::count(scopes, scope) != 0; };
    for (const auto& scope : old_scopes)
        shift(transaction, caches, scope, &*old_row, holds(new_scopes, scope) ? &*new_row : nullptr);
    for (const auto& scope : new_scopes)
        if (!holds(old_scopes, scope)) shift(transaction, caches, scope, nullptr, &*new_row);
}

/// Leads the entry and what follows from it from `before` to `after`; nothing: there is none. Returns the new version.
std::uint64_t move_entry(Transaction& transaction, Caches& caches, Random& random, const Ref& ref, const Truth* before,
                         const Truth* after, const Encoded& columns) {
    std::uint64_t version = 0;
    if (after != nullptr) {
        version = new_version(random);
        Query(transaction.db,
              "INSERT INTO entries(kind, id, version, purged, facts, derived) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
              "ON CONFLICT(kind, id) DO UPDATE SET version = ?3, purged = ?4, facts = ?5, derived = ?6",
              number_of(ref.kind), ref.id, version, columns.purged ? 1 : 0, columns.facts, columns.derived)
            .run();
    } else {
        Query(transaction.db, "DELETE FROM entries WHERE kind = ? AND id = ?", number_of(ref.kind), ref.id).run();
    }
    move_lookups(transaction, caches, ref, before, after);
    if (ref.kind == Kind::photo)
        move_rows(transaction, caches, ref.id, before, after);
    else
        transaction.after_commit([&caches, key = entry_key(ref)] { caches.entries.erase(key); });
    return version;
}

}  // namespace

std::string entry_key(const Ref& ref) {
    return std::string(1, static_cast<char>(ref.kind)) +
           std::string(reinterpret_cast<const char*>(ref.id.bytes.data()), ref.id.bytes.size());
}

Result<std::optional<Entry>> read_entry(Connection& db, const Ref& ref) {
    Query query(db, "SELECT version, purged, facts, derived FROM entries WHERE kind = ? AND id = ?",
                number_of(ref.kind), ref.id);
    if (!query.step()) return std::nullopt;
    TRY(auto entry, entry_from(query, 0));
    return entry;
}

std::optional<Id> read_lookup(Connection& db, Index index, std::string_view key) {
    Query query(db, "SELECT id FROM lookups WHERE what = ? AND key = ? ORDER BY id LIMIT 1", static_cast<int>(index),
                key);
    if (!query.step()) return std::nullopt;
    return query.id(0);
}

Result<Page<Id>> read_lookups(Connection& db, Index index, std::string_view key, const std::string& cursor,
                              std::size_t limit) {
    const auto after = parse_id(cursor);
    if (!cursor.empty() && !after) return fail(ErrorKind::invalid, "This cursor is none that a list gave.");
    const auto wanted = static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, 10'000));
    const auto from = after.value_or(Id{});  // outlives the query, which does not copy it
    Query query(db, "SELECT id FROM lookups WHERE what = ? AND key = ? AND id >= ? ORDER BY id LIMIT ?",
                static_cast<int>(index), key, from, wanted + 2);
    Page<Id> page;
    while (query.step()) {
        const auto id = query.id(0);
        if (id == after) continue;
        if (page.items.size() == static_cast<std::size_t>(wanted)) {
            page.next = page.items.back().text();
            break;
        }
        page.items.push_back(id);
    }
    return page;
}

Result<void> renew_lookups(Connection& db) {
    {
        Query known(db, "SELECT value FROM marks WHERE name = 'lookups'");
        if (known.step() && known.integer(0) >= kLookupsVersion) return {};
    }
    for (const auto index : {Index::user_by_name, Index::token_by_hash, Index::tokens_of})
        Query(db, "DELETE FROM lookups WHERE what = ?", static_cast<int>(index)).run();
    for (const auto kind : {Kind::user, Kind::token}) {
        std::string cursor;
        do {
            TRY(auto page, read_page(db, kind, cursor, 1000));
            cursor = std::move(page.next);
            for (const auto& [id, entry] : page.items)
                for (const auto& [index, key] : lookups_of({kind, id}, entry.truth))
                    Query(db, "INSERT OR IGNORE INTO lookups VALUES(?, ?, ?)", static_cast<int>(index), key, id).run();
        } while (!cursor.empty());
    }
    Query(db, "INSERT OR REPLACE INTO marks VALUES('lookups', ?)", kLookupsVersion).run();
    return {};
}

Result<Page<Listed>> read_page(Connection& db, Kind kind, const std::string& cursor, std::size_t limit) {
    const auto after = parse_id(cursor);
    if (!cursor.empty() && !after) return fail(ErrorKind::invalid, "This cursor is none that a list gave.");
    const auto from = after.value_or(Id{});
    const auto wanted = static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, 10'000));
    Query query(
        db, "SELECT id, version, purged, facts, derived FROM entries WHERE kind = ? AND id >= ? ORDER BY id LIMIT ?",
        number_of(kind), from, wanted + 2);
    Page<Listed> page;
    while (query.step()) {
        const auto id = query.id(0);
        if (id == after) continue;
        if (page.items.size() == static_cast<std::size_t>(wanted)) {
            page.next = page.items.back().id.text();
            break;
        }
        TRY(auto entry, entry_from(query, 1));
        page.items.push_back({id, std::move(entry)});
    }
    return page;
}

void rebuild_rows(Connection& db) {
    // What row_of(), scopes_of() and digest_of() make; counted up with every change of theirs.
    constexpr std::int64_t kForm = 2;
    db.execute("BEGIN IMMEDIATE");
    std::int64_t form = 1;
    {
        Query query(db, "SELECT value FROM marks WHERE name = 'rows'");
        if (query.step()) form = query.integer(0);
    }
    if (form == kForm) return db.execute("ROLLBACK");
    db.execute("DELETE FROM rows; DELETE FROM days; DELETE FROM months; DELETE FROM scopes");
    Caches nobody_reads_yet;
    std::int64_t photos = 0;
    {
        Query query(db, "SELECT id, version, purged, facts, derived FROM entries WHERE kind = ?",
                    number_of(Kind::photo));
        for (; query.step(); ++photos) {
            Transaction transaction(db);
            const auto entry = entry_from(query, 1);
            if (entry)
                move_rows(transaction, nobody_reads_yet, query.id(0), nullptr, &entry->truth);
            else
                Query(db, "UPDATE marks SET value = 0 WHERE name = 'complete'").run();
        }
    }
    Query(db, "INSERT OR REPLACE INTO marks VALUES('rows', ?)", kForm).run();
    db.execute("COMMIT");
    if (photos > 0) log::info("the catalog's timelines were made again for this release", {{"photos", photos}});
}

Result<Entry> apply_entry(Transaction& transaction, Caches& caches, Random& random, const Ref& ref,
                          const Truth& truth) {
    TRY(const auto before, read_entry(transaction.db, ref));
    Entry entry{before ? before->truth : Truth(), 0};
    join(entry.truth, truth);
    const auto columns = encoded(entry.truth);
    if (before && columns == encoded(before->truth)) return *before;
    entry.version =
        move_entry(transaction, caches, random, ref, before ? &before->truth : nullptr, &entry.truth, columns);
    return entry;
}

Result<bool> replace_entry(Transaction& transaction, Caches& caches, Random& random, const Ref& ref,
                           std::uint64_t expected, const std::optional<Truth>& truth) {
    TRY(const auto before, read_entry(transaction.db, ref));
    if ((before ? before->version : 0) != expected) return false;
    if (!before && !truth) return true;
    const auto columns = truth ? encoded(*truth) : Encoded();
    if (before && truth && columns == encoded(before->truth)) return true;
    move_entry(transaction, caches, random, ref, before ? &before->truth : nullptr, truth ? &*truth : nullptr, columns);
    return true;
}

}  // namespace cadre::catalog::sqlite
