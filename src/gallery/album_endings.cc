// How albums go. The tomb is put first, and is the moment at which an album is gone for everybody: readers take a
// parent or an album of a photo that has one for none. A job follows, which moves the albums in it up and takes its
// photos out; it may be done again, and one that is lost is found again for as long as the tomb stands (Sweep).
#include <algorithm>

#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/albums.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Family;
using catalog::Index;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kEndedPage = 200;

jobs::Job clear_job(const Id& album, const std::optional<Id>& parent) {
    auto job = jobs::make_job(job::kClear, album.text(), album.text());
    if (parent) job.payload[kClearParent] = json::value(parent->text());
    return job;
}

}  // namespace

/// A deletion that cannot be confirmed may yet take effect: the job looks.
Task<void> Albums::remove_now(Id id, Ledger::Allow allow) {
    CO_TRY(const auto album, co_await album_now(id));
    if (!album) co_return no_such_album();
    const Ref ref{Kind::album, id};
    auto purged = co_await gallery_.ledger().purge(ref, std::move(allow), Unread::by_entry);
    if (!purged && purged.error().kind == ErrorKind::not_found) co_return no_such_album();
    if (purged || purged.error().kind == ErrorKind::unavailable)
        co_await gallery_.afterwards().queue(clear_job(id, album->parent));
    if (!purged) co_return fail(std::move(purged).error());
    co_return Result<void>();
}

Task<void> Albums::let_go(Id user, std::optional<Id> heir) {
    auto& catalog = gallery_.stores().catalog;
    const Ledger::Allow allow = [](const Truth&) -> Result<void> { return {}; };
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        Changes changes;
        if (truth.string(field::kOwner) == user.text() && heir) {
            changes[std::string(field::kOwner)] = json::value(heir->text());
            if (truth.find(member_field(*heir)) != nullptr) changes[member_field(*heir)] = nullptr;
        }
        if (truth.find(member_field(user)) != nullptr) changes[member_field(user)] = nullptr;
        return changes;
    };
    Result<void> all;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.find_all(Index::albums_of, user.text(), std::move(cursor), kEndedPage));
        cursor = std::move(page.next);
        for (const auto& id : page.items) {
            CO_TRY(const auto album, co_await album_now(id));
            if (!album) continue;
            Result<void> done;
            if (album->owner == user && !heir) {
                done = co_await remove_now(id, allow);
            } else {
                const Ref ref{Kind::album, id};
                const auto changed = co_await gallery_.ledger().edit(ref, decide);
                if (!changed) done = fail(changed.error());
            }
            if (done || done.error().kind == ErrorKind::not_found) continue;
            if (is_unreadable(done.error()))
                log::error("an album cannot be read, and stays as it is when its owner or member goes",
                           {{"album", id.text()}, {"user", user.text()}, {"why", done.error().detail}});
            else if (all)
                all = std::move(done);
        }
    } while (!cursor.empty());
    co_return all;
}

// ---- what follows --------------------------------------------------------------------------------------------------

Task<bool> Albums::clear(Id album, std::optional<Id> parent) {
    CO_TRY(const auto there, co_await album_now(album));
    if (there) co_return true;
    auto moved = co_await move_up(album, parent);
    CO_TRY(const bool ended, co_await clear_photos(album));
    if (ended && !moved) co_return fail(std::move(moved).error());
    co_return ended;
}

/// Until it is moved one that stands in it is shown at the top. One that cannot be read stays so.
Task<void> Albums::move_up(Id from, std::optional<Id> to) {
    auto& catalog = gallery_.stores().catalog;
    Result<void> all;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.find_all(Index::albums_in, from.text(), std::move(cursor), kEndedPage));
        cursor = std::move(page.next);
        for (const auto& child : page.items) {
            CO_TRY(auto lease, co_await lease_tree());
            auto moved = co_await move_child_up(child, from, to, lease.until);
            (void)co_await catalog.release(std::move(lease));
            if (moved || moved.error().kind == ErrorKind::not_found) continue;
            if (is_unreadable(moved.error()))
                log::error("an album cannot be read, and does not move up from one that was deleted",
                           {{"album", child.text()}, {"from", from.text()}, {"why", moved.error().detail}});
            else if (all)
                all = std::move(moved);
        }
    } while (!cursor.empty());
    co_return all;
}

/// Since the tomb was put the one above may have been deleted too, or moved into this child.
Task<void> Albums::move_child_up(Id child, Id from, std::optional<Id> to, MonotonicTime until) {
    if (to) {
        const Id above = *to;
        CO_TRY(const auto way, co_await way_up(above));
        if (way.empty() || std::ranges::find(way, child) != way.end()) to.reset();
    }
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        Changes changes;
        CHECK_RESULT(require_tree(until));
        if (truth.string(field::kParent) == from.text())
            changes[std::string(field::kParent)] = to ? json::value(to->text()) : json::value(nullptr);
        return changes;
    };
    const Ref ref{Kind::album, child};
    CO_CHECK(co_await gallery_.ledger().edit(ref, decide));
    co_return Result<void>();
}

Task<bool> Albums::clear_forgotten(Id album) {
    const auto& stores = gallery_.stores();
    const catalog::View view{Family::album, album};
    std::string beginning;
    CO_TRY(const auto children,
           co_await stores.catalog.find_all(Index::albums_in, album.text(), std::move(beginning), 1));
    if (children.items.empty()) {
        CO_TRY(const auto photos, co_await stores.catalog.newest(view, std::nullopt, 1));
        if (photos.empty()) co_return false;
    }
    std::string kind = job::kClear, subject = album.text();
    const auto held = co_await stores.jobs.holds(std::move(kind), std::move(subject));
    if (!held || *held) co_return true;
    // Where it stood is not known any more: what stands in it moves to the top.
    log::info("something still stands in an album that was deleted; its job was lost", {{"album", album.text()}});
    co_await gallery_.afterwards().queue(clear_job(album, std::nullopt));
    co_return true;
}

}  // namespace cadre::gallery
