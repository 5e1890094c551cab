#include "gallery/album.h"

#include <fmt/format.h>

#include "base/codes.h"
#include "base/field_codes.h"
#include "base/hash.h"
#include "base/utf8.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Truth;

/// Their stamps make the revision: a member who comes or goes makes nobody's edit of the title stale.
constexpr std::string_view kEdited[] = {field::kTitle, field::kDescription, field::kParent, field::kOrder,
                                        field::kCover};

std::string revision_of(const Truth& truth) {
    std::string stamps;
    for (const auto name : kEdited)
        if (const auto found = truth.facts.fields.find(name); found != truth.facts.fields.end())
            stamps += found->first + "=" + found->second.stamp.text() + "\n";
    return fmt::format("{:016x}", digest64(stamps));
}

void check_text(std::vector<FieldError>& errors, const char* name, const std::string& text, std::size_t most,
                bool line_feeds) {
    const auto length = utf8_length(text);
    if (!length)
        errors.push_back({name, FieldCode::not_utf8});
    else if (*length > most)
        errors.push_back({name, FieldCode::text_too_long, {{"length", *length}, {"max", most}}});
    else if (has_control(text, line_feeds))
        errors.push_back({name, FieldCode::control_characters});
}

void set_if_new(Changes& changes, const Truth& truth, std::string_view name, json::value value) {
    const auto* now = truth.find(name);
    if (now == nullptr ? value.is_null() : *now == value) return;
    changes.insert_or_assign(std::string(name), std::move(value));
}

json::value id_or_null(const std::optional<Id>& id) { return id ? json::value(id->text()) : json::value(nullptr); }

}  // namespace

std::string_view text_of(AlbumRole role) {
    switch (role) {
        case AlbumRole::viewer:
            return "viewer";
        case AlbumRole::contributor:
            return "contributor";
        case AlbumRole::editor:
            return "editor";
        case AlbumRole::owner:
            return "owner";
    }
    return "viewer";
}

std::optional<AlbumRole> parse_album_role(std::string_view text) {
    for (const auto role : {AlbumRole::viewer, AlbumRole::contributor, AlbumRole::editor})
        if (text == text_of(role)) return role;
    return std::nullopt;
}

std::string_view text_of(AlbumOrder order) {
    switch (order) {
        case AlbumOrder::oldest:
            return "oldest";
        case AlbumOrder::own:
            return "own";
        case AlbumOrder::newest:
            break;
    }
    return "newest";
}

std::optional<AlbumOrder> parse_album_order(std::string_view text) {
    for (const auto order : {AlbumOrder::newest, AlbumOrder::oldest, AlbumOrder::own})
        if (text == text_of(order)) return order;
    return std::nullopt;
}

std::optional<AlbumRole> Album::role_of(const Id& user) const {
    if (user == owner) return AlbumRole::owner;
    const auto member = members.find(user);
    return member == members.end() ? std::nullopt : std::optional(member->second);
}

Album album_of(const Id& id, const Truth& truth) {
    Album album;
    album.id = id;
    album.revision = revision_of(truth);
    album.owner = parse_id(truth.string(field::kOwner)).value_or(Id{});
    album.title = truth.string(field::kTitle);
    album.description = truth.string(field::kDescription);
    album.parent = parse_id(truth.string(field::kParent));
    album.order = parse_album_order(truth.string(field::kOrder)).value_or(AlbumOrder::newest);
    album.cover = parse_id(truth.string(field::kCover));
    album.created = WallTime(Millis(truth.integer(field::kCreatedAt).value_or(0)));
    for (const auto member : catalog::members_of(truth, field::kMemberPrefix)) {
        const auto user = parse_id(member);
        const auto role = parse_album_role(truth.string(std::string(field::kMemberPrefix) + std::string(member)));
        if (user && role) album.members[*user] = *role;
    }
    return album;
}

std::vector<Id> albums_of(const Truth& photo) {
    std::vector<Id> albums;
    for (const auto member : catalog::members_of(photo, field::kAlbumPrefix))
        if (const auto album = parse_id(member)) albums.push_back(*album);
    return albums;
}

std::string album_field(const Id& album) { return std::string(field::kAlbumPrefix) + album.text(); }
std::optional<catalog::Point> place_in_album(const Truth& photo, const Id& album) {
    const auto* value = photo.find(album_field(album));
    return value == nullptr ? std::nullopt : catalog::parse_point(*value);
}

std::string member_field(const Id& user) { return std::string(field::kMemberPrefix) + user.text(); }

tl::unexpected<Error> no_such_album() { return fail(Code::album_not_found, "There is no such album."); }

Result<void> check(const AlbumChange& change) {
    std::vector<FieldError> errors;
    if (change.title) {
        check_text(errors, "title", *change.title, kMaxAlbumTitle, false);
        if (change.title->find_first_not_of(' ') == std::string::npos)
            errors.push_back({"title", FieldCode::album_title_empty});
    }
    if (change.description) check_text(errors, "description", *change.description, kMaxAlbumDescription, true);
    if (errors.empty()) return {};
    Error error{Code::invalid_fields, "Some fields cannot be taken as they are."};
    error.fields = std::move(errors);
    return fail(std::move(error));
}

Changes changes_of(const AlbumChange& change, const Truth& truth) {
    Changes changes;
    if (change.title) set_if_new(changes, truth, field::kTitle, json::value(*change.title));
    if (change.description)
        set_if_new(changes, truth, field::kDescription,
                   change.description->empty() ? json::value(nullptr) : json::value(*change.description));
    if (change.parent) set_if_new(changes, truth, field::kParent, id_or_null(*change.parent));
    if (change.order)
        set_if_new(changes, truth, field::kOrder,
                   *change.order == AlbumOrder::newest ? json::value(nullptr) : json::value(text_of(*change.order)));
    if (change.cover) set_if_new(changes, truth, field::kCover, id_or_null(*change.cover));
    return changes;
}

}  // namespace cadre::gallery
