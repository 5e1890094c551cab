// Who is asking, and the functions that decide what they may do with a photo and with an album.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "gallery/album.h"
#include "gallery/photo.h"
#include "gallery/share.h"

namespace cadre::gallery {

enum class Role { member, admin };
[[nodiscard]] std::string_view text_of(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

/// What a token may do: read, which is all that changes nothing; upload, which is to add photos and to ask what became
/// of them; all that its user may do.
enum class TokenScope { read, upload, all };
[[nodiscard]] std::string_view text_of(TokenScope scope);
[[nodiscard]] std::optional<TokenScope> parse_token_scope(std::string_view text);

/// What becomes of a person's tokens when their password is changed, or the session that made them is ended.
enum class Tokens { keep, revoke };

struct User {
    Id id;
    std::string name;
    Role role = Role::member;
    bool disabled = false;
    WallTime created;
    std::string language{};  // "en", "fr"; "": as the browser says
    std::string theme{};     // "light", "dark"; "": as the system says
    std::string leaving{};   // not "": deleted, and what becomes of the photos (gallery/departures.h)
};

/// Nobody, or somebody who is logged in or holds a token, or a visitor of a share: then no user, whoever it is.
struct Viewer {
    std::optional<User> user;
    std::string session;      // hash of the session it came by; empty with a token
    std::optional<Id> token;  // the token it came by
    TokenScope scope = TokenScope::all;
    /// Of the albums that are in question those that they may see: Albums::with_albums() looks them up.
    std::vector<Id> albums{};
    /// The share that they visit, and have unlocked: Shares::visit() makes such a viewer.
    std::optional<Share> share{};

    [[nodiscard]] bool is_admin() const { return user && user->role == Role::admin; }
    [[nodiscard]] bool owns(const Photo& photo) const { return user && user->id == photo.owner; }
    [[nodiscard]] bool sees_album(const Id& album) const;
};

/// see_about: what its owner and the camera said of it. see_details: file name, folder, hash and position.
enum class Action { see, see_about, see_details, edit, favourite, trash, restore, purge, download };

/// A share's visitor sees what the share shows, gets the originals of its owner's photos where it allows that, and may
/// nothing else.
[[nodiscard]] bool may(const Viewer& viewer, Action action, const Photo& photo);

/// The date as the viewer may know it: the offset of its place is for who may know the place.
[[nodiscard]] std::optional<TakenAt> taken_for(const Viewer& viewer, const Photo& photo);

/// See it and what stands in it; add photos of one's own; change it and take out any photo; say who is a member, delete
/// it.
enum class AlbumAction { see, add, edit, manage };
[[nodiscard]] bool may(const Viewer& viewer, AlbumAction action, const Album& album);
[[nodiscard]] Result<void> require(const Viewer& viewer, AlbumAction action, const Album& album);

/// not_found where it may not even be seen, forbidden (or unauthenticated for nobody) where it may not be done.
[[nodiscard]] Result<void> require(const Viewer& viewer, Action action, const Photo& photo);
/// Refuses nobody with unauthenticated; an administrator's business to a member with forbidden.
[[nodiscard]] Result<User> require_user(const Viewer& viewer);
[[nodiscard]] Result<User> require_admin(const Viewer& viewer);

}  // namespace cadre::gallery
