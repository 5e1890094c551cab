// Entries in SQLite, and all that follows from one: rows of timelines, counters, look-ups.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "catalog/catalog.h"
#include "catalog/sqlite/caches.h"
#include "catalog/sqlite/writer.h"

namespace cadre::catalog::sqlite {

[[nodiscard]] std::string entry_key(const Ref& ref);

/// Nothing if there is none. Errors: internal if the entry can't be read, unprocessable if a newer Cadre wrote it.
[[nodiscard]] Result<std::optional<Entry>> read_entry(Connection& db, const Ref& ref);
[[nodiscard]] std::optional<Id> read_lookup(Connection& db, Index index, std::string_view key);
/// Up to `limit` ids after the one of `cursor`. Errors: invalid for a cursor that none of these pages had.
[[nodiscard]] Result<Page<Id>> read_lookups(Connection& db, Index index, std::string_view key,
                                            const std::string& cursor, std::size_t limit);
/// Up to `limit` entries after the id of `cursor`. Errors: invalid for a cursor that none of these pages had.
[[nodiscard]] Result<Page<Listed>> read_page(Connection& db, Kind kind, const std::string& cursor, std::size_t limit);

/// Calls `each` with every entry of a kind. False if any could not be read, which are passed over.
[[nodiscard]] bool for_each(Connection& db, Kind kind,
                            const std::function<void(const Ref& ref, const Truth& truth)>& each);

/// Leads the rows of a photo from where it stood to where it stands now, with all counters.
void move_rows(Transaction& transaction, Caches& caches, Postings before, Postings after);

/// What a write of entries needs.
struct Writing {
    Transaction& transaction;
    Caches& caches;
    const Declarations& declared;
    Random& random;
};

/// Catalog::apply and Catalog::replace, as one write.
[[nodiscard]] Result<Entry> apply_entry(Writing to, const Ref& ref, const Truth& truth);
[[nodiscard]] Result<bool> replace_entry(Writing to, const Ref& ref, std::uint64_t expected,
                                         const std::optional<Truth>& truth);

}  // namespace cadre::catalog::sqlite
