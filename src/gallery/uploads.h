// Bytes in, a photo out: streamed into a bounded scratch file and hashed on the way, probed in the sandbox, then kept.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/hash.h"
#include "gallery/access.h"
#include "gallery/crc32.h"
#include "gallery/gallery.h"
#include "gallery/scratch_room.h"

namespace cadre::gallery {

struct UploadOptions {
    std::string filename;
    std::string path;  // the folder it stood in, relative to the one that was sent; may be empty
    Visibility visibility = Visibility::private_;
    std::optional<WallTime> modified;
    std::optional<int> modified_offset;      // minutes east of UTC, where the file was modified
    std::optional<Sha256Digest> expected;    // from Repr-Digest
    std::optional<std::uint64_t> announced;  // from Content-Length, to refuse early
};

/// Of one with more bytes than that.
[[nodiscard]] Error file_too_large(std::uint64_t limit);

/// What a share's visitor gives: it becomes its owner's, and stands in the share's album.
struct Gift {
    std::string key, cookie;  // of the share
    std::string giver;        // as they call themselves; may be empty
};

struct Uploaded {
    Photo photo;
    bool duplicate = false;  // the person had the same bytes already; of a gift: the share showed them
};

/// An upload under way. Dropping it leaves nothing behind. Not thread-safe.
class Upload {
public:
    ~Upload();
    /// Errors: too_large, no_space, and, where its length was not announced, unavailable.
    Task<void> write(std::span<const std::uint8_t> bytes);
    /// Call once, at the end of the bytes. Errors: unauthenticated where the right to write has ended meanwhile,
    /// invalid (digest differs), unsupported, unprocessable, unavailable, no_space; nothing of a refused file stays.
    Task<Uploaded> finish();

private:
    friend class Uploads;
    struct Given {
        Gift gift;
        Share share;
    };
    Upload(Gallery& gallery, ScratchRoom& room, Viewer viewer, UploadOptions options, std::optional<Given> given);
    /// Whether who began this may end it.
    Task<void> require_still();
    /// In whose turn it waits: a share's visitors take none of its owner's.
    [[nodiscard]] const Id& turn() const { return given_ ? given_->share.id : owner_.id; }
    Task<void> open();
    Task<void> reserve(std::uint64_t bytes);
    Task<Uploaded> keep(std::string sha256, media::Probe probe);
    Task<std::optional<Uploaded>> duplicate_of(std::string sha256);
    Task<std::optional<Uploaded>> given_before(std::string sha256);

    Gallery& gallery_;
    ScratchRoom& room_;
    const Viewer viewer_;
    const User owner_;
    const std::optional<Given> given_;
    ScratchRoom::Part part_;
    UploadOptions options_;
    UniqueFd file_;
    Sha256 hash_;
    Crc32 crc32_;
    std::uint64_t size_ = 0;
};

class Uploads {
public:
    explicit Uploads(Gallery& gallery);
    /// Reserves what was announced. Errors: unauthenticated, too_large (as announced), unavailable (too many are under
    /// way), no_space.
    Task<std::unique_ptr<Upload>> begin(Viewer viewer, UploadOptions options);
    /// By a visitor of a share. Errors: those but unauthenticated, invalid (the giver's name), those of
    /// Shares::require_gifts(), too_many.
    Task<std::unique_ptr<Upload>> give(Gift gift, UploadOptions options);

    /// Of the scratch folder, which pieces of uploads share.
    [[nodiscard]] ScratchRoom& room() { return room_; }
    /// Errors: no_space where what is reserved there has none on the disk.
    Task<void> check_disk();

private:
    Task<std::unique_ptr<Upload>> open(Viewer viewer, UploadOptions options, std::optional<Upload::Given> given);

    Gallery& gallery_;
    ScratchRoom room_;
};

}  // namespace cadre::gallery
