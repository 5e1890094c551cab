#include "gallery/repairs.h"

#include "base/concurrently.h"

namespace cadre::gallery {
namespace {

constexpr int kContendedTries = 5;

}  // namespace

Task<Repaired> repair_for_sure(Gallery& gallery, catalog::Ref ref) {
    for (int attempt = 1;; ++attempt) {
        auto repaired = co_await gallery.ledger().repair(ref);
        // Somebody who keeps writing it tells the catalog with every write.
        if (!repaired || *repaired != Repaired::contended || attempt == kContendedTries) co_return repaired;
    }
}

Task<bool> only_this_one(Gallery& gallery, const Error& error, int failures) {
    if (error.kind != ErrorKind::unavailable || failures < kMostFailures) co_return false;
    const auto blobs = co_await gallery.stores().blobs.check();
    const auto catalog = co_await gallery.stores().catalog.check();
    co_return blobs.has_value() && catalog.has_value();
}

Task<std::uint64_t> audit(Gallery& gallery) {
    auto& catalog = gallery.stores().catalog;
    std::uint64_t mended = 0;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.audit(std::move(cursor), kAuditPage));
        mended += page.items.size();
        cursor = std::move(page.next);
    } while (!cursor.empty());
    co_return mended;
}

Task<std::vector<catalog::Ref>> unknown_to_blobs(Gallery& gallery, std::vector<catalog::Ref> refs) {
    std::vector<catalog::Ref> unknown;
    const auto look = [&](std::size_t i) -> Task<void> {
        CO_TRY(const auto there, co_await gallery.stores().blobs.list(Ledger::prefix(refs[i]), "", 1));
        if (there.items.empty()) unknown.push_back(refs[i]);
        co_return Result<void>();
    };
    CO_CHECK(co_await each(refs.size(), kRecordsAtOnce, look));
    co_return unknown;
}

}  // namespace cadre::gallery
