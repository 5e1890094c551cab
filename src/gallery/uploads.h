// Bytes in, a photo out: streamed into a bounded scratch file and hashed on the way, probed in the sandbox, then kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/hash.h"
#include "gallery/access.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

struct UploadOptions {
    std::string filename;
    Visibility visibility = Visibility::private_;
    std::optional<WallTime> modified;
    std::optional<int> modified_offset;      // minutes east of UTC, where the file was modified
    std::optional<Sha256Digest> expected;    // from Repr-Digest
    std::optional<std::uint64_t> announced;  // from Content-Length, to refuse early
};

struct Uploaded {
    Photo photo;
    bool duplicate = false;  // the person had the same bytes already
};

/// An upload under way. Dropping it leaves nothing behind. Not thread-safe.
class Upload {
public:
    ~Upload();
    /// Errors: too_large, no_space.
    Task<void> write(std::span<const std::uint8_t> bytes);
    /// Call once, at the end of the bytes. Errors: invalid (digest differs), unsupported, unprocessable, unavailable,
    /// no_space; nothing of a refused file stays.
    Task<Uploaded> finish();

private:
    friend class Uploads;
    Upload(Gallery& gallery, std::atomic<std::uint64_t>& scratch_used, User owner, UploadOptions options,
           UniqueFd file);
    Task<Uploaded> keep(std::string sha256, media::Probe probe);
    Task<std::optional<Uploaded>> duplicate_of(std::string sha256);

    Gallery& gallery_;
    std::atomic<std::uint64_t>& scratch_used_;
    User owner_;
    UploadOptions options_;
    UniqueFd file_;
    Sha256 hash_;
    std::uint64_t size_ = 0;
};

class Uploads {
public:
    explicit Uploads(Gallery& gallery) : gallery_(gallery) {}
    /// Errors: unauthenticated, too_large (as announced), no_space.
    Task<std::unique_ptr<Upload>> begin(Viewer viewer, UploadOptions options);

private:
    Gallery& gallery_;
    std::atomic<std::uint64_t> scratch_used_{0};
};

}  // namespace cadre::gallery
