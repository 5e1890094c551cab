#include "gallery/albums.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "base/concurrently.h"
#include "base/field_codes.h"
#include "base/log.h"
#include "gallery/account_records.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Family;
using catalog::Index;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

// Who moves an album under another holds this: of two who do so at once each could put one into the other's.
constexpr const char* kTreeLease = "albums";
constexpr Millis kTreeLeaseFor{4000};
constexpr Millis kTreeTryEvery{50};
constexpr int kTreeTries = 60;
constexpr std::size_t kAlbumsPage = 200;
constexpr std::size_t kAlbumsAtOnce = 8;

Result<void> check_if_match(const Albums::IfMatch& if_match, const Album& album) {
    if (!if_match || std::ranges::find(*if_match, album.revision) != if_match->end()) return {};
    return fail(Code::changed_meanwhile, "Somebody else has changed this album meanwhile. Load it again.");
}

tl::unexpected<Error> circle(FieldError why) {
    Error error{Code::album_circle, why.detail()};
    error.fields.push_back(std::move(why));
    return fail(std::move(error));
}

std::vector<Album> living(const std::vector<Id>& ids, const std::vector<std::optional<catalog::Entry>>& entries) {
    std::vector<Album> albums;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (entries[i] && !entries[i]->truth.purged) albums.push_back(album_of(ids[i], entries[i]->truth));
    return albums;
}

}  // namespace

// ---- reading -------------------------------------------------------------------------------------------------------

Task<std::optional<Album>> Albums::album_now(Id id) {
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::album, id));
    if (!entry) co_return std::optional<Album>();
    co_return album_of(id, entry->truth);
}

Task<Album> Albums::require_album(Viewer viewer, Id id, AlbumAction action) {
    CO_CHECK(require_user(viewer));
    CO_TRY(auto album, co_await album_now(id));
    if (!album) co_return no_such_album();
    CO_CHECK(require(viewer, action, *album));
    co_return std::move(*album);
}

Task<Viewer> Albums::with_albums(Viewer viewer, std::vector<Id> albums) {
    if (!viewer.user || albums.empty()) co_return viewer;
    auto& catalog = gallery_.stores().catalog;
    std::vector<std::optional<catalog::Entry>> entries;
    if (albums.size() == 1) {
        // Mostly it is one, which a catalog may know without asking.
        const Ref ref{Kind::album, albums.front()};
        CO_TRY(auto entry, co_await catalog.get(ref));
        entries.push_back(std::move(entry));
    } else {
        CO_TRY(entries, co_await catalog.get_many(Kind::album, albums));
    }
    for (const auto& album : living(albums, entries))
        if (may(viewer, AlbumAction::see, album)) viewer.albums.push_back(album.id);
    co_return viewer;
}

Task<std::map<Id, AlbumName>> Albums::names(Viewer viewer, std::vector<Id> albums) {
    std::map<Id, AlbumName> names;
    if (!viewer.user || albums.empty()) co_return names;
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(Kind::album, albums));
    for (auto& album : living(albums, entries))
        names[album.id] = {std::move(album.title), may(viewer, AlbumAction::see, album)};
    co_return names;
}

/// A cover that was chosen is shown for as long as it stands in the album; else the newest photo is. Of its record no
/// more is read than is shown: there may be one for each of many albums.
Task<std::vector<std::optional<AlbumCard::Cover>>> Albums::chosen_covers(std::vector<std::pair<Id, Id>> chosen) {
    std::vector<std::optional<AlbumCard::Cover>> covers(chosen.size());
    if (chosen.empty()) co_return covers;
    std::vector<Id> photos;
    for (const auto& [album, photo] : chosen) photos.push_back(photo);
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(Kind::photo, std::move(photos)));
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        if (!entries[i] || entries[i]->truth.purged) continue;
        const auto& truth = entries[i]->truth;
        const auto* there = truth.find(album_field(chosen[i].first));
        const auto access = catalog::access_of(truth);
        if (there == nullptr || truth.integer(field::kTrashedAt) || !access) continue;
        covers[i] = AlbumCard::Cover{chosen[i].second, access->key, truth.string(field::kThumbhash)};
    }
    co_return covers;
}

