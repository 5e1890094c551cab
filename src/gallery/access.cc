#include "gallery/access.h"

#include <algorithm>

namespace cadre::gallery {

std::string_view text_of(Role role) { return role == Role::admin ? "admin" : "member"; }

std::optional<Role> parse_role(std::string_view text) {
    if (text == "admin") return Role::admin;
    if (text == "member") return Role::member;
    return std::nullopt;
}

std::string_view text_of(TokenScope scope) {
    switch (scope) {
        case TokenScope::read:
            return "read";
        case TokenScope::upload:
            return "upload";
        case TokenScope::all:
            break;
    }
    return "all";
}

std::optional<TokenScope> parse_token_scope(std::string_view text) {
    for (const auto scope : {TokenScope::read, TokenScope::upload, TokenScope::all})
        if (text == text_of(scope)) return scope;
    return std::nullopt;
}

bool Viewer::sees_album(const Id& album) const { return std::ranges::find(albums, album) != albums.end(); }

namespace {

/// Nobody gives away more than what is theirs: the originals of others who put photos into the album stay with them.
bool visitor_may(const Share& share, Action action, const Photo& photo) {
    if (!share.shows(photo)) return false;
    switch (action) {
        case Action::see:
            return true;
        case Action::see_about:
            return share.allow.details;
        case Action::download:
            return share.allow.download && photo.owner == share.owner;
        default:
            return false;
    }
}

}  // namespace

bool may(const Viewer& viewer, Action action, const Photo& photo) {
    if (viewer.share) return visitor_may(*viewer.share, action, photo);
    const bool master = viewer.owns(photo) || viewer.is_admin();
    switch (action) {
        case Action::see:
        case Action::see_about:
            return master ||
                   (photo.visibility == Visibility::public_ && photo.state == State::ready && !photo.trashed_at) ||
                   (!photo.trashed_at &&
                    std::ranges::any_of(photo.albums, [&](const Id& album) { return viewer.sees_album(album); }));
        case Action::favourite:
            return viewer.owns(photo);
        case Action::see_details:
        case Action::edit:
        case Action::trash:
        case Action::restore:
        case Action::purge:
        case Action::download:
            return master;
    }
    return false;
}

Result<void> require(const Viewer& viewer, Action action, const Photo& photo) {
    if (!may(viewer, Action::see, photo)) return fail(Code::photo_not_found, "There is no such photo.");
    if (may(viewer, action, photo)) return {};
    if (viewer.share) return share_may_not();
    if (!viewer.user) return fail(Code::not_logged_in, "Log in to do this.");
    if (action == Action::favourite) return fail(Code::owner_only, "Only its owner can make a photo a favourite.");
    return fail(Code::owner_only, "This photo belongs to somebody else.");
}

std::optional<TakenAt> taken_for(const Viewer& viewer, const Photo& photo) {
    auto taken = photo.taken_at;
    if (taken && photo.offset_from == "place" && !may(viewer, Action::see_details, photo))
        taken->time.offset_minutes.reset();
    return taken;
}

bool may(const Viewer& viewer, AlbumAction action, const Album& album) {
    const auto role = viewer.user ? album.role_of(viewer.user->id) : std::nullopt;
    if (!role) return false;
    switch (action) {
        case AlbumAction::see:
            return true;
        case AlbumAction::add:
            return *role >= AlbumRole::contributor;
        case AlbumAction::edit:
            return *role >= AlbumRole::editor;
        case AlbumAction::manage:
            return *role == AlbumRole::owner;
    }
    return false;
}

Result<void> require(const Viewer& viewer, AlbumAction action, const Album& album) {
    if (!viewer.user) return fail(Code::not_logged_in, "Log in to do this.");
    if (!may(viewer, AlbumAction::see, album)) return no_such_album();
    if (may(viewer, action, album)) return {};
    if (action == AlbumAction::manage) return fail(Code::album_role_needed, "Only the album's owner can do this.");
    return fail(Code::album_role_needed, "Your role in this album does not allow this. Ask its owner for another one.");
}

Result<User> require_user(const Viewer& viewer) {
    if (!viewer.user) return fail(Code::not_logged_in, "Log in to do this.");
    return *viewer.user;
}

Result<User> require_admin(const Viewer& viewer) {
    TRY(auto user, require_user(viewer));
    if (user.role != Role::admin) return fail(Code::administrators_only, "Only an administrator can do this.");
    return user;
}

}  // namespace cadre::gallery
