#include "catalog/families.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "base/unicode.h"
#include "catalog/sequence.h"

namespace cadre::catalog {
namespace {

using Keys = std::vector<std::string>;

/// Of each album: at its own time, or at the point to which it was moved.
void post_sequences(const Candidate& photo, Poster& views) {
    if (photo.trashed) return;
    for (const auto member : members_of(photo.truth, field::kAlbumPrefix)) {
        const auto album = parse_id(member);
        if (!album) continue;
        auto place = photo.row.place;
        const auto* value = photo.truth.find(std::string(field::kAlbumPrefix) + std::string(member));
        if (const auto point = value != nullptr ? parse_point(*value) : std::nullopt) {
            place.at = point->at;
            place.rank = point->rank;
        }
        views.post_at(place, *album);
    }
}

std::vector<FamilyDeclaration> families() {
    return {
        {
            .number = Family::wall,
            .name = "wall",
            .form = Form::one,
            .readers = Readers::everybody,
            .channel = Channel::wall,
            .tells_favourites = false,
            .holds_all = false,
            .decided_by = {field::kTrashedAt, field::kState},
            .post =
                [](const Candidate& photo, Poster& views) {
                    if (photo.everybody && !photo.trashed && photo.row.state == "ready") views.post();
                },
        },
        {
            .number = Family::mine,
            .name = "mine",
            .form = Form::of_person,
            .readers = Readers::its_person,
            .channel = Channel::person,
            .tells_favourites = true,
            .holds_all = true,
            .decided_by = {field::kTrashedAt, field::kArchived},
            .post =
                [](const Candidate& photo, Poster& views) {
                    if (!photo.trashed && !photo.truth.flag(field::kArchived)) views.post(photo.owner);
                },
            .version = 2,
        },
        {
            .number = Family::trash,
            .name = "trash",
            .form = Form::of_person,
            .readers = Readers::its_person,
            .channel = Channel::person,
            .tells_favourites = true,
            .holds_all = true,
            .decided_by = {field::kTrashedAt},
            .post =
                [](const Candidate& photo, Poster& views) {
                    if (photo.trashed) views.post(photo.owner);
                },
        },
        {
            .number = Family::favourites,
            .name = "favourites",
            .form = Form::of_person,
            .readers = Readers::its_person,
            .channel = Channel::person,
            .tells_favourites = true,
            .holds_all = false,
            .decided_by = {field::kTrashedAt, field::kFavourite},
            .post =
                [](const Candidate& photo, Poster& views) {
                    if (photo.row.favourite && !photo.trashed) views.post(photo.owner);
                },
        },
        {
            .number = Family::album,
            .name = "album",
            .form = Form::of_record,
            .readers = Readers::its_members,
            .channel = Channel::own,
            .tells_favourites = false,
            .holds_all = false,
            .decided_by = {"album:*", field::kTrashedAt},
            .post =
                [](const Candidate& photo, Poster& views) {
                    if (photo.trashed) return;
                    for (const auto member : members_of(photo.truth, field::kAlbumPrefix))
                        if (const auto album = parse_id(member)) views.post(*album);
                },
        },
        {
            .number = Family::tag,
            .name = "tag",
            .form = Form::person_word,
            .readers = Readers::its_person,
            .channel = Channel::person,
            .tells_favourites = true,
            .holds_all = false,
            .decided_by = {"tag:*", field::kTrashedAt},
            .post =
                [](const Candidate& photo, Poster& views) {
                    if (photo.trashed) return;
                    for (const auto& tag : members_of(photo.truth, field::kTagPrefix))
                        if (!tag.empty()) views.post(photo.owner, std::string(tag));
                },
        },
        {
            .number = Family::share,
            .name = "share",
            .form = Form::of_record,
            .readers = Readers::its_visitors,
            .channel = Channel::own,
            .tells_favourites = false,
            .holds_all = false,
            .decided_by = {"share:*", field::kTrashedAt},
            .post =
                [](const Candidate& photo, Poster& views) {
                    if (photo.trashed) return;
                    for (const auto member : members_of(photo.truth, field::kSharePrefix))
                        if (const auto share = parse_id(member)) views.post(*share);
                },
        },
        {
            .number = Family::archive,
            .name = "archive",
            .form = Form::of_person,
            .readers = Readers::its_person,
            .channel = Channel::person,
            .tells_favourites = true,
            .holds_all = true,
            .decided_by = {field::kTrashedAt, field::kArchived},
            .post =
                [](const Candidate& photo, Poster& views) {
                    if (!photo.trashed && photo.truth.flag(field::kArchived)) views.post(photo.owner);
                },
        },
        {
            .number = Family::sequence,
            .name = "sequence",
            .form = Form::of_record,
            .readers = Readers::its_members,
            .channel = Channel::own,
            .tells_favourites = false,
            .holds_all = false,
            .decided_by = {"album:*", field::kTrashedAt},
            .post = post_sequences,
        },
    };
}

std::vector<LookupDeclaration> lookups() {
    return {
        {
            .number = Index::photo_by_hash,
            .kind = Kind::photo,
            .decided_by = {field::kOwner, field::kSha256},
            .enter =
                [](const Truth& photo, Keys& keys) {
                    const auto owner = parse_id(photo.string(field::kOwner));
                    const auto hash = photo.string(field::kSha256);
                    if (owner && !hash.empty()) keys.push_back(key_of_hash(*owner, hash));
                },
        },
        {
            .number = Index::photo_by_key,
            .kind = Kind::photo,
            .decided_by = {field::kAccess},
            .enter =
                [](const Truth& photo, Keys& keys) {
                    if (auto access = access_of(photo)) keys.push_back(std::move(access->key));
                },
        },
        {
            .number = Index::user_by_name,
            .kind = Kind::user,
            .decided_by = {field::kName},
            .enter = [](const Truth& user, Keys& keys) { keys.push_back(fold_name(user.string(field::kName))); },
        },
        {
            .number = Index::token_by_hash,
            .kind = Kind::token,
            .decided_by = {field::kHash},
            .enter = [](const Truth& token, Keys& keys) { keys.push_back(token.string(field::kHash)); },
        },
        {
            .number = Index::tokens_of,
            .kind = Kind::token,
            .decided_by = {field::kUser},
            .enter = [](const Truth& token, Keys& keys) { keys.push_back(token.string(field::kUser)); },
        },
        {
            .number = Index::albums_of,
            .kind = Kind::album,
            .decided_by = {field::kOwner, "member:*"},
            .enter =
                [](const Truth& album, Keys& keys) {
                    auto owner = album.string(field::kOwner);
                    for (const auto member : members_of(album, field::kMemberPrefix))
                        if (member != owner) keys.emplace_back(member);
                    keys.push_back(std::move(owner));
                },
            .many = true,
        },
        {
            .number = Index::albums_in,
            .kind = Kind::album,
            .decided_by = {field::kParent},
            .enter = [](const Truth& album, Keys& keys) { keys.push_back(album.string(field::kParent)); },
            .many = true,
        },
        {
            .number = Index::share_by_key,
            .kind = Kind::share,
            .decided_by = {field::kKey},
            .enter =
                [](const Truth& share, Keys& keys) {
                    if (const auto key = share.string(field::kKey); !key.empty()) keys.push_back(sha256_hex(key));
                },
        },
        {
            .number = Index::shares_of,
            .kind = Kind::share,
            .decided_by = {field::kOwner},
            .enter = [](const Truth& share, Keys& keys) { keys.push_back(share.string(field::kOwner)); },
            .many = true,
        },
    };
}

}  // namespace

const Declarations& declared() {
    static const Declarations all(families(), lookups());
    return all;
}

std::string key_of_hash(const Id& owner, std::string_view sha256_hex) {
    return fmt::format("{}:{}", owner.text(), sha256_hex);
}

std::string fold_name(std::string_view name) { return fold_case(name); }

}  // namespace cadre::catalog
