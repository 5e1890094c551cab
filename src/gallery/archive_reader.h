// The bytes of an archive, made when they are asked for: headers from the list, photos from the blob store. It holds
// one block of the list and at most kPiece bytes, whatever the archive's size.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gallery/access.h"
#include "gallery/archive_list.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

/// Bytes, or a part of an open file.
struct ArchivePiece {
    std::string bytes;
    std::shared_ptr<const UniqueFd> file;  // null: they are in `bytes`
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// Reads a range from its beginning to its end. The gallery outlives it. Not thread-safe.
class ArchiveReader {
public:
    /// `prefix`: of the archive's keys. The range lies within the archive.
    ArchiveReader(Gallery& gallery, Viewer viewer, std::string prefix, ArchiveHead head, std::uint64_t offset,
                  std::uint64_t length);

    /// Whether the photo with which the range begins can still be had: to be asked before anything is answered.
    /// Errors: archive_outdated, unauthenticated, unavailable; of a share those of Shares::still().
    Task<void> check();

    /// Nothing at the end. The right to each photo is asked again when its turn comes. Errors: archive_outdated where
    /// it is gone, hidden or another's now; unauthenticated; unavailable. What was sent until then is right, and the
    /// client may go on behind it.
    Task<std::optional<ArchivePiece>> next();

private:
    Task<void> load(std::size_t block);
    Task<ArchivePiece> of_entries();
    Task<ArchivePiece> of_photo(const ArchiveEntry& entry, std::uint64_t from);
    Task<ArchivePiece> of_directory();
    Task<blobs::Object> open(const ArchiveEntry& entry, std::uint64_t offset, std::uint64_t length);
    Task<void> require_right(const ArchiveEntry& entry);
    Task<void> require_viewer();
    std::size_t seek();

    Gallery& gallery_;
    Viewer viewer_;  // a share's visitor may what it allows now
    const std::string prefix_;
    const ArchiveHead head_;
    std::uint64_t at_;
    const std::uint64_t end_;

    std::optional<std::size_t> block_;  // which `entries_` are of
    std::vector<ArchiveEntry> entries_;
    std::size_t entry_ = 0;               // of the block
    std::uint64_t begins_ = 0;            // that entry, in the archive
    std::optional<Id> allowed_;           // the photo whose right was asked last
    std::optional<MonotonicTime> asked_;  // when the viewer was
};

}  // namespace cadre::gallery