/// Counts, covers and dates come from what is kept with each view: nothing is counted.
Task<std::vector<AlbumCard>> Albums::cards(Viewer viewer, std::vector<Album> albums) {
    auto& catalog = gallery_.stores().catalog;
    std::vector<AlbumCard> cards;
    std::vector<catalog::View> views;
    std::vector<std::pair<Id, Id>> chosen;  // albums and their covers
    std::set<Id> here, elsewhere;
    for (const auto& album : albums) here.insert(album.id);
    for (auto& album : albums) {
        const auto role = viewer.user ? album.role_of(viewer.user->id) : std::nullopt;
        if (!role) continue;
        if (album.parent && !here.contains(*album.parent)) elsewhere.insert(*album.parent);
        views.emplace_back(Family::album, album.id);
        if (album.cover) chosen.emplace_back(album.id, *album.cover);
        auto& card = cards.emplace_back();
        card.role = *role;
        card.album = std::move(album);
    }
    std::vector<Id> parents(elsewhere.begin(), elsewhere.end());
    CO_TRY(const auto seer, co_await with_albums(viewer, std::move(parents)));
    // Two questions of the same length, at the same time.
    std::optional<Result<std::vector<catalog::Summary>>> asked;
    std::optional<Result<std::vector<std::optional<AlbumCard::Cover>>>> covers;
    const std::function<asio::awaitable<void>(std::size_t)> ask = [&](std::size_t which) -> asio::awaitable<void> {
        if (which == 0)
            asked = co_await catalog.summaries(views);
        else
            covers = co_await chosen_covers(chosen);
    };
    co_await concurrently(2, 2, ask);
    CO_TRY(const auto summaries, std::move(*asked));
    CO_TRY(auto chosen_of, std::move(*covers));
    auto next_chosen = chosen_of.begin();
    std::map<Id, std::string> owners;
    for (std::size_t i = 0; i < cards.size(); ++i) {
        auto& card = cards[i];
        const auto& summary = summaries[i];
        const Id owner = card.album.owner;
        if (!owners.contains(owner)) {
            CO_TRY(owners[owner], co_await gallery_.accounts().name_of(owner));
        }
        card.owner_name = owners[owner];
        auto& parent = card.album.parent;
        if (parent && !here.contains(*parent) && !seer.sees_album(*parent)) parent.reset();
        auto cover = card.album.cover ? std::move(*next_chosen++) : std::nullopt;
        if (!summary.newest) continue;
        card.count = summary.total;
        const auto& row = *summary.newest;
        card.cover = cover ? std::move(cover) : AlbumCard::Cover{row.place.id, row.key, row.thumbhash};
        card.from = summary.oldest.at;
        card.to = row.place.at;
    }
    co_return cards;
}

Task<catalog::Page<AlbumCard>> Albums::list(Viewer viewer, std::string cursor, std::size_t limit) {
    CO_TRY(const auto user, require_user(viewer));
    auto& catalog = gallery_.stores().catalog;
    CO_TRY(auto found, co_await catalog.find_all(Index::albums_of, user.id.text(), std::move(cursor), limit));
    CO_TRY(const auto entries, co_await catalog.get_many(Kind::album, found.items));
    auto albums = living(found.items, entries);
    // An album that a look-up still names may have lost this member by now.
    CO_TRY(auto shown, co_await cards(viewer, std::move(albums)));
    co_return catalog::Page<AlbumCard>{std::move(shown), std::move(found.next)};
}

