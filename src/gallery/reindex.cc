#include "gallery/reindex.h"

#include "base/concurrently.h"
#include "base/log.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;

constexpr std::size_t kListPage = 1000;
constexpr std::size_t kAtOnce = 16;
constexpr int kContendedTries = 5;

constexpr Kind kKinds[] = {Kind::settings, Kind::user, Kind::token, Kind::album, Kind::share, Kind::photo};

/// The record that a key belongs to: "<folder>/<id>/…".
std::optional<Ref> ref_of_key(Kind kind, std::string_view key) {
    key.remove_prefix(catalog::folder_of(kind).size() + 1);
    const auto id = parse_id(key.substr(0, key.find('/')));
    if (!id) return std::nullopt;
    return Ref{kind, *id};
}

struct Work {
    Gallery& gallery;
    ReindexReport& report;
    const std::function<void(std::uint64_t)>& progress;
};

/// Repairs one record; what cannot be read is reported and does not stop the rest.
asio::awaitable<void> repair_one(Work& work, Ref ref, std::optional<Error>& fault) {
    for (int attempt = 0; attempt < kContendedTries; ++attempt) {
        auto repaired = co_await work.gallery.ledger().repair(ref);
        if (!repaired && repaired.error().kind == ErrorKind::unprocessable) {
            work.report.damaged.push_back(repaired.error().detail);
            co_return;
        }
        if (!repaired) {
            fault = std::move(repaired).error();
            co_return;
        }
        if (*repaired == Repaired::contended) continue;
        if (*repaired == Repaired::mended || *repaired == Repaired::removed) ++work.report.mended;
        co_return;
    }
    // Somebody keeps writing it, and every write tells the catalog.
}

Task<void> repair_all(Work& work, std::vector<Ref> refs) {
    std::optional<Error> fault;
    co_await concurrently(refs.size(), kAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        if (!fault) co_await repair_one(work, refs[i], fault);
    });
    if (fault) co_return fail(std::move(*fault));
    co_return Result<void>();
}

/// Everything of a kind that the blobs know.
Task<void> repair_listed(Work& work, Kind kind) {
    const std::string prefix = std::string(catalog::folder_of(kind)) + "/";
    std::optional<Ref> last;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await work.gallery.stores().blobs.list(prefix, std::move(cursor), kListPage));
        cursor = std::move(page.next);
        std::vector<Ref> refs;
        for (const auto& item : page.items) {
            const auto ref = ref_of_key(kind, item.key);
            if (!ref || ref == last) continue;
            last = ref;
            refs.push_back(*ref);
        }
        work.report.records += refs.size();
        CO_CHECK(co_await repair_all(work, std::move(refs)));
        if (work.progress) work.progress(work.report.records);
    } while (!cursor.empty());
    co_return Result<void>();
}

/// Everything of a kind that only the catalog knows.
Task<void> repair_leftovers(Work& work, Kind kind) {
    const auto& stores = work.gallery.stores();
    std::string cursor;
    do {
        CO_TRY(auto page, co_await stores.catalog.scan(kind, std::move(cursor), kListPage));
        cursor = std::move(page.next);
        std::vector<Ref> refs;
        for (const auto& listed : page.items) {
            const Ref ref{kind, listed.id};
            CO_TRY(const auto there, co_await stores.blobs.list(Ledger::prefix(ref), "", 1));
            if (there.items.empty()) refs.push_back(ref);
        }
        CO_CHECK(co_await repair_all(work, std::move(refs)));
    } while (!cursor.empty());
    co_return Result<void>();
}

/// What follows from entries that were right already, in parts that were not.
Task<void> audit(catalog::Catalog& catalog) {
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.audit(std::move(cursor), kListPage));
        cursor = std::move(page.next);
    } while (!cursor.empty());
    co_return Result<void>();
}

}  // namespace

Task<ReindexReport> reindex(Gallery& gallery, std::function<void(std::uint64_t)> progress) {
    ReindexReport report;
    Work work{gallery, report, progress};
    auto& catalog = gallery.stores().catalog;
    CO_TRY(auto mark, co_await catalog.begin_rebuild(true));
    for (const auto kind : kKinds) {
        CO_CHECK(co_await repair_listed(work, kind));
        CO_CHECK(co_await repair_leftovers(work, kind));
    }
    CO_CHECK(co_await audit(catalog));
    CO_CHECK(co_await catalog.end_rebuild(std::move(mark)));
    co_return report;
}

Task<std::size_t> settle_interrupted(Gallery& gallery) {
    CO_TRY(const auto refs, co_await gallery.stores().catalog.unsettled());
    for (const auto& ref : refs) {
        CO_TRY(const auto repaired, co_await gallery.ledger().repair(ref));
        if (repaired == Repaired::waiting) CO_CHECK(co_await gallery.ledger().undo_unfinished(ref));
        log::info("an interrupted write was finished or undone", {{"ref", text_of(ref)}});
    }
    co_return refs.size();
}

}  // namespace cadre::gallery
