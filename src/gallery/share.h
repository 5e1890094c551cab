// A share: an album, or photos that were chosen, shown to whoever has its link. As it is read from its truth, and what
// its owner may ask to change in it. docs/explanation/shares.md says what shares are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "catalog/entry.h"
#include "catalog/families.h"
#include "gallery/ledger.h"
#include "gallery/photo.h"

namespace cadre::gallery {

/// What its visitors may do beside looking.
struct Allow {
    bool download = false;  // originals of its owner's photos
    bool upload = false;    // give photos
    bool details = false;   // see captions, tags, rating and camera
};

/// How a share is locked. Both change with the password, so that cookies of an earlier one are void.
struct Lock {
    std::string hash;    // argon2id, encoded
    std::string secret;  // by which its cookies are signed
};

struct Share {
    Id id;
    std::string revision;  // changes with all that its owner edits; 16 hex digits
    Id owner;
    std::string key;          // 128 random bits in base64url; whoever has it may look
    std::optional<Id> album;  // nothing: of photos that were chosen
    std::string title;
    std::optional<Lock> lock;
    std::optional<WallTime> expires;
    Allow allow;
    WallTime created;
    bool own_order = false;  // that of its album; known of a share that is visited, for it stands in the album's record

    [[nodiscard]] bool expired(WallTime now) const { return expires && now >= *expires; }
    /// What it shows is a view: one of the album's, or its own.
    [[nodiscard]] catalog::View view() const;
    /// Whether the photo stands in it. One in the trash stands nowhere.
    [[nodiscard]] bool shows(const Photo& photo) const;
};

/// Reads a share from its truth. What is absent keeps its default.
[[nodiscard]] Share share_of(const Id& id, const catalog::Truth& truth);

[[nodiscard]] std::string share_field(const Id& share);

/// What POST and PATCH ask for: absent fields stay.
struct ShareChange {
    std::optional<std::string> title;
    std::optional<std::string> password;             // "": none
    std::optional<std::optional<WallTime>> expires;  // nothing inside: never
    std::optional<bool> download, upload, details;
};

/// What is to be shared: an album, or photos.
struct ShareWish {
    std::optional<Id> album;
    std::vector<Id> photos;
    ShareChange rest;
};

inline constexpr std::size_t kMaxShareTitle = 300;      // characters (code points)
inline constexpr std::size_t kMaxSharePassword = 256;   // bytes
inline constexpr std::size_t kMaxSharedPhotos = 1'000;  // of one share
inline constexpr std::size_t kMaxSharesOfPhoto = 100;

/// Whether a text could be the key of a share: 22 characters of base64url.
[[nodiscard]] bool is_share_key(std::string_view text);

/// Checks texts and times. Lists every wrong field.
[[nodiscard]] Result<void> check(const ShareChange& change, WallTime now);

/// The same for what is gone, was revoked, has expired, or never was.
[[nodiscard]] tl::unexpected<Error> no_such_share();
[[nodiscard]] tl::unexpected<Error> share_may_not();

/// The fields that `change` changes in `truth`, but for the password. Errors: invalid where photos may not be given to
/// a share of photos.
[[nodiscard]] Changes changes_of(const ShareChange& change, const catalog::Truth& truth);

}  // namespace cadre::gallery
