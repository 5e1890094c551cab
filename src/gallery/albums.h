// Albums: made, changed, nested, filled, and shared with members. docs/explanation/albums.md says what they are.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gallery/access.h"
#include "gallery/album.h"
#include "gallery/album_order.h"
#include "gallery/gallery.h"
#include "gallery/photos.h"

namespace cadre::gallery {

/// An album as one viewer sees it in a list.
struct AlbumCard {
    Album album;  // `parent` is nothing where the viewer may not see that one
    AlbumRole role = AlbumRole::viewer;
    std::string owner_name;
    std::uint64_t count = 0;
    struct Cover {
        Id id;
        std::string key, thumbhash;
    };
    std::optional<Cover> cover;
    std::optional<std::int64_t> from, to;  // seconds of the photos' own clocks, to the day
};

struct AlbumMember {
    Id user;
    std::string name;
    AlbumRole role = AlbumRole::viewer;
};

using AlbumPlaces = std::map<Id, catalog::Point>;

/// In the payload of job::kClear: where the album stood that was deleted; absent where it stood at the top.
inline constexpr const char* kClearParent = "parent";

class Albums {
public:
    using IfMatch = std::optional<std::vector<std::string>>;

    explicit Albums(Gallery& gallery) : gallery_(gallery) {}

    /// One's own and those one is a member of, by id. Errors: unauthenticated, invalid cursor.
    Task<catalog::Page<AlbumCard>> list(Viewer viewer, std::string cursor, std::size_t limit);
    /// Errors: unauthenticated, not_found (also for who is no member).
    Task<AlbumCard> get(Viewer viewer, Id id);
    /// Errors: invalid, forbidden, unprocessable (too deep), unauthenticated for who was disabled or deleted meanwhile.
    Task<AlbumCard> create(Viewer viewer, AlbumChange wish);
    /// Errors: those, not_found, precondition_failed, unprocessable where it would stand in itself.
    Task<AlbumCard> change(Viewer viewer, Id id, AlbumChange change, IfMatch if_match);
    /// Takes no photo with it; albums in it move up soon after.
    Task<void> remove(Viewer viewer, Id id, IfMatch if_match);

    /// One result an id, those to be added first; each is done for itself. `places`: where some of `add` stand in the
    /// album's own order, as they did when they were taken out; what stands in it already stays where it is. Errors:
    /// not_found, forbidden.
    Task<std::vector<BulkResult>> change_photos(Viewer viewer, Id id, std::vector<Id> add, std::vector<Id> remove,
                                                AlbumPlaces places = {});

    /// Moves photos in the album's own order, so that they stand together as they are named: one result an id. Of the
    /// others nothing is written but where no point is left between two (docs/explanation/albums.md). Errors:
    /// not_found, forbidden, invalid (where they are to go), unavailable.
    Task<std::vector<BulkResult>> move_photos(Viewer viewer, Id id, std::vector<Id> photos, AlbumSpot spot);

    /// The owner first, then by name.
    Task<std::vector<AlbumMember>> members(Viewer viewer, Id id);
    /// Errors: not_found (the album, or the user, also one who is disabled or leaves), forbidden, invalid.
    Task<AlbumMember> set_member(Viewer viewer, Id id, Id user, AlbumRole role);
    /// The same for whom one knows by name. Errors: those, too_many (Accounts::named()).
    Task<AlbumMember> add_member(Viewer viewer, Id id, std::string name, AlbumRole role);
    /// Anyone may leave. Errors: not_found, forbidden.
    Task<void> remove_member(Viewer viewer, Id id, Id user);

    // ---- for the rest of the gallery -----------------------------------------------------------------------------

    /// The viewer with those of `albums` noted that they may see: then may() knows.
    Task<Viewer> with_albums(Viewer viewer, std::vector<Id> albums);
    /// Of those of `albums` that there are.
    Task<std::map<Id, AlbumName>> names(Viewer viewer, std::vector<Id> albums);
    /// Moves what stands in an album that was deleted up to `parent`, or to the top, and takes some photos out of it.
    /// Returns whether that was all.
    Task<bool> clear(Id album, std::optional<Id> parent);
    /// Whether something still stands in an album that was deleted; its job is queued if nobody has it.
    Task<bool> clear_forgotten(Id album);
    /// What becomes of the albums of a user who goes: they go to the heir, or are deleted, and others lose a member.
    /// May be done again; an error of one album does not keep others, and is returned after them.
    Task<void> let_go(Id user, std::optional<Id> heir);

private:
    Task<std::optional<Album>> album_now(Id id);
    /// Errors: not_found where the viewer may not see it, forbidden where they may not do this.
    Task<Album> require_album(Viewer viewer, Id id, AlbumAction action);
    Task<std::vector<AlbumCard>> cards(Viewer viewer, std::vector<Album> albums);
    /// Of albums and the photos that are their covers, in this order; nothing where one is not to be shown.
    Task<std::vector<std::optional<AlbumCard::Cover>>> chosen_covers(std::vector<std::pair<Id, Id>> chosen);
    Task<void> require_place(Viewer viewer, Id id, Id parent);
    Task<void> require_cover(Id id, Id cover);
    /// `until`: when the lease of moves ends, if it is one.
    Task<Album> change_now(Viewer viewer, Id id, AlbumChange change, IfMatch if_match,
                           std::optional<MonotonicTime> until);
    Task<catalog::Lease> lease_tree();
    /// Whether the lease of moves still holds, asked right before something is written by what was seen under it.
    Result<void> require_tree(MonotonicTime until);
    Task<std::vector<Id>> children_of(Id album);
    /// Whether no more than so many levels of albums stand below it.
    Task<bool> fits_below(Id album, std::size_t levels);
    /// The album and those above it, at most kMaxAlbumDepth. One that is gone ends the way.
    Task<std::vector<Id>> way_up(Id from);
    Task<void> move_up(Id from, std::optional<Id> to);
    Task<void> move_child_up(Id child, Id from, std::optional<Id> to, MonotonicTime until);
    Task<bool> clear_photos(Id album);
    Task<void> remove_now(Id id, Ledger::Allow allow);
    Task<void> put_photo(Viewer viewer, Id album, Id photo, std::optional<catalog::Point> place);
    struct Taken {
        bool stood = false;  // there
        std::optional<catalog::Point> place;
    };
    Task<Taken> take_photo(Viewer viewer, Id album, Id photo);
    Task<void> place_photo(Viewer viewer, Id album, Placed placed);
    Task<bool> edit_photo(Id photo, Ledger::Decide decide, Ledger::Early late);

    Gallery& gallery_;
};

}  // namespace cadre::gallery
