#include "gallery/photos.h"

#include <algorithm>

#include "base/concurrently.h"
#include "base/field_codes.h"
#include "gallery/account_records.h"
#include "gallery/albums.h"
#include "gallery/announcer.h"
#include "gallery/derivatives.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kBulkAtOnce = 8;
constexpr std::uint32_t kTrashPage = 500;

using IfMatch = std::optional<std::vector<std::string>>;

Result<void> check_if_match(const IfMatch& if_match, const Photo& photo) {
    if (!if_match) return {};
    if (std::find(if_match->begin(), if_match->end(), photo.revision) != if_match->end()) return {};
    return fail(Code::changed_meanwhile, "Somebody else has changed this photo meanwhile. Load it again.");
}

/// Trashing, restoring and favourites have rights of their own; everything else is editing.
Result<void> require_change(const Viewer& viewer, const PhotoChange& change, const Photo& photo) {
    CHECK_RESULT(require(viewer, Action::see, photo));
    if (change.favourite) CHECK_RESULT(require(viewer, Action::favourite, photo));
    if (change.trashed) CHECK_RESULT(require(viewer, *change.trashed ? Action::trash : Action::restore, photo));
    if (!change.only_favourite()) CHECK_RESULT(require(viewer, Action::edit, photo));
    return {};
}

Result<void> check_tag_count(const Truth& truth, const Changes& changes) {
    const auto photo = photo_of({}, truth);
    auto count = static_cast<std::int64_t>(photo.tags.size());
    bool changed = false;
    for (const auto& [name, value] : changes) {
        if (!name.starts_with(catalog::field::kTagPrefix)) continue;
        changed = true;
        count += value.is_null() ? -1 : 1;
    }
    if (!changed || count <= static_cast<std::int64_t>(kMaxTags)) return {};
    Error error{Code::invalid_fields, "The photo would have too many tags."};
    error.fields.push_back({"tags", FieldCode::tags_full, {{"max", kMaxTags}}});
    return fail(std::move(error));
}

/// When it was trashed in the library's own time: only what was said with the moment itself counts.
std::optional<Lived> trashed_lived(const Truth& truth, const Lived& now) {
    const auto& fields = truth.facts.fields;
    const auto lived = fields.find(catalog::field::kTrashedLived);
    const auto at = fields.find(catalog::field::kTrashedAt);
    if (lived == fields.end() || at == fields.end() || lived->second.stamp != at->second.stamp) return std::nullopt;
    const auto moment = lived_from(lived->second.value);
    // A library that was put back from a backup is younger than it was.
    if (!moment || moment->seen > now.seen || moment->credited > now.credited) return std::nullopt;
    return moment;
}

}  // namespace

Task<Photo> Photos::load(Id id) {
    CO_TRY(const auto entry, co_await gallery_.stores().catalog.get({Kind::photo, id}));
    if (!entry || entry->truth.purged) co_return fail(Code::photo_not_found, "There is no such photo.");
    co_return photo_of(id, entry->truth);
}

Task<Viewer> Photos::seer(Viewer viewer, Photo photo) {
    if (photo.albums.empty() || may(viewer, Action::see, photo)) co_return viewer;
    co_return co_await gallery_.albums().with_albums(std::move(viewer), std::move(photo.albums));
}

Task<Photo> Photos::get(Viewer viewer, Id id, Action action) {
    CO_TRY(auto photo, co_await load(id));
    CO_TRY(viewer, co_await seer(viewer, photo));
    CO_CHECK(require(viewer, action, photo));
    co_return photo;
}

Task<Photo> Photos::change(Viewer viewer, Id id, PhotoChange change, IfMatch if_match) {
    CO_TRY(auto step, co_await change_step(std::move(viewer), id, std::move(change), std::move(if_match)));
    co_return std::move(step.after);
}