Task<AlbumCard> Albums::get(Viewer viewer, Id id) {
    CO_TRY(auto album, co_await require_album(viewer, id, AlbumAction::see));
    std::vector<Album> one;
    one.push_back(std::move(album));
    CO_TRY(auto shown, co_await cards(viewer, std::move(one)));
    if (shown.empty()) co_return no_such_album();
    co_return std::move(shown.front());
}

// ---- making and changing -------------------------------------------------------------------------------------------

Task<std::vector<Id>> Albums::way_up(Id from) {
    std::vector<Id> way;
    std::optional<Id> next = from;
    while (next && way.size() < kMaxAlbumDepth) {
        const Id at = *next;
        CO_TRY(const auto album, co_await album_now(at));
        if (!album) break;
        way.push_back(at);
        next = album->parent;
    }
    co_return way;
}

/// Who puts an album into another must be able to change both, and it may not stand in itself.
Task<void> Albums::require_place(Viewer viewer, Id id, Id parent) {
    CO_TRY(const auto above, co_await album_now(parent));
    if (!above || !may(viewer, AlbumAction::see, *above)) co_return wrong_field({"parent", FieldCode::no_such_album});
    CO_CHECK(require(viewer, AlbumAction::edit, *above));
    CO_TRY(const auto way, co_await way_up(parent));
    if (std::ranges::find(way, id) != way.end()) co_return circle({"parent", FieldCode::album_in_itself});
    bool fits = way.size() < kMaxAlbumDepth;
    if (fits) {
        CO_TRY(fits, co_await fits_below(id, kMaxAlbumDepth - 1 - way.size()));
    }
    if (!fits) co_return circle({"parent", FieldCode::albums_too_deep, {{"max", kMaxAlbumDepth}}});
    co_return Result<void>();
}

Task<std::vector<Id>> Albums::children_of(Id album) {
    auto& catalog = gallery_.stores().catalog;
    std::vector<Id> children;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.find_all(Index::albums_in, album.text(), std::move(cursor), kAlbumsPage));
        children.insert(children.end(), page.items.begin(), page.items.end());
        cursor = std::move(page.next);
    } while (!cursor.empty());
    co_return children;
}

Task<bool> Albums::fits_below(Id album, std::size_t levels) {
    std::vector<Id> level{album};
    for (std::size_t depth = 0;; ++depth) {
        std::vector<Id> next;
        const std::function<Task<void>(std::size_t)> look = [&](std::size_t i) -> Task<void> {
            CO_TRY(const auto children, co_await children_of(level[i]));
            next.insert(next.end(), children.begin(), children.end());
            co_return Result<void>();
        };
        CO_CHECK(co_await each(level.size(), kAlbumsAtOnce, look));
        if (next.empty()) co_return true;
        if (depth == levels) co_return false;
        level = std::move(next);
    }
}

Task<void> Albums::require_cover(Id id, Id cover) {
    CO_TRY(const auto entry, co_await entry_now(gallery_.stores().catalog, Kind::photo, cover));
    const auto photo = entry ? std::optional(photo_of(cover, entry->truth)) : std::nullopt;
    if (photo && !photo->trashed_at && std::ranges::find(photo->albums, id) != photo->albums.end())
        co_return Result<void>();
    co_return wrong_field({"cover", FieldCode::cover_not_in_album});
}

