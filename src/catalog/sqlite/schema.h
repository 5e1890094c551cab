// The tables of both databases, as the list of migrations that made them.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "base/sqlite.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

/// Migration i leads from version i to i + 1 (SQLite's user_version; a new file has version 0).
[[nodiscard]] std::span<const char* const> catalog_migrations();
[[nodiscard]] std::span<const char* const> volatile_migrations();

/// Runs what is missing, in one transaction. Errors: conflict if the file's version is newer than the list; the
/// sentence names both numbers and `what`.
[[nodiscard]] Result<void> migrate(Connection& connection, std::span<const char* const> migrations,
                                   std::string_view what);

}  // namespace cadre::catalog::sqlite