Task<Photos::Step> Photos::change_step(Viewer viewer, Id id, PhotoChange change, IfMatch if_match) {
    CO_CHECK(check(change));
    // Albums that were deleted, and shares that were revoked, while the photo was in the trash, where it stands in no
    // view that could show it to those who clear them.
    std::vector<std::string> dead;
    // Refused early from the catalog where it can be, and for certain from the truth below.
    Ledger::Early early = [&]() -> Task<void> {
        CO_TRY(const auto seen, co_await load(id));
        CO_TRY(viewer, co_await seer(viewer, seen));
        CO_CHECK(require_change(viewer, change, seen));
        if (seen.trashed_at && !change.trashed.value_or(true)) CO_CHECK(co_await find_dead(seen, dead));
        co_return Result<void>();
    };
    const auto& stores = gallery_.stores();
    std::optional<Lived> lived;
    if (change.trashed.value_or(false)) {
        CO_TRY(lived, co_await gallery_.lifetime().now());
    }
    const auto decide = [&](const Truth& truth) -> Result<Changes> {
        const Photo photo = photo_of(id, truth);
        CHECK_RESULT(require_change(viewer, change, photo));
        CHECK_RESULT(check_if_match(if_match, photo));
        TRY(auto changes, changes_of(change, truth, stores.clock.now(), stores.random, gallery_.policy().zone_at));
        for (const auto& name : dead)
            if (truth.find(name) != nullptr) changes[name] = nullptr;
        if (lived && !photo.trashed_at) changes[std::string(catalog::field::kTrashedLived)] = to_json(*lived);
        CHECK_RESULT(check_tag_count(truth, changes));
        return changes;
    };
    CO_TRY(auto changed, co_await gallery_.ledger().edit({Kind::photo, id}, decide, std::move(early)));
    Photo before = photo_of(id, changed.before);
    Photo photo = photo_of(id, changed.after);
    if (changed.after == changed.before) co_return Step{std::move(before), std::move(photo)};

    if (before.media_key != photo.media_key)
        co_await gallery_.afterwards().queue(jobs::make_job(job::kRekey, rekey_subject(before), photo.owner.text()));
    co_await gallery_.announcer().photo_changed(id, std::move(changed.before), std::move(changed.after));
    co_return Step{std::move(before), std::move(photo)};
}

Task<void> Photos::find_dead(const Photo& photo, std::vector<std::string>& dead) {
    auto& ledger = gallery_.ledger();
    auto& catalog = gallery_.stores().catalog;
    dead.clear();
    CO_TRY(const auto albums, co_await gone_of(catalog, ledger, Kind::album, photo.albums));
    for (const auto& album : albums) dead.push_back(album_field(album));
    CO_TRY(const auto shares, co_await gone_of(catalog, ledger, Kind::share, photo.shares));
    for (const auto& share : shares) dead.push_back(share_field(share));
    co_return Result<void>();
}

Task<Photo> Photos::trash(Viewer viewer, Id id, IfMatch if_match) {
    PhotoChange change;
    change.trashed = true;
    return this->change(std::move(viewer), id, std::move(change), std::move(if_match));
}

Task<Photo> Photos::restore(Viewer viewer, Id id) {
    PhotoChange change;
    change.trashed = false;
    return this->change(std::move(viewer), id, std::move(change), std::nullopt);
}

Task<void> Photos::purge(Viewer viewer, Id id, IfMatch if_match) {
    // What the catalog does not know, since its facts cannot be read, an administrator may still delete.
    const auto seen = co_await load(id);
    if (!seen && (seen.error().kind != ErrorKind::not_found || !viewer.is_admin())) co_return fail(seen.error());
    if (seen) {
        CO_TRY(viewer, co_await seer(viewer, *seen));
        CO_CHECK(require(viewer, Action::purge, *seen));
    }
    const auto allow = [&](const Truth& truth) -> Result<void> {
        const Photo photo = photo_of(id, truth);
        CHECK_RESULT(require(viewer, Action::purge, photo));
        return check_if_match(if_match, photo);
    };
    CO_TRY(auto was, co_await gallery_.ledger().purge({Kind::photo, id}, allow, Unread::by_entry));
    const Photo before = photo_of(id, was);
    auto removed = co_await gallery_.derivatives().remove_media(before.media_key);
    if (!removed)
        co_await gallery_.afterwards().queue(jobs::make_job(job::kRekey, rekey_subject(before), before.owner.text()));
    Truth purged;
    purged.purged = true;
    co_await gallery_.announcer().photo_changed(id, std::move(was), std::move(purged));
    co_return Result<void>();
}

Task<Original> Photos::original(Viewer viewer, Id id, std::uint64_t offset, std::uint64_t length) {
    CO_TRY(auto photo, co_await load(id));
    CO_TRY(viewer, co_await seer(viewer, photo));
    CO_CHECK(require(viewer, Action::download, photo));
    std::string key = Ledger::prefix({Kind::photo, id}) + "original";
    CO_TRY(auto object, co_await gallery_.stores().blobs.open(std::move(key), offset, length));
    co_return Original{std::move(photo), std::move(object)};
}

