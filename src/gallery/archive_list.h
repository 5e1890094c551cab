// The list of what is in an archive: written once when it is asked for, so that every replica serves any range of the
// same bytes. It is two objects in the blob store: a short head, and the entries in blocks, of which a reader holds one
// (docs/explanation/archives.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/id.h"
#include "base/result.h"
#include "gallery/zip_format.h"

namespace cadre::gallery {

/// The bytes as they were sent, or the largest derivative.
enum class ArchiveContent { originals, large };
[[nodiscard]] std::string_view text_of(ArchiveContent content);
[[nodiscard]] std::optional<ArchiveContent> parse_archive_content(std::string_view text);

struct ArchiveEntry {
    Id photo;
    std::string media_key;  // of the derivative; empty: the original
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
    std::int64_t modified = 0;  // seconds since 1970, UTC
    std::uint32_t dos_time = 0;
    std::string name;
    bool operator==(const ArchiveEntry&) const = default;

    [[nodiscard]] ZipEntry zip() const { return {name, size, crc32, modified, dos_time}; }
    /// Of header and bytes.
    [[nodiscard]] std::uint64_t length() const { return local_header_length(zip()) + size; }
};

/// Entries that stand together, and where they begin.
struct ArchiveBlock {
    std::uint64_t offset = 0;   // in the archive, of the first one's local header
    std::uint64_t central = 0;  // behind the beginning of the central directory, of the first one's record
    std::uint64_t listed = 0;   // in the list
    std::uint32_t length = 0;   // bytes in the list
    std::uint32_t count = 0;
    bool operator==(const ArchiveBlock&) const = default;
};
inline constexpr std::size_t kArchiveBlock = 256;  // entries

struct ArchiveHead {
    ArchiveContent content = ArchiveContent::originals;
    std::string filename;
    std::string etag;    // of the archive's bytes
    std::string source;  // what it was made of, where that may be asked for again: Archives::made_before()
    std::uint64_t count = 0;
    std::uint64_t left_out = 0;  // photos of the view that cannot be had so
    std::uint64_t central_offset = 0;
    std::uint64_t central_length = 0;
    std::vector<ArchiveBlock> blocks;
    bool operator==(const ArchiveHead&) const = default;

    [[nodiscard]] std::uint64_t size() const { return central_offset + central_length + kZipEndLength; }
    /// The block in which the byte at `offset` is, of an entry or (`central`) of the directory. There must be one.
    [[nodiscard]] std::size_t block_at(std::uint64_t offset, bool central) const;
};

/// {"schema": 1, …}. What is newer is refused with ErrorKind::unprocessable, what is malformed with ErrorKind::invalid.
[[nodiscard]] std::string encode(const ArchiveHead& head);
[[nodiscard]] Result<ArchiveHead> decode_archive_head(std::string_view text);

/// Errors: invalid.
[[nodiscard]] Result<std::vector<ArchiveEntry>> decode_archive_block(std::string_view bytes, std::uint32_t count);

/// Writes the list, piece by piece.
class ArchiveListWriter {
public:
    /// `identity`: what tells these bytes from others of the same size and sum.
    void add(const ArchiveEntry& entry, std::string_view identity);
    /// The list's next bytes; empty after the last add() until finish().
    [[nodiscard]] std::string take();
    [[nodiscard]] std::uint64_t count() const { return head_.count; }
    /// Call once; after it take() gives the last bytes.
    [[nodiscard]] ArchiveHead finish();

private:
    ArchiveHead head_;
    ArchiveBlock block_;
    std::string bytes_;
    Sha256 hash_;
};

}  // namespace cadre::gallery
