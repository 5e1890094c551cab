// How shares end. The tomb is put first, and is the moment from which there is no such share for anybody. A job
// follows, which takes its name off its photos and gives those that nothing else shows other addresses; it may be done
// again. One that is lost is found again by photos that bear the name, for as long as the tomb stands (Sweep).
#include <algorithm>

#include "base/concurrently.h"
#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/announcer.h"
#include "gallery/derivatives.h"
#include "gallery/shares.h"
#include "gallery/timelines.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Family;
using catalog::Index;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kSharedPage = 200;
constexpr std::size_t kSharedSlice = 200;
constexpr std::size_t kSharedAtOnce = 8;

jobs::Job close_job(const Share& share) {
    auto job = jobs::make_job(job::kClose, share.id.text(), share.id.text());
    job.payload[kCloseOwner] = json::value(share.owner.text());
    if (share.album) job.payload[kCloseAlbum] = json::value(share.album->text());
    return job;
}

std::optional<Id> id_in(const jobs::Job& job, std::string_view name) {
    const auto text = get_string(job.payload, name);
    return text ? parse_id(*text) : std::nullopt;
}

}  // namespace

/// What a person still shares.
struct Shares::Others {
    std::set<Id> shares, albums;

    [[nodiscard]] bool show(const Photo& photo) const {
        return std::ranges::any_of(photo.shares, [&](const Id& id) { return shares.contains(id); }) ||
               std::ranges::any_of(photo.albums, [&](const Id& id) { return albums.contains(id); });
    }
};

/// A deletion that cannot be confirmed may yet take effect: the job looks.
Task<void> Shares::purge_share(Share share, Ledger::Allow allow) {
    const Ref ref{Kind::share, share.id};
    auto purged = co_await gallery_.ledger().purge(ref, std::move(allow), Unread::by_entry);
    if (purged || purged.error().kind == ErrorKind::unavailable) co_await gallery_.afterwards().queue(close_job(share));
    if (!purged && code_of(purged.error()) == Code::not_found) co_return no_such_share();
    if (!purged) co_return fail(std::move(purged).error());
    co_return Result<void>();
}

Task<void> Shares::revoke(Viewer viewer, Id id, IfMatch if_match) {
    CO_TRY(auto seen, co_await require_own(viewer, id));
    const Ledger::Allow allow = [&](const Truth& truth) -> Result<void> {
        const auto share = share_of(id, truth);
        if (share.owner != viewer.user->id) return no_such_share();
        if (!if_match || std::ranges::find(*if_match, share.revision) != if_match->end()) return {};
        return fail(Code::changed_meanwhile, "Somebody else has changed this share meanwhile. Load it again.");
    };
    co_return co_await purge_share(std::move(seen), allow);
}

Task<void> Shares::let_go(Id user) {
    auto& catalog = gallery_.stores().catalog;
    const Ledger::Allow allow = [](const Truth&) -> Result<void> { return {}; };
    Result<void> all;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.find_all(Index::shares_of, user.text(), std::move(cursor), kSharedPage));
        cursor = std::move(page.next);
        for (const auto& id : page.items) {
            CO_TRY(const auto entry, co_await entry_now(catalog, Kind::share, id));
            if (!entry) continue;
            auto gone = co_await purge_share(share_of(id, entry->truth), allow);
            if (!gone && gone.error().kind != ErrorKind::not_found && all) all = std::move(gone);
        }
    } while (!cursor.empty());
    co_return all;
}

// ---- what follows --------------------------------------------------------------------------------------------------

Task<Shares::Others> Shares::others_of(Id owner) {
    const auto& stores = gallery_.stores();
    Others others;
    std::string cursor;
    do {
        CO_TRY(auto page,
               co_await stores.catalog.find_all(Index::shares_of, owner.text(), std::move(cursor), kSharedPage));
        cursor = std::move(page.next);
        CO_TRY(const auto entries, co_await stores.catalog.get_many(Kind::share, page.items));
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (!entries[i] || entries[i]->truth.purged) continue;
            const auto share = share_of(page.items[i], entries[i]->truth);
            if (share.expired(stores.clock.now())) continue;
            others.shares.insert(share.id);
            if (share.album) others.albums.insert(*share.album);
        }
    } while (!cursor.empty());
    co_return others;
}

/// Public photos keep their addresses, which the wall shows too.
Task<std::optional<jobs::Job>> Shares::close(jobs::Job job) {
    using Next = std::optional<jobs::Job>;
    const auto id = parse_id(job.subject);
    if (!id) co_return fail(ErrorKind::invalid, "The job names no share.");
    const auto& stores = gallery_.stores();
    CO_TRY(const auto there, co_await entry_now(stores.catalog, Kind::share, *id));
    if (there) co_return Next();
    Others others;
    if (const auto owner = id_in(job, kCloseOwner)) {
        CO_TRY(others, co_await others_of(*owner));
    }
    const auto album = id_in(job, kCloseAlbum);
    const auto view = album ? catalog::View(Family::album, *album) : catalog::View(Family::share, *id);
    const auto name = share_field(*id);
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto photo = photo_of({}, truth);
        Changes changes;
        if (truth.find(name) != nullptr) changes[name] = nullptr;
        if (photo.visibility == Visibility::private_ && !others.show(photo))
            changes[std::string(field::kAccess)] = other_address(photo, stores.random);
        return changes;
    };
    const auto after = parse_cursor(get_string(job.payload, kCloseAfter).value_or(""));
    CO_TRY(const auto rows, co_await stores.catalog.newest(view, after, kSharedSlice));
    std::vector<Result<bool>> done(rows.size());
    co_await concurrently(rows.size(), kSharedAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        done[i] = co_await edit_photo(rows[i].place.id, decide);
    });
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (done[i] || done[i].error().kind == ErrorKind::not_found) continue;
        if (!is_unreadable(done[i].error())) co_return fail(std::move(done[i]).error());
        log::error("a photo cannot be read, and keeps the name of a share that was revoked",
                   {{"photo", rows[i].place.id.text()}, {"why", done[i].error().detail}});
    }
    if (rows.size() < kSharedSlice) co_return Next();
    job.payload[kCloseAfter] = json::value(cursor_of(rows.back().place));
    job.not_before = {};
    co_return Next(std::move(job));
}

Task<bool> Shares::close_forgotten(Id share) {
    const auto& stores = gallery_.stores();
    const catalog::View view{Family::share, share};
    CO_TRY(const auto photos, co_await stores.catalog.newest(view, std::nullopt, 1));
    if (photos.empty()) co_return false;
    std::string kind = job::kClose, subject = share.text();
    const auto held = co_await stores.jobs.holds(std::move(kind), std::move(subject));
    if (!held || *held) co_return true;
    log::info("photos still bear the name of a share that was revoked; its job was lost", {{"share", share.text()}});
    auto job = jobs::make_job(job::kClose, share.text(), share.text());
    CO_TRY(const auto entry, co_await stores.catalog.get({Kind::photo, photos.front().place.id}));
    if (entry) job.payload[kCloseOwner] = json::value(entry->truth.string(field::kOwner));
    co_await gallery_.afterwards().queue(std::move(job));
    co_return true;
}

}  // namespace cadre::gallery
