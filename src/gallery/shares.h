// Shares: made, changed and revoked by their owners, and visited by whoever has the link. docs/explanation/shares.md
// says what they are.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/cache.h"
#include "gallery/access.h"
#include "gallery/attempts.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

/// A share as its owner sees it.
struct ShareCard {
    Share share;
    std::uint64_t count = 0;  // photos that it shows
    std::size_t views = 0;    // visits that are known, kMaxViews at most
    std::optional<WallTime> viewed;
};

/// A share as its visitor sees it.
struct ShareDoor {
    Share share;
    std::string title;  // its own, else the album's
    std::string owner_name;
    std::optional<std::uint64_t> count;  // nothing while it is locked
    bool locked = false;
};

/// What opens a share again without its password.
struct Unlocked {
    std::string key;  // the cookie's value; "" where the share has no password
    WallTime until{};
};

/// In the payload of job::kClose.
inline constexpr const char* kCloseOwner = "owner";
inline constexpr const char* kCloseAlbum = "album";  // of a share of an album
inline constexpr const char* kCloseAfter = "after";  // as far as it has come

inline constexpr std::chrono::days kUnlockedFor{7};
inline constexpr std::size_t kMaxViews = 2'000;
/// Visits from one network within it are one.
inline constexpr std::chrono::hours kViewFor{1};

class Shares {
public:
    using IfMatch = std::optional<std::vector<std::string>>;

    explicit Shares(Gallery& gallery) : gallery_(gallery) {}

    // ---- for owners ----------------------------------------------------------------------------------------------
    /// One's own, by id. Errors: unauthenticated, invalid cursor.
    Task<catalog::Page<ShareCard>> list(Viewer viewer, std::string cursor, std::size_t limit);
    /// Errors: unauthenticated, not_found (also for who is not its owner).
    Task<ShareCard> get(Viewer viewer, Id id);
    /// Of an album that is one's own, or of one's own photos; all of them or none. Errors: invalid, forbidden where the
    /// album is another member's, unauthenticated for who was disabled or deleted meanwhile.
    Task<ShareCard> create(Viewer viewer, ShareWish wish);
    /// Errors: invalid, not_found, precondition_failed.
    Task<ShareCard> change(Viewer viewer, Id id, ShareChange change, IfMatch if_match);
    /// From the answer on there is no such share.
    Task<void> revoke(Viewer viewer, Id id, IfMatch if_match);

    // ---- for visitors --------------------------------------------------------------------------------------------
    /// Counts the visit, unless it is locked. `cookie` is what unlock() gave, or empty. Errors: not_found.
    Task<ShareDoor> look(std::string key, std::string cookie, std::string address);
    /// A viewer who may what the share allows, and nothing else. Errors: not_found, unauthenticated while it is locked.
    Task<Viewer> visit(std::string key, std::string cookie);
    /// The same visitor by what is known now: for what goes on after its answer began. Errors: those of visit(); locked
    /// also where the password is another.
    Task<Viewer> still(Viewer visitor);
    /// Errors: not_found, unauthenticated where the password is wrong, too_many.
    Task<Unlocked> unlock(std::string key, std::string password, Arrival from);

    /// The same of a share that takes photos of its visitors, by what is known now: asked before a gift is taken, and
    /// again when it is stored. Errors: those, forbidden.
    Task<Share> require_gifts(std::string key, std::string cookie);

    /// Its own, else its album's.
    Task<std::string> title_of(Share share);

    // ---- for the rest of the gallery -----------------------------------------------------------------------------
    /// What follows from a revocation: photos lose its name, and those that nothing else shows get other addresses.
    /// Some at a time; returns the job that goes on, or nothing when all is done.
    Task<std::optional<jobs::Job>> close(jobs::Job job);
    /// Whether photos still bear the name of a share that was revoked; its job is queued if nobody has it.
    Task<bool> close_forgotten(Id share);
    /// Revokes all of a user who goes. May be done again.
    Task<void> let_go(Id user);

private:
    /// One that is there, has not expired, and whose owner may still show it.
    Task<std::optional<Share>> open_share(std::string key);
    /// With the order in which it is shown; nothing where its owner may not show it any more.
    Task<std::optional<Share>> shown(Share share);
    Task<Share> require_own(Viewer viewer, Id id);
    Task<ShareCard> card_of(Share share);
    Task<void> require_album(Viewer viewer, Id album);
    Task<void> require_photos(Viewer viewer, std::vector<Id> photos);
    Task<json::value> make_lock(Id owner, std::string password);
    Task<void> put_photos(Share share, std::vector<Id> photos);
    Task<bool> edit_photo(Id photo, Ledger::Decide decide);
    asio::awaitable<void> note_view(Share share, std::string address);
    asio::awaitable<void> write_view(Id share, std::string item);
    Task<void> purge_share(Share share, Ledger::Allow allow);
    struct Others;
    Task<Others> others_of(Id owner);

    Gallery& gallery_;
    catalog::Cache<MonotonicTime> noted_{1 << 14};  // which visits have been written
};

}  // namespace cadre::gallery