Task<AlbumCard> Albums::create(Viewer viewer, AlbumChange wish) {
    CO_TRY(const auto user, require_user(viewer));
    if (!wish.title) co_return wrong_field({"title", FieldCode::missing});
    CO_CHECK(check(wish));
    const auto& stores = gallery_.stores();
    const Ref ref{Kind::album, make_id(stores.clock, stores.random)};
    // In a new album stands no other yet: it makes no circle, and needs no lease.
    if (wish.parent && *wish.parent) CO_CHECK(co_await require_place(viewer, ref.id, **wish.parent));
    if (wish.cover && *wish.cover) co_return wrong_field({"cover", FieldCode::cover_not_in_album});
    const Truth nothing;
    auto facts = changes_of(wish, nothing);
    facts[std::string(field::kOwner)] = json::value(user.id.text());
    facts[std::string(field::kCreatedAt)] = stores.clock.now().time_since_epoch().count();
    CO_TRY(const auto entry, co_await gallery_.ledger().create(ref, std::move(facts), {}));
    // Asked after it is stored, as an upload does: who deletes this user either sees the album, or is seen here.
    auto still = co_await gallery_.accounts().require_still(viewer);
    if (!still) {
        const Ledger::Allow allow = [](const Truth&) -> Result<void> { return {}; };
        if (still.error().kind == ErrorKind::unauthenticated) {
            const auto purged = co_await gallery_.ledger().purge(ref, allow);
            if (!purged) log::warn("an album that was refused was not purged", {{"album", ref.id.text()}});
        }
        co_return fail(std::move(still).error());
    }
    std::vector<Album> one;
    one.push_back(album_of(ref.id, entry.truth));
    CO_TRY(auto shown, co_await cards(viewer, std::move(one)));
    if (shown.empty()) co_return no_such_album();
    co_return std::move(shown.front());
}

Task<catalog::Lease> Albums::lease_tree() {
    auto& catalog = gallery_.stores().catalog;
    const std::string name = kTreeLease;
    for (int attempt = 1;; ++attempt) {
        auto lease = co_await catalog.lease(name, kTreeLeaseFor);
        if (lease || lease.error().kind != ErrorKind::conflict) co_return lease;
        if (attempt == kTreeTries) co_return fail(Code::busy, "Albums are being moved. Try again in a moment.");
        co_await sleep_for(kTreeTryEvery);
    }
}

Result<void> Albums::require_tree(MonotonicTime until) {
    if (gallery_.stores().clock.monotonic() < until) return {};
    return fail(Code::busy, "The server is too slow at the moment. Nothing was moved; try again.");
}

Task<Album> Albums::change_now(Viewer viewer, Id id, AlbumChange change, IfMatch if_match,
                               std::optional<MonotonicTime> until) {
    if (change.parent && *change.parent) CO_CHECK(co_await require_place(viewer, id, **change.parent));
    if (change.cover && *change.cover) CO_CHECK(co_await require_cover(id, **change.cover));
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto album = album_of(id, truth);
        CHECK_RESULT(require(viewer, AlbumAction::edit, album));
        CHECK_RESULT(check_if_match(if_match, album));
        if (until) CHECK_RESULT(require_tree(*until));
        return changes_of(change, truth);
    };
    const Ref ref{Kind::album, id};
    auto changed = co_await gallery_.ledger().edit(ref, decide);
    if (!changed && changed.error().kind == ErrorKind::not_found) co_return no_such_album();
    if (!changed) co_return fail(std::move(changed).error());
    co_return album_of(id, changed->after);
}

Task<AlbumCard> Albums::change(Viewer viewer, Id id, AlbumChange change, IfMatch if_match) {
    CO_CHECK(co_await require_album(viewer, id, AlbumAction::edit));
    CO_CHECK(check(change));
    std::optional<catalog::Lease> lease;
    if (change.parent && *change.parent) {
        CO_TRY(lease, co_await lease_tree());
    }
    const auto until = lease ? std::optional(lease->until) : std::nullopt;
    auto changed = co_await change_now(viewer, id, std::move(change), std::move(if_match), until);
    if (lease) (void)co_await gallery_.stores().catalog.release(std::move(*lease));
    if (!changed) co_return fail(std::move(changed).error());
    std::vector<Album> one;
    one.push_back(std::move(*changed));
    CO_TRY(auto shown, co_await cards(viewer, std::move(one)));
    if (shown.empty()) co_return no_such_album();
    co_return std::move(shown.front());
}

