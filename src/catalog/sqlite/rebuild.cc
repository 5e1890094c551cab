#include "catalog/sqlite/rebuild.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/log.h"
#include "catalog/sqlite/entries.h"

namespace cadre::catalog::sqlite {
namespace {

/// What row_of() and digest_of() make; counted up with every change of theirs.
constexpr std::int64_t kRowsForm = 2;
/// What the releases that declared nothing wrote, with one mark for all look-ups. One of them that finds less enters
/// its look-ups anew (users' and tokens' only) and writes this: so it is seen that it was run, after a roll-back, and
/// told nothing to what it does not know.
constexpr std::int64_t kLookupsForm = 3;
constexpr std::int64_t kLookupsDeclared = kLookupsForm - 1;

/// Of which version everything there is, by number.
struct Made {
    std::map<int, std::int64_t> families;
    std::map<int, std::int64_t> lookups;
    bool written = false;  // that it is so
};

/// A catalog of a release that did not write down what it had declared.
Made of_before(std::int64_t lookups_form) {
    Made made{{{0, 1}, {1, 1}, {2, 1}, {3, 1}}, {{0, 1}, {1, 1}}, false};
    if (lookups_form >= kLookupsForm)
        for (const int number : {2, 3, 4}) made.lookups[number] = 1;
    return made;
}

Made read_made(Connection& db) {
    Made made;
    std::int64_t rows_form = 1, lookups_form = 0;
    Query query(db, "SELECT name, value FROM marks");
    while (query.step()) {
        const auto name = query.string(0);
        const auto value = query.integer(1);
        if (name == "rows") rows_form = value;
        if (name == "lookups") lookups_form = value;
        if (name == "declared") made.written = true;
        if (name.starts_with("family ")) made.families[std::stoi(name.substr(7))] = value;
        if (name.starts_with("index ")) made.lookups[std::stoi(name.substr(6))] = value;
    }
    if (!made.written) made = of_before(lookups_form);
    if (made.written && lookups_form != kLookupsDeclared) {
        const auto known = of_before(kLookupsForm);
        for (auto& [number, version] : made.families)
            if (!known.families.contains(number)) version = 0;
        for (auto& [number, version] : made.lookups)
            if (!known.lookups.contains(number)) version = 0;
        made.written = false;
    }
    if (rows_form != kRowsForm)
        for (auto& [number, version] : made.families) version = 0;
    return made;
}

void write_made(Connection& db, const Declarations& declared) {
    const auto mark = [&db](const std::string& name, std::int64_t value) {
        Query(db, "INSERT OR REPLACE INTO marks VALUES(CAST(? AS TEXT), ?)", name, value).run();
    };
    db.execute("DELETE FROM marks WHERE name LIKE 'family %' OR name LIKE 'index %'");
    mark("declared", 1);
    mark("rows", kRowsForm);
    mark("lookups", kLookupsDeclared);
    for (const auto& family : declared.families())
        mark(fmt::format("family {}", static_cast<int>(family.number)), family.version);
    for (const auto& lookup : declared.lookups())
        mark(fmt::format("index {}", static_cast<int>(lookup.number)), lookup.version);
}

/// The declared ones whose version is another than what is there, and the numbers to be removed first: these, and what
/// nobody declares.
template <class Declaration>
std::set<int> differing(const std::vector<Declaration>& declared, const std::map<int, std::int64_t>& made,
                        std::set<int>& removed) {
    std::set<int> wanted;
    for (const auto& [number, version] : made) removed.insert(number);
    for (const auto& one : declared) {
        const int number = static_cast<int>(one.number);
        const auto found = made.find(number);
        if (found != made.end() && found->second == one.version) {
            removed.erase(number);
            continue;
        }
        wanted.insert(number);
        removed.insert(number);  // of which nothing should be there
    }
    return wanted;
}

void remove_family(Connection& db, int number) {
    // A view's key begins with its family's number, one byte.
    const std::string from(1, static_cast<char>(number));
    const std::string to = number == 255 ? std::string(64, '\xff') : std::string(1, static_cast<char>(number + 1));
    for (const auto* sql :
         {"DELETE FROM rows WHERE scope >= ? AND scope < ?", "DELETE FROM days WHERE scope >= ? AND scope < ?",
          "DELETE FROM months WHERE scope >= ? AND scope < ?", "DELETE FROM scopes WHERE scope >= ? AND scope < ?"})
        Query(db, sql, from, to).run();
}

/// What is to be made for entries.
struct Wanted {
    std::set<int> families;
    std::set<int> lookups;
};

void make(Transaction& transaction, Caches& caches, const Declarations& declared, const Ref& ref, const Truth& truth,
          const Wanted& wanted) {
    auto postings = declared.postings_of(ref, truth);
    std::erase_if(postings.all, [&](const Posting& posting) {
        return !wanted.families.contains(static_cast<int>(posting.view.family));
    });
    move_rows(transaction, caches, {}, std::move(postings));
    for (const auto& [index, key] : declared.lookups_of(ref, truth))
        if (wanted.lookups.contains(static_cast<int>(index)))
            Query(transaction.db, "INSERT OR IGNORE INTO lookups VALUES(?, ?, ?)", static_cast<int>(index), key, ref.id)
                .run();
}

std::int64_t make_all(Connection& db, const Declarations& declared, Kind kind, const Wanted& wanted) {
    Caches nobody_reads_yet;
    std::int64_t entries = 0;
    const bool readable = for_each(db, kind, [&](const Ref& ref, const Truth& truth) {
        Transaction transaction(db);
        make(transaction, nobody_reads_yet, declared, ref, truth, wanted);
        ++entries;
    });
    if (!readable) db.execute("UPDATE marks SET value = 0 WHERE name = 'complete'");
    return entries;
}

}  // namespace

void rebuild(Connection& db, const Declarations& declared) {
    db.execute("BEGIN IMMEDIATE");
    const auto made = read_made(db);
    std::set<int> old_families, old_lookups;
    const Wanted wanted{differing(declared.families(), made.families, old_families),
                        differing(declared.lookups(), made.lookups, old_lookups)};
    if (wanted.families.empty() && wanted.lookups.empty() && old_families.empty() && old_lookups.empty()) {
        if (!made.written) write_made(db, declared);
        return db.execute("COMMIT");
    }
    for (const int number : old_families) remove_family(db, number);
    for (const int number : old_lookups) Query(db, "DELETE FROM lookups WHERE what = ?", number).run();
    std::set<Kind> kinds;
    if (!wanted.families.empty()) kinds.insert(Kind::photo);
    for (const auto& lookup : declared.lookups())
        if (wanted.lookups.contains(static_cast<int>(lookup.number))) kinds.insert(lookup.kind);
    std::int64_t entries = 0;
    for (const auto kind : kinds) entries += make_all(db, declared, kind, wanted);
    write_made(db, declared);
    db.execute("COMMIT");
    if (entries > 0) log::info("the catalog's views were made again for this release", {{"entries", entries}});
}

}  // namespace cadre::catalog::sqlite
