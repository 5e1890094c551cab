#include "catalog/sqlite/entries.h"

#include <algorithm>

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

void move_lookups(Writing& to, const Ref& ref, const Truth* before, const Truth* after) {
    using Lookups = std::vector<std::pair<Index, std::string>>;
    const auto old = before != nullptr ? to.declared.lookups_of(ref, *before) : Lookups();
    const auto now = after != nullptr ? to.declared.lookups_of(ref, *after) : Lookups();
    const auto holds = [](const Lookups& lookups, const auto& one) { return std::ranges::count(lookups, one) != 0; };
    auto& db = to.transaction.db;
    for (const auto& one : old) {
        if (holds(now, one)) continue;
        const auto& [index, key] = one;
        Query(db, "DELETE FROM lookups WHERE what = ? AND key = ? AND id = ?", static_cast<int>(index), key, ref.id)
            .run();
        forget(to.transaction, to.caches, index, key);
    }
    for (const auto& one : now) {
        if (holds(old, one)) continue;
        const auto& [index, key] = one;
        Query(db, "INSERT OR IGNORE INTO lookups VALUES(?, ?, ?)", static_cast<int>(index), key, ref.id).run();
        forget(to.transaction, to.caches, index, key);
    }
}

/// Leads the entry and what follows from it from `before` to `after`; nothing: there is none. Returns the new version.
std::uint64_t move_entry(Writing& to, const Ref& ref, const Truth* before, const Truth* after, const Encoded& columns) {
    std::uint64_t version = 0;
    auto& db = to.transaction.db;
    if (after != nullptr) {
        version = new_version(to.random);
        Query(db,
              "INSERT INTO entries(kind, id, version, purged, facts, derived) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
              "ON CONFLICT(kind, id) DO UPDATE SET version = ?3, purged = ?4, facts = ?5, derived = ?6",
              number_of(ref.kind), ref.id, version, columns.purged ? 1 : 0, columns.facts, columns.derived)
            .run();
    } else {
        Query(db, "DELETE FROM entries WHERE kind = ? AND id = ?", number_of(ref.kind), ref.id).run();
    }
    move_lookups(to, ref, before, after);
    const auto postings = [&](const Truth* truth) {
        return truth != nullptr ? to.declared.postings_of(ref, *truth) : Postings();
    };
    move_rows(to.transaction, to.caches, postings(before), postings(after));
    if (ref.kind != Kind::photo)
        to.transaction.after_commit([&caches = to.caches, key = entry_key(ref)] { caches.entries.erase(key); });
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

bool for_each(Connection& db, Kind kind, const std::function<void(const Ref& ref, const Truth& truth)>& each) {
    bool readable = true;
    Query query(db, "SELECT id, version, purged, facts, derived FROM entries WHERE kind = ?", number_of(kind));
    while (query.step()) {
        const Ref ref{kind, query.id(0)};
        const auto entry = entry_from(query, 1);
        if (entry)
            each(ref, entry->truth);
        else
            readable = false;
    }
    return readable;
}

void move_rows(Transaction& transaction, Caches& caches, Postings before, Postings after) {
    // Both are in the order of their views.
    auto old = before.all.begin();
    auto now = after.all.begin();
    while (old != before.all.end() || now != after.all.end()) {
        const bool gone = now == after.all.end() || (old != before.all.end() && old->view < now->view);
        const bool fresh = old == before.all.end() || (now != after.all.end() && now->view < old->view);
        const View& view = fresh ? now->view : old->view;
        if (!fresh) before.row->place = old->place;
        if (!gone) after.row->place = now->place;
        shift(transaction, caches, view, fresh ? nullptr : &*before.row, gone ? nullptr : &*after.row);
        if (!fresh) ++old;
        if (!gone) ++now;
    }
}

Result<Entry> apply_entry(Writing to, const Ref& ref, const Truth& truth) {
    TRY(const auto before, read_entry(to.transaction.db, ref));
    Entry entry{before ? before->truth : Truth(), 0};
    join(entry.truth, truth);
    const auto columns = encoded(entry.truth);
    if (before && columns == encoded(before->truth)) return *before;
    entry.version = move_entry(to, ref, before ? &before->truth : nullptr, &entry.truth, columns);
    return entry;
}

Result<bool> replace_entry(Writing to, const Ref& ref, std::uint64_t expected, const std::optional<Truth>& truth) {
    TRY(const auto before, read_entry(to.transaction.db, ref));
    if ((before ? before->version : 0) != expected) return false;
    if (!before && !truth) return true;
    const auto columns = truth ? encoded(*truth) : Encoded();
    if (before && truth && columns == encoded(before->truth)) return true;
    move_entry(to, ref, before ? &before->truth : nullptr, truth ? &*truth : nullptr, columns);
    return true;
}

}  // namespace cadre::catalog::sqlite