Task<void> Albums::remove(Viewer viewer, Id id, IfMatch if_match) {
    CO_TRY(const auto seen, co_await require_album(viewer, id, AlbumAction::manage));
    CO_CHECK(check_if_match(if_match, seen));
    const Ledger::Allow allow = [&](const Truth& truth) -> Result<void> {
        const auto album = album_of(id, truth);
        CHECK_RESULT(require(viewer, AlbumAction::manage, album));
        return check_if_match(if_match, album);
    };
    co_return co_await remove_now(id, allow);
}

// ---- members -------------------------------------------------------------------------------------------------------

Task<std::vector<AlbumMember>> Albums::members(Viewer viewer, Id id) {
    CO_TRY(const auto album, co_await require_album(viewer, id, AlbumAction::manage));
    std::vector<AlbumMember> members;
    for (const auto& [user, role] : album.members) {
        if (user == album.owner) continue;
        CO_TRY(auto name, co_await gallery_.accounts().name_of(user));
        if (!name.empty()) members.push_back({user, std::move(name), role});
    }
    std::ranges::sort(members, {}, &AlbumMember::name);
    CO_TRY(auto name, co_await gallery_.accounts().name_of(album.owner));
    members.insert(members.begin(), AlbumMember{album.owner, std::move(name), AlbumRole::owner});
    co_return members;
}

Task<AlbumMember> Albums::set_member(Viewer viewer, Id id, Id user, AlbumRole role) {
    CO_CHECK(co_await require_album(viewer, id, AlbumAction::manage));
    CO_TRY(const auto who, co_await gallery_.accounts().user(user));
    if (who.disabled) co_return no_such_user();
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto album = album_of(id, truth);
        CHECK_RESULT(require(viewer, AlbumAction::manage, album));
        if (album.owner == user) return wrong_field({"user", FieldCode::owner_needs_no_role});
        if (!album.members.contains(user) && album.members.size() >= kMaxAlbumMembers)
            return wrong_field({"user", FieldCode::album_members_full, {{"max", kMaxAlbumMembers}}});
        Changes changes;
        if (album.role_of(user) != role) changes[member_field(user)] = json::value(text_of(role));
        return changes;
    };
    const Ref ref{Kind::album, id};
    auto changed = co_await gallery_.ledger().edit(ref, decide);
    if (!changed && changed.error().kind == ErrorKind::not_found) co_return no_such_album();
    if (!changed) co_return fail(std::move(changed).error());
    co_return AlbumMember{user, who.name, role};
}

Task<AlbumMember> Albums::add_member(Viewer viewer, Id id, std::string name, AlbumRole role) {
    CO_TRY(const auto album, co_await require_album(viewer, id, AlbumAction::manage));
    CO_TRY(const auto who, co_await gallery_.accounts().named(viewer.user->id, std::move(name)));
    if (who.id == album.owner) co_return wrong_field({"name", FieldCode::owner_needs_no_role});
    co_return co_await set_member(std::move(viewer), id, who.id, role);
}

Task<void> Albums::remove_member(Viewer viewer, Id id, Id user) {
    const bool leaves = viewer.user && viewer.user->id == user;
    const auto action = leaves ? AlbumAction::see : AlbumAction::manage;
    CO_CHECK(co_await require_album(viewer, id, action));
    const Ledger::Decide decide = [&](const Truth& truth) -> Result<Changes> {
        const auto album = album_of(id, truth);
        CHECK_RESULT(require(viewer, action, album));
        if (album.owner == user) return wrong_field({"user", FieldCode::owner_cannot_leave});
        if (!album.members.contains(user)) return no_such_user();
        Changes changes;
        changes[member_field(user)] = nullptr;
        return changes;
    };
    const Ref ref{Kind::album, id};
    auto changed = co_await gallery_.ledger().edit(ref, decide);
    if (!changed && code_of(changed.error()) == Code::not_found) co_return no_such_album();
    if (!changed) co_return fail(std::move(changed).error());
    co_return Result<void>();
}

}  // namespace cadre::gallery
