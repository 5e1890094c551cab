// How users go: at once where they have neither photos nor albums, else as soon as these have gone
// (gallery/departures.h).
#include "base/field_codes.h"
#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/albums.h"
#include "gallery/announcer.h"
#include "gallery/departures.h"
#include "gallery/shares.h"

namespace cadre::gallery {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Truth;

Task<void> Accounts::require_no_photos(Id id) {
    auto& catalog = gallery_.stores().catalog;
    for (const auto& family : catalog::declared().families()) {
        if (!family.holds_all) continue;
        const catalog::View view{family.number, id};
        CO_TRY(const auto photos, co_await catalog.newest(view, std::nullopt, 1));
        if (!photos.empty())
            co_return fail(Code::user_has_photos,
                           "This user still has photos (the trash counts). Say what becomes of them: ?photos=delete or "
                           "?photos=transfer:<id of another user>.");
    }
    co_return Result<void>();
}

/// Somebody else's photos are not handed to who goes: they would belong to nobody.
Task<void> Accounts::require_no_heir(Id id) {
    CO_TRY(const auto others, co_await leaving());
    for (const auto& other : others)
        if (heir_of(other.leaving) == id)
            co_return fail(Code::user_has_photos,
                           "Photos of somebody who was deleted are being handed to this user. Try again in a while.");
    co_return Result<void>();
}

Task<void> Accounts::set_disabled(Id id, bool disabled) {
    const auto decide = [disabled](const Truth&) -> Result<Changes> {
        Changes changes;
        changes[std::string(field::kDisabled)] = disabled;
        return changes;
    };
    CO_CHECK(co_await gallery_.ledger().edit({Kind::user, id}, decide));
    co_return Result<void>();
}

/// An upload asks whether its owner may still write after it has stored the photo, and this looks for photos after the
/// owner may no longer: so either the upload is refused and leaves nothing, or its photo is seen here.
Task<void> Accounts::bury_user(User gone) {
    const Id id = gone.id;
    if (!gone.disabled) CO_CHECK(co_await set_disabled(id, true));
    auto buried = co_await require_no_photos(id);
    if (buried) {
        buried = co_await end_user(id);
        // What may yet take effect leaves them disabled: somebody who leaves must not come in.
        if (!buried && buried.error().kind == ErrorKind::unavailable) co_return buried;
    }
    if (!buried && !gone.disabled) CO_CHECK(co_await set_disabled(id, false));
    co_return buried;
}

/// Albums and shares follow as photos do, after the answer: what ends in the middle then ends the user too, and not
/// only albums.
Task<void> Accounts::end_user(Id id) {
    auto& catalog = gallery_.stores().catalog;
    for (const auto index : {catalog::Index::albums_of, catalog::Index::shares_of}) {
        std::string beginning;
        CO_TRY(const auto theirs, co_await catalog.find_all(index, id.text(), std::move(beginning), 1));
        if (!theirs.items.empty()) co_return co_await set_leaving(id, std::string(kDeletePhotos));
    }
    const Ledger::Allow allow = [](const Truth&) -> Result<void> { return {}; };
    const catalog::Ref ref{Kind::user, id};
    CO_CHECK(co_await gallery_.ledger().purge(ref, allow, Unread::by_entry));
    co_return Result<void>();
}

/// Once this is stored it happens, whatever ends meanwhile: the job is found again (departures.h).
Task<void> Accounts::set_leaving(Id id, std::string photos) {
    const Ledger::Decide decide = [&](const Truth&) -> Result<Changes> {
        Changes changes;
        changes[std::string(field::kDisabled)] = true;
        changes[std::string(field::kLeaving)] = json::value(photos);
        return changes;
    };
    const catalog::Ref ref{Kind::user, id};
    CO_CHECK(co_await gallery_.ledger().edit(ref, decide));
    log::info("a user was deleted; photos and albums follow", {{"user", id.text()}, {"photos", photos}});
    co_await gallery_.afterwards().queue(jobs::make_job(job::kDepart, id.text(), id.text()));
    co_return Result<void>();
}

Task<void> Accounts::begin_leaving(Id id, std::string photos) {
    if (const auto heir = heir_of(photos)) {
        const auto other = co_await user(*heir);
        if (!other && other.error().kind != ErrorKind::not_found) co_return fail(other.error());
        if (!other || other->disabled || *heir == id) co_return wrong_field({"photos", FieldCode::no_such_heir});
    } else if (photos != kDeletePhotos) {
        co_return wrong_field({"photos", FieldCode::not_end_of_photos});
    }
    co_return co_await set_leaving(id, std::move(photos));
}

/// Under the lease of administrators.
Task<void> Accounts::let_go(Id id, std::string photos) {
    CO_TRY(auto gone, co_await user(id));
    CO_TRY(const int others, co_await administrators_but(id));
    if (others == 0 && gone.role == Role::admin) co_return last_administrator();
    CO_CHECK(co_await require_no_heir(id));
    if (photos.empty()) co_return co_await bury_user(std::move(gone));
    co_return co_await begin_leaving(id, std::move(photos));
}

Task<void> Accounts::remove_user(Id id, std::string photos) {
    const auto& stores = gallery_.stores();
    if (photos.empty()) CO_CHECK(co_await require_no_photos(id));
    CO_TRY(const auto lease, co_await stores.catalog.lease(kAdministratorsLease, kNameLease));
    const auto gone = co_await let_go(id, std::move(photos));
    (void)co_await stores.catalog.release(lease);
    if (!gone) co_return gone;
    CO_CHECK(co_await end_sessions(id));
    CO_CHECK(co_await purge_tokens(id));
    co_await gallery_.announcer().account_changed(id);
    co_return Result<void>();
}

Task<std::vector<User>> Accounts::leaving() {
    CO_TRY(const auto all, co_await all_of(gallery_.stores().catalog, Kind::user));
    std::vector<User> leaving;
    for (const auto& listed : all)
        if (is_leaving(listed.entry.truth)) leaving.push_back(user_of(listed.id, listed.entry.truth));
    co_return leaving;
}

Task<void> Accounts::forget_user(Id id) {
    CO_CHECK(co_await require_no_photos(id));
    // Again: the process that deleted the user may have ended before it came so far.
    CO_CHECK(co_await end_sessions(id));
    CO_CHECK(co_await purge_tokens(id));
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::user, id));
    const auto heir = entry ? heir_of(entry->truth.string(field::kLeaving)) : std::nullopt;
    CO_CHECK(co_await gallery_.shares().let_go(id));
    CO_CHECK(co_await gallery_.albums().let_go(id, heir));
    const Ledger::Allow allow = [](const Truth& truth) -> Result<void> {
        if (is_leaving(truth)) return {};
        return fail(ErrorKind::conflict, "This user does not leave.");
    };
    CO_CHECK(co_await gallery_.ledger().purge({Kind::user, id}, allow));
    log::info("the photos of a deleted user are gone, and the user with them", {{"user", id.text()}});
    co_return Result<void>();
}

}  // namespace cadre::gallery
