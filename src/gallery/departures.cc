#include "gallery/departures.h"

#include <vector>

#include "base/concurrently.h"
#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/announcer.h"
#include "gallery/photos.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Truth;

constexpr std::size_t kDepartingSlice = 200;
constexpr std::size_t kDepartingAtOnce = 4;

/// The mark of a favourite was the other owner's. A photo that is another's already, or gone, is done.
Task<void> hand_over(Gallery& gallery, Id id, Id from, Id to) {
    const auto decide = [&](const Truth& truth) -> Result<Changes> {
        Changes changes;
        if (truth.string(field::kOwner) != from.text()) return changes;
        changes[std::string(field::kOwner)] = json::value(to.text());
        if (truth.flag(field::kFavourite)) changes[std::string(field::kFavourite)] = false;
        return changes;
    };
    auto changed = co_await gallery.ledger().edit({Kind::photo, id}, decide);
    if (!changed && changed.error().kind == ErrorKind::not_found) co_return Result<void>();
    if (!changed) co_return fail(std::move(changed).error());
    co_await gallery.announcer().photo_changed(id, std::move(changed->before), std::move(changed->after));
    co_return Result<void>();
}

Task<void> remove_photo(Gallery& gallery, Id id, User owner) {
    Viewer viewer;
    viewer.user = std::move(owner);
    auto purged = co_await gallery.photos().purge(std::move(viewer), id, std::nullopt);
    if (!purged && purged.error().kind != ErrorKind::not_found) co_return fail(std::move(purged).error());
    co_return Result<void>();
}

}  // namespace

std::optional<Id> heir_of(std::string_view photos) {
    if (!photos.starts_with(kTransferPhotos)) return std::nullopt;
    return parse_id(photos.substr(kTransferPhotos.size()));
}

Task<bool> depart(Gallery& gallery, Id user) {
    auto& catalog = gallery.stores().catalog;
    CO_TRY(const auto entry, co_await entry_now(catalog, Kind::user, user));
    if (!entry || !is_leaving(entry->truth)) co_return true;
    const User owner = user_of(user, entry->truth);
    const auto heir = heir_of(owner.leaving);
    if (!heir && owner.leaving != kDeletePhotos)
        co_return fail(ErrorKind::invalid, "What becomes of a user's photos is not understood.", owner.leaving);
    if (heir) {
        CO_TRY(const auto there, co_await entry_now(catalog, Kind::user, *heir));
        if (!there) co_return fail(ErrorKind::conflict, "The user to whom photos are handed is gone.", owner.leaving);
    }
    for (const auto& family : catalog::declared().families()) {
        if (!family.holds_all) continue;
        const catalog::View view{family.number, user};
        CO_TRY(const auto rows, co_await catalog.newest(view, std::nullopt, kDepartingSlice));
        if (rows.empty()) continue;
        std::vector<Result<void>> done(rows.size());
        co_await concurrently(rows.size(), kDepartingAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
            const Id id = rows[i].place.id;
            if (heir)
                done[i] = co_await hand_over(gallery, id, user, *heir);
            else
                done[i] = co_await remove_photo(gallery, id, owner);
        });
        for (auto& one : done)
            if (!one) co_return fail(std::move(one).error());
        co_return false;
    }
    CO_CHECK(co_await gallery.accounts().forget_user(user));
    co_return true;
}

Task<std::size_t> queue_departures(Gallery& gallery) {
    CO_TRY(const auto leaving, co_await gallery.accounts().leaving());
    for (const auto& user : leaving)
        CO_CHECK(co_await gallery.stores().jobs.push(jobs::make_job(job::kDepart, user.id.text(), user.id.text())));
    co_return leaving.size();
}

}  // namespace cadre::gallery
