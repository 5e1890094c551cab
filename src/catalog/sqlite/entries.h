// Entries in SQLite, and all that follows from one: rows of timelines, counters, look-ups.
#pragma once

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
/// Enters the look-ups of users and tokens anew if they are of an older kLookupsVersion. In a transaction.
[[nodiscard]] Result<void> renew_lookups(Connection& db);
/// Up to `limit` entries after the id of `cursor`. Errors: invalid for a cursor that none of these pages had.
[[nodiscard]] Result<Page<Listed>> read_page(Connection& db, Kind kind, const std::string& cursor, std::size_t limit);

/// Makes rows and counters again from the entries, in one transaction, where a Cadre whose rows were others wrote them:
/// a catalog of an older release, after its tables were migrated. An entry that cannot be read makes the catalog
/// incomplete, so that it is rebuilt from the blobs. Some minutes for a million photos.
void rebuild_rows(Connection& db);

/// Catalog::apply and Catalog::replace, as one write.
[[nodiscard]] Result<Entry> apply_entry(Transaction& transaction, Caches& caches, Random& random, const Ref& ref,
                                        const Truth& truth);
[[nodiscard]] Result<bool> replace_entry(Transaction& transaction, Caches& caches, Random& random, const Ref& ref,
                                         std::uint64_t expected, const std::optional<Truth>& truth);

}  // namespace cadre::catalog::sqlite
