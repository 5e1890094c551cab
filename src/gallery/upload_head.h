// What is stored of uploads that come in pieces, read back: how one was begun, whether it is there, what it became.
#pragma once

#include <string>
#include <string_view>

#include "gallery/upload_parts.h"
#include "gallery/uploads.h"

namespace cadre::gallery {

/// What nobody goes on with for so long has expired; the sweep takes it away later (kUploadFor).
inline constexpr std::chrono::hours kResumableFor{24};

struct UploadHead {
    UploadOptions options;
    std::string metadata;  // as it was sent
};

[[nodiscard]] std::string encode(const UploadHead& head);
/// Errors: invalid.
[[nodiscard]] Result<UploadHead> decode_upload_head(std::string_view text);

/// Errors: upload_not_found, unavailable.
Task<ListedUpload> find_upload(blobs::Store& blobs, Id owner, Id id);
[[nodiscard]] bool has_expired(const ListedUpload& listed, WallTime now);
/// Errors: upload_expired.
[[nodiscard]] Result<void> check_expired(const ListedUpload& listed, WallTime now);

/// Errors: upload_not_found, also for one that cannot be read; unavailable.
Task<UploadHead> read_head(blobs::Store& blobs, std::string prefix, const ListedUpload& listed);
/// The photo that it became. Errors: the same.
Task<Id> read_photo(blobs::Store& blobs, std::string prefix);

}  // namespace cadre::gallery
