// Which photos stand in an album: a fact of each photo, so that a thousand are a thousand small edits, none of which
// waits for another, and an album may have any number.
#include <algorithm>

#include "base/concurrently.h"
#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/albums.h"
#include "gallery/announcer.h"

namespace cadre::gallery {
namespace {

using catalog::Family;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kChangedAtOnce = 8;
constexpr std::size_t kChangedSlice = 200;

tl::unexpected<Error> no_such_photo() { return fail(Code::photo_not_found, "There is no such photo."); }

bool stands_in(const Photo& photo, const Id& album) {
    return std::ranges::find(photo.albums, album) != photo.albums.end();
}

}  // namespace

/// Whether anything was changed.
Task<bool> Albums::edit_photo(Id photo, Ledger::Decide decide, Ledger::Early late) {
    const Ref ref{Kind::photo, photo};
    const Ledger::Early early;
    auto changed = co_await gallery_.ledger().edit(ref, std::move(decide), early, std::move(late));
    if (!changed && code_of(changed.error()) == Code::not_found) co_return no_such_photo();
    if (!changed) co_return fail(std::move(changed).error());
    if (changed->after == changed->before) co_return false;
    co_await gallery_.announcer().photo_changed(photo, std::move(changed->before), std::move(changed->after));
    co_return true;
}

/// Of a thousand photos each is asked for anew whether this person may still add to the album: who is told that
/// somebody is no member any more sees nothing come that had not been begun. Albums that are gone count only until
/// somebody comes who needs their place.
Task<void> Albums::put_photo(Viewer viewer, Id album, Id id, std::optional<catalog::Point> place) {
    const Ledger::Early still = [&]() -> Task<void> {
        CO_TRY(const auto now, co_await album_now(album));
        if (!now) co_return no_such_album();
        CO_CHECK(require(viewer, AlbumAction::add, *now));
        viewer.albums.assign(1, album);
        co_return Result<void>();
    };
    std::vector<Id> full;  // the albums of a photo that stands in too many
    std::vector<Id> gone;
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto photo = photo_of(id, truth);
        full.clear();
        if (!viewer.owns(photo)) {
            if (!may(viewer, Action::see, photo)) return no_such_photo();
            return fail(Code::owner_only, "Only its owner can put a photo into an album.");
        }
        Changes changes;
        if (stands_in(photo, album)) return changes;
        for (const auto& dead : gone)
            if (stands_in(photo, dead)) changes[album_field(dead)] = nullptr;
        if (photo.albums.size() - changes.size() >= kMaxAlbumsOfPhoto) {
            full = photo.albums;
            return fail(Code::invalid_fields, "This photo stands in as many albums as one can.");
        }
        changes[album_field(album)] = place ? json::string(catalog::text_of(*place)) : json::value(true);
        return changes;
    };
    auto put = co_await edit_photo(id, decide, still);
    if (!put && !full.empty()) {
        CO_TRY(gone, co_await gone_of(gallery_.stores().catalog, gallery_.ledger(), Kind::album, full));
        if (!gone.empty()) put = co_await edit_photo(id, decide, still);
    }
    if (!put) co_return fail(std::move(put).error());
    co_return Result<void>();
}

/// An editor takes out what others put there. One's own anybody takes out, who has left too; of what else stands there
/// who is no member learns nothing.
Task<Albums::Taken> Albums::take_photo(Viewer viewer, Id album, Id id) {
    bool member = false, any = false;
    Taken taken;
    const Ledger::Early look = [&]() -> Task<void> {
        CO_TRY(const auto now, co_await album_now(album));
        member = now && may(viewer, AlbumAction::see, *now);
        any = now && may(viewer, AlbumAction::edit, *now);
        viewer.albums.clear();
        if (member) viewer.albums.push_back(album);
        co_return Result<void>();
    };
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto photo = photo_of(id, truth);
        const bool there = stands_in(photo, album);
        if (!viewer.owns(photo)) {
            if (!may(viewer, Action::see, photo)) return no_such_photo();
            if (there ? !any : !member)
                return fail(Code::album_role_needed, "Only its owner and the album's editors can take this photo out.");
        }
        Changes changes;
        if (there) changes[album_field(album)] = nullptr;
        taken.place = place_in_album(truth, album);
        return changes;
    };
    CO_TRY(taken.stood, co_await edit_photo(id, decide, look));
    co_return taken;
}

Task<std::vector<BulkResult>> Albums::change_photos(Viewer viewer, Id id, std::vector<Id> add, std::vector<Id> remove,
                                                    AlbumPlaces places) {
    CO_CHECK(require_user(viewer));
    CO_TRY(const auto album, co_await album_now(id));
    if (!album) co_return no_such_album();
    const bool member = may(viewer, AlbumAction::see, *album);
    if (!member && (!add.empty() || remove.empty())) co_return no_such_album();
    if (!add.empty()) CO_CHECK(require(viewer, AlbumAction::add, *album));

    std::vector<BulkResult> results(add.size() + remove.size());
    bool found = false;
    co_await concurrently(results.size(), kChangedAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        const bool adds = i < add.size();
        results[i].id = adds ? add[i] : remove[i - add.size()];
        Result<void> done;
        if (adds) {
            std::optional<catalog::Point> place;
            if (const auto said = places.find(add[i]); said != places.end()) place = said->second;
            done = co_await put_photo(viewer, id, add[i], place);
        } else {
            const auto taken = co_await take_photo(viewer, id, remove[i - add.size()]);
            if (!taken) done = fail(taken.error());
            if (taken && taken->stood) found = true;
            if (taken) results[i].place_before = taken->place;
        }
        if (!done) results[i].error = std::move(done).error();
    });
    // Who is no member learns of the album only by photos of their own that stand there.
    if (!member && !found) co_return no_such_album();
    if (add.empty()) co_return results;

    // Deleted meanwhile? Either this sees it, or who deletes it sees these photos (clear()).
    CO_TRY(const auto still, co_await album_now(id));
    if (still) co_return results;
    co_await concurrently(add.size(), kChangedAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        (void)co_await take_photo(viewer, id, add[i]);
    });
    co_return no_such_album();
}

/// Some, those that were taken last first. What cannot be read costs itself alone; the next slices are looked at until
/// one gets smaller, so that it hides no other.
Task<bool> Albums::clear_photos(Id album) {
    const catalog::View view{Family::album, album};
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        Changes changes;
        if (truth.find(album_field(album)) != nullptr) changes[album_field(album)] = nullptr;
        return changes;
    };
    std::optional<catalog::Place> after;
    for (;;) {
        CO_TRY(const auto rows, co_await gallery_.stores().catalog.newest(view, after, kChangedSlice));
        std::vector<Result<bool>> done(rows.size());
        co_await concurrently(rows.size(), kChangedAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
            done[i] = co_await edit_photo(rows[i].place.id, decide, {});
        });
        bool some = false;
        Result<void> all;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (done[i]) {
                some = some || *done[i];
            } else if (is_unreadable(done[i].error())) {
                log::error("a photo cannot be read, and keeps the name of an album that was deleted",
                           {{"photo", rows[i].place.id.text()}, {"why", done[i].error().detail}});
            } else if (all && done[i].error().kind != ErrorKind::not_found) {
                all = fail(std::move(done[i]).error());
            }
        }
        const bool last = rows.size() < kChangedSlice;
        if (!all && (last || !some)) co_return fail(std::move(all).error());
        if (last) co_return true;
        if (some) co_return false;
        after = rows.back().place;
    }
}

}  // namespace cadre::gallery
