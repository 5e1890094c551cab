#include "gallery/duplicates.h"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "base/concurrently.h"
#include "base/field_codes.h"
#include "base/hash.h"
#include "gallery/albums.h"
#include "gallery/announcer.h"
#include "gallery/likeness.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;
using find::AlikeKind;

constexpr std::size_t kLooksAtOnce = 8;
constexpr int kMostRounds = 20;           // pages of the finder for one of ours, where most were told apart
constexpr std::size_t kGroupDigits = 32;  // of its id

std::string apart_field(const std::string& group) { return std::string(field::kApartPrefix) + group; }

std::string id_of(AlikeKind kind, const std::vector<Photo>& photos) {
    std::vector<Id> ids;
    for (const auto& photo : photos) ids.push_back(photo.id);
    std::ranges::sort(ids);
    std::string text(text_of(kind));
    for (const auto& id : ids) text += " " + id.text();
    return sha256_hex(text).substr(0, kGroupDigits);
}

/// How much people said of it.
std::size_t said(const Photo& photo) {
    return (photo.title.empty() ? 0U : 1U) + (photo.caption.empty() ? 0U : 1U) + (photo.favourite ? 1U : 0U) +
           (photo.rating ? 1U : 0U) + photo.tags.size() + photo.albums.size();
}

/// The one that we would keep comes first: of most pixels, then of most bytes, then of which most was said, then the
/// oldest.
bool is_better(const Photo& a, const Photo& b) {
    const auto rank = [](const Photo& photo) {
        return std::tuple(std::uint64_t{photo.width} * photo.height, photo.size, said(photo));
    };
    return rank(a) != rank(b) ? rank(a) > rank(b) : a.id < b.id;
}

/// Names of members of a photo, as the contract has them.
std::vector<std::string> differing(const std::vector<Photo>& photos) {
    using Same = std::function<bool(const Photo&, const Photo&)>;
    static const std::vector<std::pair<const char*, Same>> kCompared = {
        {"width", [](const auto& a, const auto& b) { return a.width == b.width; }},
        {"height", [](const auto& a, const auto& b) { return a.height == b.height; }},
        {"size", [](const auto& a, const auto& b) { return a.size == b.size; }},
        {"content_type", [](const auto& a, const auto& b) { return a.content_type == b.content_type; }},
        {"rotation", [](const auto& a, const auto& b) { return a.rotation == b.rotation; }},
        {"taken_at", [](const auto& a, const auto& b) { return a.taken_at == b.taken_at; }},
        {"camera", [](const auto& a, const auto& b) { return a.camera == b.camera; }},
        {"location", [](const auto& a, const auto& b) { return a.location == b.location; }},
        {"filename", [](const auto& a, const auto& b) { return a.filename == b.filename; }},
        {"title", [](const auto& a, const auto& b) { return a.title == b.title; }},
        {"caption", [](const auto& a, const auto& b) { return a.caption == b.caption; }},
        {"tags", [](const auto& a, const auto& b) { return a.tags == b.tags; }},
        {"albums", [](const auto& a, const auto& b) { return a.albums == b.albums; }},
        {"rating", [](const auto& a, const auto& b) { return a.rating == b.rating; }},
        {"favourite", [](const auto& a, const auto& b) { return a.favourite == b.favourite; }},
        {"archived", [](const auto& a, const auto& b) { return a.archived == b.archived; }},
        {"visibility", [](const auto& a, const auto& b) { return a.visibility == b.visibility; }},
    };
    std::vector<std::string> names;
    for (const auto& [name, same] : kCompared)
        if (std::ranges::any_of(photos, [&](const Photo& photo) { return !same(photos.front(), photo); }))
            names.emplace_back(name);
    return names;
}

bool is_kept(const std::vector<Id>& kept, const Id& id) { return std::ranges::find(kept, id) != kept.end(); }

/// What was said of the others, as far as it is to be said of this one; nothing where it says all of it.
std::optional<PhotoChange> joined(const Photo& into, const std::vector<Photo>& others) {
    PhotoChange change;
    bool any = false;
    const auto set = [&any](auto& member, auto value) {
        member = std::move(value);
        any = true;
    };
    for (const auto& other : others) {
        for (const auto& tag : other.tags)
            if (std::ranges::find(into.tags, tag) == into.tags.end() &&
                std::ranges::find(change.add_tags, tag) == change.add_tags.end()) {
                change.add_tags.push_back(tag);
                any = true;
            }
        if (other.favourite && !into.favourite) set(change.favourite, true);
        const auto rating = change.rating ? *change.rating : into.rating;
        if (other.rating.value_or(0) > rating.value_or(0)) set(change.rating, other.rating);
        if (into.title.empty() && !change.title && !other.title.empty()) set(change.title, other.title);
        if (into.caption.empty() && !change.caption && !other.caption.empty()) set(change.caption, other.caption);
        if (!into.taken_at && !change.taken_at && other.taken_at)
            set(change.taken_at, std::optional(text_of(*other.taken_at)));
        if (!into.location && !change.location && other.location) set(change.location, other.location);
    }
    if (!any) return std::nullopt;
    return change;
}

