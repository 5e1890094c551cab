// The records of a ZIP file whose entries are stored as they are (APPNOTE.TXT 6.3.10, sections 4.3 and 4.5; extended
// timestamps: Info-ZIP's proginfo/extrafld.txt). Sizes and offsets of more than 32 bits are in fields of ZIP64. Each
// record has a length that is known without writing it, so that an archive's own length is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cadre::gallery {

struct ZipEntry {
    std::string_view name;  // UTF-8, at most 255 bytes
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
    std::int64_t modified = 0;   // seconds since 1970, UTC
    std::uint32_t dos_time = 0;  // the same on a local clock: dos_time_of()
};

/// MS-DOS date and time, which are of 1980 to 2107 and of two seconds.
[[nodiscard]] std::uint32_t dos_time_of(std::int64_t local_seconds);

[[nodiscard]] std::uint64_t local_header_length(const ZipEntry& entry);
void append_local_header(std::string& out, const ZipEntry& entry);

/// `offset`: of its local header.
[[nodiscard]] std::uint64_t central_header_length(const ZipEntry& entry, std::uint64_t offset);
void append_central_header(std::string& out, const ZipEntry& entry, std::uint64_t offset);

/// What stands at the end, always with the records of ZIP64.
inline constexpr std::uint64_t kZipEndLength = 56 + 20 + 22;
[[nodiscard]] std::string zip_end(std::uint64_t entries, std::uint64_t central_offset, std::uint64_t central_length);

}  // namespace cadre::gallery