Task<std::vector<std::optional<Known>>> Photos::known(Viewer viewer, std::vector<std::string> sha256) {
    CO_TRY(const auto user, require_user(viewer));
    auto& catalog = gallery_.stores().catalog;
    for (auto& hash : sha256) hash = catalog::key_of_hash(user.id, hash);
    CO_TRY(auto found, co_await catalog.find(catalog::Index::photo_by_hash, std::move(sha256)));
    std::vector<Id> ids;
    for (const auto& id : found)
        if (id) ids.push_back(*id);
    CO_TRY(const auto entries, co_await catalog.get_many(Kind::photo, ids));
    std::vector<std::optional<Known>> known(found.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!found[i]) continue;
        const auto& entry = entries[next++];
        if (entry && !entry->truth.purged)
            known[i] = Known{*found[i], photo_of(*found[i], entry->truth).trashed_at.has_value()};
    }
    co_return known;
}

Task<std::vector<BulkResult>> Photos::change_many(Viewer viewer, std::vector<Id> ids, PhotoChange change,
                                                  std::vector<std::optional<std::string>> dates) {
    CO_CHECK(check(change));
    std::vector<BulkResult> results(ids.size());
    co_await concurrently(ids.size(), kBulkAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        results[i].id = ids[i];
        auto one = change;
        if (!dates.empty()) one.taken_at = dates[i], one.as_it_was = true;
        const bool dated = one.is_of_date();
        auto changed = co_await change_step(viewer, ids[i], std::move(one), std::nullopt);
        if (!changed)
            results[i].error = std::move(changed).error();
        else if (dated)
            results[i].taken_before.emplace(changed->before.taken_at);
    });
    co_return results;
}

Task<std::vector<BulkResult>> Photos::purge_many(Viewer viewer, std::vector<Id> ids) {
    std::vector<BulkResult> results(ids.size());
    co_await concurrently(ids.size(), kBulkAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        results[i].id = ids[i];
        auto purged = co_await purge(viewer, ids[i], std::nullopt);
        if (!purged) results[i].error = std::move(purged).error();
    });
    co_return results;
}

Task<std::size_t> Photos::expire_trash() {
    const auto& stores = gallery_.stores();
    CO_TRY(const auto now, co_await gallery_.lifetime().now());
    if (!now) co_return std::size_t{0};  // nobody has looked at a clock yet
    std::size_t count = 0;
    CO_TRY(const auto users, co_await gallery_.accounts().users());
    for (const auto& user : users) {
        const catalog::View trash{catalog::Family::trash, user.id};
        std::optional<catalog::Place> after;
        for (;;) {
            CO_TRY(const auto rows, co_await stores.catalog.newest(trash, after, kTrashPage));
            for (const auto& row : rows) {
                CO_TRY(const bool gone, co_await expire(row.place.id, *now));
                if (gone) ++count;
            }
            if (rows.size() < kTrashPage) break;
            after = rows.back().place;
        }
    }
    co_return count;
}

/// Whether it went.
Task<bool> Photos::expire(Id id, Lived now) {
    const auto& stores = gallery_.stores();
    const Ref ref{Kind::photo, id};
    CO_TRY(const auto entry, co_await stores.catalog.get(ref));
    if (!entry || !photo_of(id, entry->truth).trashed_at) co_return false;
    if (!trashed_lived(entry->truth, now)) {
        co_await begin_days(id, now);
        co_return false;
    }
    const auto expired = [&](const Truth& truth) {
        const auto since = trashed_lived(truth, now);
        return photo_of(id, truth).trashed_at && since &&
               has_passed(std::chrono::days(gallery_.policy().trash_days), *since, now);
    };
    if (!expired(entry->truth)) co_return false;
    // Somebody may have restored it meanwhile: the truth under the lease decides.
    const Ledger::Allow allow = [&](const Truth& truth) -> Result<void> {
        if (expired(truth)) return {};
        return fail(ErrorKind::conflict, "It was restored.");
    };
    auto purged = co_await gallery_.ledger().purge(ref, allow);
    if (!purged) co_return false;  // next time
    (void)co_await gallery_.derivatives().remove_media(photo_of(id, *purged).media_key);
    Truth gone;
    gone.purged = true;
    co_await gallery_.announcer().photo_changed(id, std::move(*purged), std::move(gone));
    co_return true;
}

/// What says nothing of the library's own time, or something that cannot be, counts from now. What is busy is found
/// again the next time; what cannot be read stays in the trash.
asio::awaitable<void> Photos::begin_days(Id id, Lived now) {
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        Changes changes;
        const auto* at = truth.find(catalog::field::kTrashedAt);
        if (at == nullptr || trashed_lived(truth, now)) return changes;
        changes[std::string(catalog::field::kTrashedAt)] = *at;
        changes[std::string(catalog::field::kTrashedLived)] = to_json(now);
        return changes;
    };
    const Ref ref{Kind::photo, id};
    (void)co_await gallery_.ledger().edit(ref, decide);
}

}  // namespace cadre::gallery
