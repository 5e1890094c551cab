// What every request asks for, kept in memory. The driver's writer keeps it right after each commit.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "catalog/cache.h"
#include "catalog/catalog.h"

namespace cadre::catalog::sqlite {

struct Caches {
    Cache<Id> media{1 << 16};                                        // media key
    Cache<std::uint64_t> scopes{1 << 12};                            // view_key → digest
    Cache<MonthVersion> months{1 << 16};                             // month_key
    Cache<Timed<std::shared_ptr<const Entry>>> entries{1 << 12};     // entry_key; of no photos
    Cache<Timed<Id>> tokens{1 << 12};                                // SHA-256 of the token, hex
    Cache<Timed<std::shared_ptr<const Session>>> sessions{1 << 12};  // SHA-256 of the cookie's value, hex
    std::atomic<bool> complete{false};
};

}  // namespace cadre::catalog::sqlite
