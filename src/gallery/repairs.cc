#include "gallery/repairs.h"

#include <algorithm>

#include "base/concurrently.h"
#include "base/log.h"

namespace cadre::gallery {
namespace {

constexpr int kContendedTries = 5;

constexpr const char* kLookUpsBefore = "3";
constexpr const char* kDeclaredBefore = "views 0.1 1.1 2.1 3.1 look-ups 0.1 1.1 2.1 3.1 4.1";
constexpr std::size_t kFormsKept = 4;
constexpr Millis kAuditLease{60'000};  // longer than a page takes

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

Task<void> audit_after_update(Gallery& gallery) {
    auto& catalog = gallery.stores().catalog;
    std::string name = "declared", name_before = "look-ups";
    auto form = catalog::declared().form();
    CO_TRY(auto done, co_await catalog.seen(name));
    if (done.empty()) {
        // The releases before wrote down by which look-ups they found things; the last of them had all that is here.
        CO_TRY(const auto before, co_await catalog.seen(name_before));
        const bool same = std::ranges::find(before, kLookUpsBefore, &catalog::Seen::item) != before.end();
        if (same) done.push_back({kDeclaredBefore, {}});
    }
    if (done.empty() || done.front().item != form) {
        auto lease = co_await catalog.lease(name, kAuditLease);
        if (!lease && lease.error().kind == ErrorKind::conflict) co_return Result<void>();  // another replica does it
        if (!lease) co_return fail(std::move(lease).error());
        std::string cursor;
        do {
            CO_TRY(auto page, co_await catalog.audit(std::move(cursor), kAuditPage));
            cursor = std::move(page.next);
            CO_TRY(*lease, co_await catalog.renew(std::move(*lease), kAuditLease));
        } while (!cursor.empty());
        CO_CHECK(co_await catalog.release(std::move(*lease)));
        log::info("what follows from the catalog's entries was looked through for this release");
    }
    co_return co_await catalog.see(std::move(name), std::move(form), kFormsKept);
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
