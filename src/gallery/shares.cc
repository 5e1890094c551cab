// Shares, as their owners make and change them.
#include "gallery/shares.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/concurrently.h"
#include "base/field_codes.h"
#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/accounts.h"
#include "gallery/announcer.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Index;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kSharesAtOnce = 8;

Result<void> check_if_match(const Shares::IfMatch& if_match, const Share& share) {
    if (!if_match || std::ranges::find(*if_match, share.revision) != if_match->end()) return {};
    return fail(Code::changed_meanwhile, "Somebody else has changed this share meanwhile. Load it again.");
}

Result<void> require_owner(const Viewer& viewer, const Share& share) {
    return viewer.user && viewer.user->id == share.owner ? Result<void>() : no_such_share();
}

}  // namespace

// ---- reading -------------------------------------------------------------------------------------------------------

Task<Share> Shares::require_own(Viewer viewer, Id id) {
    CO_CHECK(require_user(viewer));
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::share, id));
    if (!entry) co_return no_such_share();
    auto share = share_of(id, entry->truth);
    CO_CHECK(require_owner(viewer, share));
    co_return share;
}

Task<ShareCard> Shares::card_of(Share share) {
    auto& catalog = gallery_.stores().catalog;
    ShareCard card;
    std::vector<catalog::View> view{share.view()};
    CO_TRY(const auto summaries, co_await catalog.summaries(std::move(view)));
    card.count = summaries.at(0).total;
    std::string visits = "share/" + share.id.text();
    CO_TRY(const auto seen, co_await catalog.seen(std::move(visits)));
    card.views = seen.size();
    if (!seen.empty()) card.viewed = seen.front().at;
    card.share = std::move(share);
    co_return card;
}

Task<catalog::Page<ShareCard>> Shares::list(Viewer viewer, std::string cursor, std::size_t limit) {
    CO_TRY(const auto user, require_user(viewer));
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(auto found, co_await catalog.find_all(Index::shares_of, user.id.text(), std::move(cursor), limit));
    CO_TRY(const auto entries, co_await catalog.get_many(Kind::share, found.items));
    std::vector<Share> shares;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!entries[i] || entries[i]->truth.purged) continue;
        auto share = share_of(found.items[i], entries[i]->truth);
        if (share.owner == user.id) shares.push_back(std::move(share));
    }
    catalog::Page<ShareCard> page;
    page.items.resize(shares.size());
    const std::function<Task<void>(std::size_t)> look = [&](std::size_t i) -> Task<void> {
        CO_TRY(page.items[i], co_await card_of(shares[i]));
        co_return Result<void>();
    };
    CO_CHECK(co_await each(shares.size(), kSharesAtOnce, look));
    page.next = std::move(found.next);
    co_return page;
}

Task<ShareCard> Shares::get(Viewer viewer, Id id) {
    CO_TRY(auto share, co_await require_own(std::move(viewer), id));
    co_return co_await card_of(std::move(share));
}

// ---- making and changing -------------------------------------------------------------------------------------------

/// Who only is a member may not show others' photos to everybody.
Task<void> Shares::require_album(Viewer viewer, Id id) {
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::album, id));
    if (!entry) co_return wrong_field({"album", FieldCode::no_such_album});
    const auto album = album_of(id, entry->truth);
    if (!may(viewer, AlbumAction::see, album)) co_return wrong_field({"album", FieldCode::no_such_album});
    co_return require(viewer, AlbumAction::manage, album);
}

Task<void> Shares::require_photos(Viewer viewer, std::vector<Id> photos) {
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(Kind::photo, photos));
    Error error{Code::invalid_fields, "Some of these photos cannot be shared."};
    for (std::size_t i = 0; i < photos.size(); ++i) {
        const bool there = entries[i] && !entries[i]->truth.purged;
        const auto photo = there ? photo_of(photos[i], entries[i]->truth) : Photo{};
        if (!there || !may(viewer, Action::see, photo))
            error.fields.push_back({fmt::format("photos[{}]", i), FieldCode::no_such_photo});
        else if (!viewer.owns(photo))
            error.fields.push_back({fmt::format("photos[{}]", i), FieldCode::photo_of_other});
        else if (photo.trashed_at)
            error.fields.push_back({fmt::format("photos[{}]", i), FieldCode::photo_in_trash});
    }
    if (!error.fields.empty()) co_return fail(std::move(error));
    co_return Result<void>();
}

Task<json::value> Shares::make_lock(Id owner, std::string password) {
    if (password.empty()) co_return json::value(nullptr);
    PasswordAsker asker{Turns::Lane::known, owner.text()};
    CO_TRY(const auto hash, co_await gallery_.accounts().passwords().hash(std::move(password), std::move(asker)));
    co_return json::value(json::object{{"hash", hash}, {"secret", gallery_.stores().random.token(kSecretBytes)}});
}

