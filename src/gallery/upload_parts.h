// What a listing shows of uploads that come in pieces (docs/explanation/uploads.md): the objects are named so that a
// listing alone says how far each has come.
//
//   uploads/<user>/<id>/head-<length>      how it was begun
//   uploads/<user>/<id>/<offset>-<length>  a part of its bytes
//   uploads/<user>/<id>/photo              it has ended, and this is the photo
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "blobs/store.h"

namespace cadre::gallery {

[[nodiscard]] std::string uploads_of(const Id& owner);
[[nodiscard]] std::string upload_prefix(const Id& owner, const Id& id);
[[nodiscard]] std::string head_key(std::string_view prefix, std::uint64_t length);
[[nodiscard]] std::string part_key(std::string_view prefix, std::uint64_t offset, std::uint64_t length);
[[nodiscard]] std::string photo_key(std::string_view prefix);

/// Bytes [offset, offset + length) of an upload. Parts are immutable; they may overlap, and what is in both is the
/// same.
struct UploadPart {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::string key;
    [[nodiscard]] std::uint64_t end() const { return offset + length; }
};

/// One upload as a listing shows it.
struct ListedUpload {
    std::optional<std::uint64_t> length;  // nothing: it was not begun, or has been given up
    bool ended = false;
    std::vector<UploadPart> parts;
    std::vector<std::string> keys;  // all of them, the head's first
    WallTime newest{};

    void add(const blobs::Item& item, std::string_view name);

    /// The parts that together are the bytes from 0 on, in their order; of each what the one before does not have is
    /// taken. More parts never make it shorter: a late put takes nothing back.
    [[nodiscard]] std::vector<UploadPart> chain() const;
    /// Where the chain ends.
    [[nodiscard]] std::uint64_t reach() const;
    /// Where its sender is told to go on. The last byte is only had when the photo is: who was not told of the photo
    /// sends that byte again, and is told.
    [[nodiscard]] std::uint64_t offset() const;
};

/// Uploads by the piece of the key that is their id. Errors: unavailable.
Task<std::map<std::string, ListedUpload>> list_uploads(blobs::Store& blobs, std::string prefix);

}  // namespace cadre::gallery