tl::unexpected<Error> changed_meanwhile() {
    return fail(Code::look_alikes_changed, "These look-alikes are not as you saw them any more. Load them again.");
}

}  // namespace

std::string_view text_of(AlikeKind kind) {
    switch (kind) {
        case AlikeKind::exact:
            return "exact";
        case AlikeKind::near:
            return "near";
        case AlikeKind::burst:
            return "burst";
    }
    return "near";
}

std::optional<AlikeKind> parse_alike_kind(std::string_view text) {
    for (const auto kind : {AlikeKind::exact, AlikeKind::near, AlikeKind::burst})
        if (text == text_of(kind)) return kind;
    return std::nullopt;
}

/// What of these groups is there, in their order; those of fewer than two photos are left out.
Task<std::vector<Duplicates>> LookAlikes::look_at(User user, std::vector<find::AlikePhotos> groups) {
    std::vector<Id> ids;
    for (const auto& group : groups) ids.insert(ids.end(), group.ids.begin(), group.ids.end());
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(Kind::photo, std::move(ids)));
    std::vector<Duplicates> found;
    std::size_t next = 0;
    for (const auto& group : groups) {
        Duplicates shown;
        shown.kind = group.kind;
        std::vector<const Truth*> truths;
        for (const auto& id : group.ids) {
            const auto& entry = entries[next++];
            if (!entry || entry->truth.purged) continue;
            auto photo = photo_of(id, entry->truth);
            if (photo.owner != user.id || photo.trashed_at) continue;
            if (shown.kind == AlikeKind::exact && !shown.photos.empty() && photo.pixels != shown.photos.front().pixels)
                continue;
            truths.push_back(&entry->truth);
            shown.photos.push_back(std::move(photo));
        }
        if (shown.photos.size() < 2) continue;
        shown.id = id_of(shown.kind, shown.photos);
        shown.apart =
            std::ranges::all_of(truths, [&](const Truth* truth) { return truth->flag(apart_field(shown.id)); });
        std::ranges::sort(shown.photos, is_better);
        shown.differs = differing(shown.photos);
        found.push_back(std::move(shown));
    }
    co_return found;
}

Task<DuplicatesPage> LookAlikes::list(Viewer viewer, std::vector<AlikeKind> kinds, std::string cursor,
                                      std::uint32_t limit) {
    CO_TRY(const auto user, require_user(viewer));
    DuplicatesPage page;
    page.next = std::move(cursor);
    for (int round = 0; round < kMostRounds && page.groups.size() < limit; ++round) {
        find::AlikeWish wish;
        wish.owner = user.id;
        wish.kinds = kinds;
        wish.cursor = page.next;
        wish.limit = limit - static_cast<std::uint32_t>(page.groups.size());
        CO_TRY(auto found, co_await finder_.alike(std::move(wish)));
        page.next = std::move(found.next);
        CO_TRY(auto shown, co_await look_at(user, std::move(found.groups)));
        for (auto& group : shown)
            if (!group.apart) page.groups.push_back(std::move(group));
        if (page.next.empty()) break;
    }
    co_return page;
}

Task<Duplicates> LookAlikes::find_group(User user, std::string group, std::vector<Id> kept) {
    for (const auto& id : kept) {
        CO_TRY(auto groups, co_await finder_.alike_to(user.id, id));
        CO_TRY(auto shown, co_await look_at(user, std::move(groups)));
        for (auto& one : shown)
            if (one.id == group) co_return std::move(one);
    }
    co_return changed_meanwhile();
}

