// What of photos goes into an archive: which file, how large, its CRC-32, its name and time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gallery/access.h"
#include "gallery/archive_list.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

struct ArchiveItem {
    ArchiveEntry entry;    // its name is safe, and not yet unlike others
    std::string identity;  // of its bytes
};

/// Looks photos up for one viewer. The gallery outlives it.
class ArchiveContents {
public:
    /// What has no sum yet is read for it until `until`.
    ArchiveContents(Gallery& gallery, Viewer viewer, ArchiveContent content, MonotonicTime until)
        : gallery_(gallery), viewer_(std::move(viewer)), content_(content), until_(until) {}

    /// Of each photo in the order asked for, without those that cannot be had: of another person (originals), not ready
    /// (large), whose file is missing or damaged. With `named`, a photo that the viewer may not have is refused
    /// instead: not_found, forbidden. Errors: archive_in_the_making.
    Task<std::vector<ArchiveItem>> of(std::vector<Id> photos, bool named);

private:
    struct Candidate;
    Task<Viewer> seer(const std::vector<std::optional<catalog::Entry>>& entries);
    Task<void> sum_up(Candidate& candidate);
    [[nodiscard]] ArchiveItem item_of(const Candidate& candidate, const Viewer& seer) const;

    Gallery& gallery_;
    const Viewer viewer_;
    const ArchiveContent content_;
    const MonotonicTime until_;
};

/// What the original's file is called for its owner: its own name made safe (zip_names.h), else one by title or date.
[[nodiscard]] std::string original_name(const Photo& photo);

/// ".jpg" of "image/jpeg"; "" for what no photo is.
[[nodiscard]] std::string_view extension_of(std::string_view content_type);

/// The derived fact of the largest derivative (catalog::field::kLarge).
[[nodiscard]] json::value large_fact(std::string_view media_key, std::uint64_t size, std::uint32_t crc32);
/// The key that the largest derivative was last made for; empty where a release before that fact made it.
[[nodiscard]] std::string_view large_key(const catalog::Truth& truth);

/// The CRC-32 of a file's first `size` bytes. Blocks. Errors: as of a disk.
[[nodiscard]] Result<std::uint32_t> crc32_of_file(int file, std::uint64_t size);

}  // namespace cadre::gallery
