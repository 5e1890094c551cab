// An album as people know it, read from its truth, and what people may ask to change in it. Which photos stand in it is
// a fact of each photo (catalog::field::kAlbumPrefix): no album's record grows with them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "catalog/entry.h"
#include "catalog/sequence.h"
#include "gallery/ledger.h"

namespace cadre::gallery {

/// Each may what those before it may: look; add photos of their own; change the album and take out any photo; say who
/// is a member, and delete it. Of an owner there is one, and no field says so.
enum class AlbumRole { viewer, contributor, editor, owner };
[[nodiscard]] std::string_view text_of(AlbumRole role);
/// Nothing for "owner", which nobody is made.
[[nodiscard]] std::optional<AlbumRole> parse_album_role(std::string_view text);

/// In which order an album is shown. It is its readers who turn it round: the lists themselves run from the newest. The
/// album's own order is another view: catalog::Family::sequence.
enum class AlbumOrder { newest, oldest, own };
[[nodiscard]] std::string_view text_of(AlbumOrder order);
[[nodiscard]] std::optional<AlbumOrder> parse_album_order(std::string_view text);

struct Album {
    Id id;
    std::string revision;  // changes with title, description, parent, order and cover; 16 hex digits
    Id owner;
    std::string title, description;
    std::optional<Id> parent;
    AlbumOrder order = AlbumOrder::newest;
    std::optional<Id> cover;  // a photo that somebody chose
    std::map<Id, AlbumRole> members;
    WallTime created;

    /// Nothing for who is neither owner nor member.
    [[nodiscard]] std::optional<AlbumRole> role_of(const Id& user) const;
};

/// Reads an album from its truth. What is absent keeps its default.
[[nodiscard]] Album album_of(const Id& id, const catalog::Truth& truth);

/// The albums in which a photo stands.
[[nodiscard]] std::vector<Id> albums_of(const catalog::Truth& photo);
[[nodiscard]] std::string album_field(const Id& album);
/// Where somebody has moved it to in an album's own order; nothing where it stands by its time, or not at all.
[[nodiscard]] std::optional<catalog::Point> place_in_album(const catalog::Truth& photo, const Id& album);
[[nodiscard]] std::string member_field(const Id& user);

/// What somebody who sees a photo may know of an album in which it stands.
struct AlbumName {
    std::string title;
    bool member = false;  // the viewer is one, or its owner
};

/// What POST and PATCH ask for: absent fields stay.
struct AlbumChange {
    std::optional<std::string> title, description;
    std::optional<std::optional<Id>> parent;  // nothing inside: at the top
    std::optional<AlbumOrder> order;
    std::optional<std::optional<Id>> cover;  // nothing inside: the newest
};

inline constexpr std::size_t kMaxAlbumTitle = 300;  // characters (code points)
inline constexpr std::size_t kMaxAlbumDescription = 5'000;
inline constexpr std::size_t kMaxAlbumMembers = 500;
inline constexpr std::size_t kMaxAlbumDepth = 50;  // albums in one another
inline constexpr std::size_t kMaxAlbumsOfPhoto = 500;

/// Checks texts. Lists every wrong field.
[[nodiscard]] Result<void> check(const AlbumChange& change);

[[nodiscard]] tl::unexpected<Error> no_such_album();

/// The fields that `change` changes in `truth`.
[[nodiscard]] Changes changes_of(const AlbumChange& change, const catalog::Truth& truth);

}  // namespace cadre::gallery
