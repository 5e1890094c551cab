// For tests: all that a reindex has to bring back, as text.
#pragma once

#include <filesystem>
#include <string>

namespace cadre::catalog::sqlite {

/// Every row of entries, look-ups, timelines and counters of a catalog.db, sorted, a line each, versions of entries
/// left out. Two catalogs of the same truth give the same text.
[[nodiscard]] std::string dump(const std::filesystem::path& catalog_db);

}  // namespace cadre::catalog::sqlite
