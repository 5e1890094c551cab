#include "gallery/zip_format.h"

#include <algorithm>
#include <limits>

#include "base/time.h"

namespace cadre::gallery {
namespace {

constexpr std::uint64_t kMax16 = 0xffff;
constexpr std::uint64_t kMax32 = 0xffff'ffff;  // in a field of 32 bits: see that of ZIP64
constexpr std::uint16_t kPlain = 20;           // the version that is needed
constexpr std::uint16_t kZip64 = 45;
constexpr std::uint16_t kUnix = 3 << 8;
constexpr std::uint16_t kUtf8 = 1 << 11;
constexpr std::uint32_t kFileMode = 0100644;
constexpr std::uint64_t kTimeLength = 9;

template <class T>
void append(std::string& out, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

template <class T>
void append(std::string& out, std::uint64_t value, T most) {
    append(out, static_cast<T>(std::min<std::uint64_t>(value, most)));
}

/// The extended timestamp has 32 bits with a sign: from 1901 to 2038.
bool has_time(const ZipEntry& entry) {
    return entry.modified >= std::numeric_limits<std::int32_t>::min() &&
           entry.modified <= std::numeric_limits<std::int32_t>::max();
}

std::uint64_t time_length(const ZipEntry& entry) { return has_time(entry) ? kTimeLength : 0; }

void append_time(std::string& out, const ZipEntry& entry) {
    if (!has_time(entry)) return;
    append<std::uint16_t>(out, 0x5455);
    append<std::uint16_t>(out, 5);
    append<std::uint8_t>(out, 1);  // only the time of modification
    append<std::uint32_t>(out, static_cast<std::uint32_t>(static_cast<std::int32_t>(entry.modified)));
}

bool is_large(std::uint64_t value) { return value >= kMax32; }

/// Both sizes, as the local header asks for.
std::uint64_t local_zip64_length(const ZipEntry& entry) { return is_large(entry.size) ? 20 : 0; }

/// Only what has no room elsewhere.
std::uint64_t central_zip64_length(const ZipEntry& entry, std::uint64_t offset) {
    const std::uint64_t length = (is_large(entry.size) ? 16U : 0U) + (is_large(offset) ? 8U : 0U);
    return length == 0 ? 0 : 4 + length;
}

/// What both headers have in common, from the version that is needed to the length of the name.
void append_common(std::string& out, const ZipEntry& entry, bool zip64) {
    append<std::uint16_t>(out, zip64 ? kZip64 : kPlain);
    append<std::uint16_t>(out, kUtf8);
    append<std::uint16_t>(out, 0);  // stored
    append<std::uint32_t>(out, entry.dos_time);
    append<std::uint32_t>(out, entry.crc32);
    for (int both = 0; both < 2; ++both) append(out, entry.size, static_cast<std::uint32_t>(kMax32));
    append(out, static_cast<std::uint16_t>(entry.name.size()));
}

}  // namespace

std::uint32_t dos_time_of(std::int64_t local_seconds) {
    constexpr std::int64_t kFirst = 315'532'800;   // 1980-01-01
    constexpr std::int64_t kLast = 4'354'819'199;  // 2107-12-31T23:59:59
    const auto seconds = std::clamp(local_seconds, kFirst, kLast);
    const auto date = date_of(seconds);
    const auto of_day = static_cast<std::uint32_t>(seconds % 86'400);
    const auto day = static_cast<std::uint32_t>((date.year - 1980) << 9 | date.month << 5 | date.day);
    return day << 16 | (of_day / 3600) << 11 | (of_day / 60 % 60) << 5 | of_day % 60 / 2;
}

std::uint64_t local_header_length(const ZipEntry& entry) {
    return 30 + entry.name.size() + local_zip64_length(entry) + time_length(entry);
}

void append_local_header(std::string& out, const ZipEntry& entry) {
    const auto zip64 = local_zip64_length(entry);
    append<std::uint32_t>(out, 0x04034b50);
    append_common(out, entry, zip64 > 0);
    append(out, static_cast<std::uint16_t>(zip64 + time_length(entry)));
    out += entry.name;
    if (zip64 > 0) {
        append<std::uint16_t>(out, 1);
        append<std::uint16_t>(out, 16);
        for (int both = 0; both < 2; ++both) append<std::uint64_t>(out, entry.size);
    }
    append_time(out, entry);
}

std::uint64_t central_header_length(const ZipEntry& entry, std::uint64_t offset) {
    return 46 + entry.name.size() + central_zip64_length(entry, offset) + time_length(entry);
}

void append_central_header(std::string& out, const ZipEntry& entry, std::uint64_t offset) {
    const auto zip64 = central_zip64_length(entry, offset);
    append<std::uint32_t>(out, 0x02014b50);
    append<std::uint16_t>(out, kUnix | kZip64);
    append_common(out, entry, zip64 > 0);
    append(out, static_cast<std::uint16_t>(zip64 + time_length(entry)));
    append<std::uint16_t>(out, 0);  // of a comment
    append<std::uint16_t>(out, 0);  // disk
    append<std::uint16_t>(out, 0);  // internal attributes
    append<std::uint32_t>(out, kFileMode << 16);
    append(out, offset, static_cast<std::uint32_t>(kMax32));
    out += entry.name;
    if (zip64 > 0) {
        append<std::uint16_t>(out, 1);
        append(out, static_cast<std::uint16_t>(zip64 - 4));
        for (int both = 0; both < 2 && is_large(entry.size); ++both) append<std::uint64_t>(out, entry.size);
        if (is_large(offset)) append<std::uint64_t>(out, offset);
    }
    append_time(out, entry);
}

std::string zip_end(std::uint64_t entries, std::uint64_t central_offset, std::uint64_t central_length) {
    std::string out;
    append<std::uint32_t>(out, 0x06064b50);
    append<std::uint64_t>(out, 44);  // bytes of this record that follow
    append<std::uint16_t>(out, kUnix | kZip64);
    append<std::uint16_t>(out, kZip64);
    append<std::uint64_t>(out, 0);  // this disk, and that of the directory
    for (int both = 0; both < 2; ++both) append<std::uint64_t>(out, entries);
    append<std::uint64_t>(out, central_length);
    append<std::uint64_t>(out, central_offset);

    append<std::uint32_t>(out, 0x07064b50);
    append<std::uint32_t>(out, 0);
    append<std::uint64_t>(out, central_offset + central_length);
    append<std::uint32_t>(out, 1);  // disks

    append<std::uint32_t>(out, 0x06054b50);
    append<std::uint32_t>(out, 0);
    for (int both = 0; both < 2; ++both) append(out, entries, static_cast<std::uint16_t>(kMax16));
    append(out, central_length, static_cast<std::uint32_t>(kMax32));
    append(out, central_offset, static_cast<std::uint32_t>(kMax32));
    append<std::uint16_t>(out, 0);  // of a comment
    return out;
}

}  // namespace cadre::gallery
