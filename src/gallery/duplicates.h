// Look-alikes of one's own: which there are, what differs, and what becomes of those that are not kept.
//
// The finder says which photos look alike (find/alike.h); each is asked of the catalog again before it is answered, and
// what is done is done through the ledger as any other change.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "find/finder.h"
#include "gallery/access.h"
#include "gallery/gallery.h"
#include "gallery/photos.h"

namespace cadre::gallery {

[[nodiscard]] std::string_view text_of(find::AlikeKind kind);
[[nodiscard]] std::optional<find::AlikeKind> parse_alike_kind(std::string_view text);

struct Duplicates {
    std::string id;  // a digest of its photos' ids: another one when a photo comes or goes
    find::AlikeKind kind = find::AlikeKind::exact;
    std::vector<Photo> photos;         // two and more, the one that we would keep first
    std::vector<std::string> differs;  // names of members of a photo in which these are not all the same
    bool apart = false;                // somebody told these look-alikes apart
};

struct DuplicatesPage {
    std::vector<Duplicates> groups;
    std::string next;
};

struct Kept {
    std::vector<BulkResult> results;  // of each photo of the group
    std::vector<Id> trashed;          // to be restored by who takes it back
};

class LookAlikes {
public:
    /// Both outlive it.
    LookAlikes(Gallery& gallery, find::Finder& finder) : gallery_(gallery), finder_(finder) {}

    /// One's own, without what is in the trash and without groups that were told apart. A page may have fewer than
    /// `limit`, also none, and a next one. Errors: unauthenticated, invalid cursor, Code::search_in_the_making.
    Task<DuplicatesPage> list(Viewer viewer, std::vector<find::AlikeKind> kinds, std::string cursor,
                              std::uint32_t limit);

    /// Keeps these photos of the group. What was said of the others is joined into each that stays: tags, albums,
    /// favourite, the highest rating; title, caption, date and position where it has none. After all of that, and only
    /// then, the others go to the trash, each unless it was changed meanwhile. Where all are kept, the group is told
    /// apart: it is not listed again until a photo comes to it; with `apart` false it is listed again. Errors: invalid
    /// where nothing is kept or something else; Code::look_alikes_changed where there is no such group now; those of
    /// the joining, of which a part may be done then, and nothing is in the trash.
    Task<Kept> keep(Viewer viewer, std::string group, std::vector<Id> kept, bool apart);

    /// Of these photos those that show the same pixels as an older one of the same owner, and which that is. Errors:
    /// Code::search_in_the_making.
    Task<std::map<Id, Id>> originals_of(std::vector<Photo> photos);

private:
    Task<std::vector<Duplicates>> look_at(User user, std::vector<find::AlikePhotos> groups);
    Task<Duplicates> find_group(User user, std::string group, std::vector<Id> kept);
    Task<void> join(Viewer viewer, Duplicates group, std::vector<Id> kept);
    Task<std::vector<BulkResult>> tell_apart(Duplicates group, bool apart);

    Gallery& gallery_;
    find::Finder& finder_;
};

}  // namespace cadre::gallery