/// Whether anything was changed.
Task<bool> Shares::edit_photo(Id photo, Ledger::Decide decide) {
    const Ref ref{Kind::photo, photo};
    auto changed = co_await gallery_.ledger().edit(ref, std::move(decide));
    if (!changed) co_return fail(std::move(changed).error());
    if (changed->after == changed->before) co_return false;
    const auto before = photo_of(photo, changed->before);
    if (before.media_key != photo_of(photo, changed->after).media_key)
        co_await gallery_.afterwards().queue(jobs::make_job(job::kRekey, rekey_subject(before), before.owner.text()));
    co_await gallery_.announcer().photo_changed(photo, std::move(changed->before), std::move(changed->after));
    co_return true;
}

Task<void> Shares::put_photos(Share share, std::vector<Id> photos) {
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto photo = photo_of({}, truth);
        if (photo.owner != share.owner || photo.trashed_at)
            return wrong_field({"photos", FieldCode::photo_gone_meanwhile});
        if (photo.shares.size() >= kMaxSharesOfPhoto)
            return wrong_field({"photos", FieldCode::photo_shares_full, {{"max", kMaxSharesOfPhoto}}});
        Changes changes;
        changes[share_field(share.id)] = true;
        return changes;
    };
    const std::function<Task<void>(std::size_t)> put = [&](std::size_t i) -> Task<void> {
        auto changed = co_await edit_photo(photos[i], decide);
        if (!changed && changed.error().kind == ErrorKind::not_found)
            co_return wrong_field({"photos", FieldCode::photo_deleted_meanwhile});
        if (!changed) co_return fail(std::move(changed).error());
        co_return Result<void>();
    };
    co_return co_await each(photos.size(), kSharesAtOnce, put);
}

/// Nobody has the link before the answer: so the record comes first, and photos are named in it one after the other.
Task<ShareCard> Shares::create(Viewer viewer, ShareWish wish) {
    CO_TRY(const auto user, require_user(viewer));
    const auto& stores = gallery_.stores();
    CO_CHECK(check(wish.rest, stores.clock.now()));
    if (wish.album.has_value() == !wish.photos.empty()) co_return wrong_field({"album", FieldCode::album_or_photos});
    if (wish.photos.size() > kMaxSharedPhotos)
        co_return wrong_field({"photos", FieldCode::too_many_members, {{"max", kMaxSharedPhotos}}});
    if (wish.rest.upload.value_or(false) && !wish.album)
        co_return wrong_field({"allow.upload", FieldCode::upload_needs_album});
    if (wish.album) {
        CO_CHECK(co_await require_album(viewer, *wish.album));
    } else {
        std::ranges::sort(wish.photos);
        wish.photos.erase(std::ranges::unique(wish.photos).begin(), wish.photos.end());
        CO_CHECK(co_await require_photos(viewer, wish.photos));
    }

    const Truth nothing;
    auto facts = changes_of(wish.rest, nothing);
    CO_TRY(auto lock, co_await make_lock(user.id, wish.rest.password.value_or("")));
    if (!lock.is_null()) facts[std::string(field::kUnlock)] = std::move(lock);
    if (wish.album) facts[std::string(field::kAlbum)] = json::value(wish.album->text());
    facts[std::string(field::kOwner)] = json::value(user.id.text());
    facts[std::string(field::kKey)] = json::value(stores.random.token(kKeyBytes));
    facts[std::string(field::kCreatedAt)] = stores.clock.now().time_since_epoch().count();
    const Ref ref{Kind::share, make_id(stores.clock, stores.random)};
    CO_TRY(const auto entry, co_await gallery_.ledger().create(ref, std::move(facts), {}));
    auto share = share_of(ref.id, entry.truth);

    auto put = co_await put_photos(share, std::move(wish.photos));
    // Asked after it is stored, as an upload does: who deletes this user either sees the share, or is seen here.
    if (put) put = co_await gallery_.accounts().require_still(viewer);
    if (!put) {
        const Ledger::Allow allow = [](const Truth&) -> Result<void> { return {}; };
        const auto purged = co_await purge_share(share, allow);
        if (!purged) log::warn("a share that was refused was not purged", {{"share", share.id.text()}});
        co_return fail(std::move(put).error());
    }
    co_return co_await card_of(std::move(share));
}

Task<ShareCard> Shares::change(Viewer viewer, Id id, ShareChange change, IfMatch if_match) {
    CO_TRY(const auto seen, co_await require_own(viewer, id));
    CO_CHECK(check(change, gallery_.stores().clock.now()));
    CO_CHECK(check_if_match(if_match, seen));
    std::optional<json::value> lock;
    if (change.password) {
        CO_TRY(lock, co_await make_lock(seen.owner, *change.password));
    }
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto share = share_of(id, truth);
        CHECK_RESULT(require_owner(viewer, share));
        CHECK_RESULT(check_if_match(if_match, share));
        if (change.upload.value_or(false) && !share.album)
            return wrong_field({"allow.upload", FieldCode::upload_needs_album});
        auto changes = changes_of(change, truth);
        if (lock && (share.lock || !lock->is_null())) changes[std::string(field::kUnlock)] = *lock;
        return changes;
    };
    const Ref ref{Kind::share, id};
    auto changed = co_await gallery_.ledger().edit(ref, decide);
    if (!changed && code_of(changed.error()) == Code::not_found) co_return no_such_share();
    if (!changed) co_return fail(std::move(changed).error());
    co_return co_await card_of(share_of(id, changed->after));
}

}  // namespace cadre::gallery
