// Views in SQLite: rows in their order, and counters that are kept with every change, so that no question costs
// more in a larger library.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/sqlite/caches.h"
#include "catalog/sqlite/writer.h"

namespace cadre::catalog::sqlite {

/// Takes `before` out of the view and puts `after` into it (either may be nothing), and moves its counters.
void shift(Transaction& transaction, Caches& caches, const View& view, const Row* before, const Row* after);

[[nodiscard]] std::string view_key(const View& view);
[[nodiscard]] std::string month_key(const View& view, const Month& month);
/// 16 hex digits.
[[nodiscard]] std::string version_text(std::uint64_t digest);

[[nodiscard]] std::uint64_t read_digest(Connection& db, const View& view);
[[nodiscard]] Summary read_summary(Connection& db, const View& view);
[[nodiscard]] Timeline read_timeline(Connection& db, const View& view);
[[nodiscard]] MonthVersion read_month_version(Connection& db, const View& view, const Month& month);
[[nodiscard]] MonthRows read_month(Connection& db, const View& view, const Month& month, std::uint32_t offset,
                                   std::uint32_t limit);
[[nodiscard]] Page<Word> read_words(Connection& db, Family family, const Id& person, const std::string& after,
                                    std::size_t limit);
[[nodiscard]] std::vector<Row> read_newest(Connection& db, const View& view, const std::optional<Place>& after,
                                           std::uint32_t limit);

}  // namespace cadre::catalog::sqlite