Task<Kept> LookAlikes::keep(Viewer viewer, std::string id, std::vector<Id> kept, bool apart) {
    CO_TRY(const auto user, require_user(viewer));
    CO_TRY(const auto group, co_await find_group(user, id, kept));
    Error wrong{Code::invalid_fields, "Some of these are not photos of this group."};
    for (std::size_t i = 0; i < kept.size(); ++i)
        if (std::ranges::none_of(group.photos, [&](const Photo& photo) { return photo.id == kept[i]; }))
            wrong.fields.push_back({"keep[" + std::to_string(i) + "]", FieldCode::photo_not_in_group});
    if (!wrong.fields.empty()) co_return fail(std::move(wrong));

    Kept done;
    std::vector<Photo> others;
    for (const auto& photo : group.photos)
        if (!is_kept(kept, photo.id)) others.push_back(photo);
    if (others.empty()) {
        CO_TRY(done.results, co_await tell_apart(group, apart));
        co_return done;
    }
    CO_CHECK(co_await join(viewer, group, kept));
    for (const auto& photo : group.photos)
        if (is_kept(kept, photo.id)) done.results.push_back({photo.id, std::nullopt});
    std::vector<BulkResult> results(others.size());
    co_await concurrently(others.size(), kLooksAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        results[i].id = others[i].id;
        std::vector<std::string> as_seen{others[i].revision};
        auto trashed = co_await gallery_.photos().trash(viewer, others[i].id, std::move(as_seen));
        if (!trashed) results[i].error = std::move(trashed).error();
    });
    for (auto& result : results) {
        if (!result.error) done.trashed.push_back(result.id);
        done.results.push_back(std::move(result));
    }
    co_return done;
}

/// What breaks off in between has lost nothing: nothing is in the trash yet, and the next time less is to be joined.
Task<void> LookAlikes::join(Viewer viewer, Duplicates group, std::vector<Id> kept) {
    std::vector<Photo> others;
    std::set<Id> albums;
    for (const auto& photo : group.photos) {
        if (is_kept(kept, photo.id)) continue;
        albums.insert(photo.albums.begin(), photo.albums.end());
        others.push_back(photo);
    }
    for (const auto& photo : group.photos) {
        if (!is_kept(kept, photo.id)) continue;
        if (auto change = joined(photo, others)) {
            std::vector<std::string> as_seen{photo.revision};
            CO_CHECK(co_await gallery_.photos().change(viewer, photo.id, std::move(*change), std::move(as_seen)));
        }
        for (const auto& album : albums) {
            if (std::ranges::find(photo.albums, album) != photo.albums.end()) continue;
            std::vector<Id> one{photo.id};
            auto added = co_await gallery_.albums().change_photos(viewer, album, std::move(one), {});
            auto refused = !added ? std::optional(std::move(added).error()) : std::move(added->front().error);
            // One that is gone, or to which this person adds nothing any more, has nothing to lose.
            if (refused && code_of(*refused) != Code::album_not_found && code_of(*refused) != Code::album_role_needed)
                co_return fail(std::move(*refused));
        }
    }
    co_return Result<void>();
}

Task<std::vector<BulkResult>> LookAlikes::tell_apart(Duplicates group, bool apart) {
    const auto name = apart_field(group.id);
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        Changes changes;
        if (truth.flag(name) != apart) changes[name] = apart ? json::value(true) : json::value(nullptr);
        return changes;
    };
    std::vector<BulkResult> results(group.photos.size());
    co_await concurrently(results.size(), kLooksAtOnce, [&](std::size_t i) -> asio::awaitable<void> {
        const auto id = results[i].id = group.photos[i].id;
        const Ref ref{Kind::photo, id};
        auto changed = co_await gallery_.ledger().edit(ref, decide);
        if (!changed) {
            results[i].error = std::move(changed).error();
            co_return;
        }
        if (changed->after == changed->before) co_return;
        co_await gallery_.announcer().photo_changed(id, std::move(changed->before), std::move(changed->after));
    });
    co_return results;
}

Task<std::map<Id, Id>> LookAlikes::originals_of(std::vector<Photo> photos) {
    std::erase_if(photos, [](const Photo& photo) { return photo.pixels.empty() || photo.trashed_at; });
    std::map<Id, std::vector<const Photo*>> owners;
    for (const auto& photo : photos) owners[photo.owner].push_back(&photo);
    std::vector<std::pair<const Photo*, Id>> asked;
    for (const auto& [owner, own] : owners) {
        std::vector<std::uint64_t> pixels;
        for (const auto* photo : own) pixels.push_back(short_digest_of(photo->pixels));
        CO_TRY(const auto found, co_await finder_.same_pixels(owner, std::move(pixels)));
        for (std::size_t i = 0; i < own.size(); ++i)
            for (const auto& id : found[i])
                if (id < own[i]->id) asked.emplace_back(own[i], id);
    }
    std::vector<Id> ids;
    for (const auto& [photo, id] : asked) ids.push_back(id);
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(Kind::photo, std::move(ids)));
    std::map<Id, Id> originals;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto& [photo, id] = asked[i];
        if (!entries[i] || entries[i]->truth.purged || originals.contains(photo->id)) continue;
        const auto other = photo_of(id, entries[i]->truth);
        if (other.owner == photo->owner && !other.trashed_at && other.pixels == photo->pixels)
            originals.emplace(photo->id, id);
    }
    co_return originals;
}

}  // namespace cadre::gallery
