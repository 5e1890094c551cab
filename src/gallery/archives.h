// Archives: photos as one ZIP file, which is not kept anywhere but made of its list when it is fetched
// (docs/explanation/archives.md).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gallery/access.h"
#include "gallery/archive_list.h"
#include "gallery/archive_reader.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

inline constexpr std::size_t kMaxArchivePhotos = 100'000;
/// Those of one person, or of one share's visitors; of more the oldest go.
inline constexpr std::size_t kMaxArchives = 20;
/// Made for one share's visitors within an hour.
inline constexpr std::int64_t kMaxArchivesOfShare = 300;
/// For so long visitors are given one that was made before, of a share that shows the same as then.
inline constexpr std::chrono::hours kGivenAgainFor{24};
/// An archive can be fetched for so long, …
inline constexpr std::chrono::hours kArchiveFor{7 * 24};
/// … and its list goes then.
inline constexpr std::chrono::hours kArchiveGoes = kArchiveFor + std::chrono::hours(1);

/// That a share's visitor may choose of it.
inline constexpr std::size_t kMaxChosenOfShare = 1'000;

struct ArchiveWish {
    ArchiveContent content = ArchiveContent::originals;
    std::optional<std::string> scope;  // a view; nothing: `photos`
    std::vector<Id> photos;            // with a share's view: those of it that are wanted; none: all
};

struct Archive {
    Id id;
    ArchiveHead head;
    [[nodiscard]] WallTime expires() const { return id.made_at() + kArchiveFor; }
};

class Archives {
public:
    explicit Archives(Gallery& gallery) : gallery_(gallery) {}

    /// For a share's visitor, of its view alone, or of what they choose in it, and where it allows downloads. Errors:
    /// unauthenticated; not_found, forbidden (a photo that was named, a view); archive_empty; invalid (too many);
    /// archive_in_the_making, with what was done until then kept; too_many (of a share).
    Task<Archive> make(Viewer viewer, ArchiveWish wish);

    /// One's own, or of the share that one visits. Errors: unauthenticated, forbidden, archive_not_found.
    Task<ArchiveHead> find(Viewer viewer, Id id);

    /// A range of it, whose beginning was checked. Errors: those of ArchiveReader::check().
    Task<std::shared_ptr<ArchiveReader>> read(Viewer viewer, Id id, ArchiveHead head, std::uint64_t offset,
                                              std::uint64_t length);

private:
    Task<std::vector<Id>> all_of(Id keeper);
    Task<std::optional<Archive>> made_before(Id keeper, ArchiveContent content, std::string source);
    Task<void> let_go(Id keeper);
    Task<void> let_go_of(Id keeper, std::vector<Id> archives);

    Gallery& gallery_;
};

}  // namespace cadre::gallery
