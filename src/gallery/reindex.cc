#include "gallery/reindex.h"

#include "base/concurrently.h"
#include "base/log.h"
#include "base/sleep.h"
#include "gallery/leftovers.h"
#include "gallery/repairs.h"
#include "gallery/walk.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;

constexpr std::size_t kMostDamaged = 1000;
constexpr Millis kPauseBeforeAgain{300};

struct Work {
    Gallery& gallery;
    ReindexReport& report;
    const std::function<void(std::uint64_t)>& progress;
};

/// What cannot be read is reported and does not stop the rest.
Result<void> note(Work& work, Result<Repaired> repaired) {
    if (!repaired && repaired.error().kind == ErrorKind::unprocessable) {
        ++work.report.unreadable;
        if (work.report.damaged.size() < kMostDamaged) work.report.damaged.push_back(repaired.error().detail);
        return {};  // the catalog keeps what it knew of it
    }
    if (!repaired) return fail(std::move(repaired).error());
    if (*repaired == Repaired::mended || *repaired == Repaired::removed) ++work.report.mended;
    return {};
}

/// One that cannot be reached is asked for again: it may be this one alone.
Task<void> index_one(Work& work, const Shown& shown) {
    const Ref ref = *shown.ref();
    auto indexed = co_await work.gallery.ledger().index(ref, shown.items);
    if (indexed && *indexed == Repaired::contended) indexed = co_await repair_for_sure(work.gallery, ref);
    for (int failures = 1; !indexed && indexed.error().kind == ErrorKind::unavailable; ++failures) {
        CO_TRY(const bool alone, co_await only_this_one(work.gallery, indexed.error(), failures));
        if (alone) indexed = fail(ErrorKind::unprocessable, "", text_of(ref) + ": " + indexed.error().detail);
        if (alone || failures >= kMostFailures) break;
        co_await sleep_for(kPauseBeforeAgain);
        indexed = co_await repair_for_sure(work.gallery, ref);
    }
    co_return note(work, std::move(indexed));
}

/// Everything of a kind that the blobs know; `shown` sums up what there is.
Task<void> index_listed(Work& work, Kind kind, Tally& shown, WallTime before) {
    Walk walk(work.gallery.stores().blobs, std::string(catalog::folder_of(kind)) + "/");
    while (!walk.done()) {
        CO_TRY(auto page, co_await walk.next());
        std::erase_if(page, [](const Shown& one) { return !one.ref(); });
        for (const auto& one : page)
            if (!is_young(one.ref()->id, before)) shown.add(one.ref()->id);
        const auto index = [&](std::size_t i) -> Task<void> { return index_one(work, page[i]); };
        CO_CHECK(co_await each(page.size(), kRecordsAtOnce, index));
        work.report.records += page.size();
        if (work.progress) work.progress(work.report.records);
    }
    co_return Result<void>();
}

Task<void> repair_one(Work& work, Ref ref) {
    auto repaired = co_await repair_for_sure(work.gallery, ref);
    co_return note(work, std::move(repaired));
}

/// Everything of a kind that only the catalog knows.
Task<void> repair_leftovers(Work& work, Kind kind, Tally shown, WallTime before) {
    Leftovers leftovers(work.gallery.stores().catalog, kind, std::move(shown), before);
    while (!leftovers.done()) {
        CO_TRY(auto candidates, co_await leftovers.next());
        CO_TRY(const auto unknown, co_await unknown_to_blobs(work.gallery, std::move(candidates)));
        const auto repair = [&](std::size_t i) -> Task<void> { return repair_one(work, unknown[i]); };
        CO_CHECK(co_await each(unknown.size(), kRecordsAtOnce, repair));
    }
    co_return Result<void>();
}

}  // namespace

Task<ReindexReport> reindex(Gallery& gallery, std::function<void(std::uint64_t)> progress, Parts parts) {
    ReindexReport report;
    Work work{gallery, report, progress};
    auto& catalog = gallery.stores().catalog;
    CO_TRY(auto mark, co_await catalog.begin_rebuild(parts == Parts::all));
    const auto before = gallery.stores().clock.now() - kYoung;
    for (const auto kind : kRecordKinds) {
        Tally shown;
        CO_CHECK(co_await index_listed(work, kind, shown, before));
        CO_CHECK(co_await repair_leftovers(work, kind, std::move(shown), before));
    }
    CO_CHECK(co_await audit(gallery));
    CO_CHECK(co_await catalog.end_rebuild(std::move(mark)));
    co_return report;
}

Task<std::size_t> settle_interrupted(Gallery& gallery) {
    CO_TRY(const auto refs, co_await gallery.stores().catalog.unsettled());
    for (const auto& ref : refs) {
        auto outcome = co_await gallery.ledger().repair(ref);
        if (!outcome && is_unreadable(outcome.error())) {
            log::error("facts cannot be read", {{"ref", text_of(ref)}, {"why", outcome.error().detail}});
            CO_CHECK(co_await gallery.stores().catalog.settle(ref));
            continue;
        }
        CO_TRY(const auto repaired, std::move(outcome));
        if (repaired == Repaired::waiting) CO_CHECK(co_await gallery.ledger().undo_unfinished(ref));
        log::info("an interrupted write was finished or undone", {{"ref", text_of(ref)}});
    }
    co_return refs.size();
}

}  // namespace cadre::gallery
