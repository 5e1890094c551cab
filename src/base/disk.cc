#include "base/disk.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

namespace cadre {
namespace {

constexpr std::uint64_t kLeast = std::uint64_t{4} << 20;
constexpr std::uint64_t kMost = std::uint64_t{32} << 20;
constexpr std::uint64_t kFewNames = 64;  // some folders and temporary files at once

}  // namespace

std::optional<DiskSpace> disk_space(const std::string& path) {
    struct statvfs found {};
    if (::statvfs(path.c_str(), &found) != 0 || found.f_blocks == 0) return std::nullopt;
    DiskSpace disk;
    disk.total = std::uint64_t{found.f_blocks} * found.f_frsize;
    disk.available = std::uint64_t{found.f_bavail} * found.f_frsize;
    disk.names = found.f_files == 0 ? std::numeric_limits<std::uint64_t>::max() : std::uint64_t{found.f_favail};
    return disk;
}

std::uint64_t kept_free(const DiskSpace& disk) { return std::clamp(disk.total / 64, kLeast, kMost); }

bool has_room(const std::string& path, std::uint64_t bytes) {
    const auto disk = disk_space(path);
    if (!disk) return true;
    const auto kept = kept_free(*disk);
    return disk->names >= kFewNames && disk->available >= kept && disk->available - kept >= bytes;
}

bool is_short_of_means(int error) { return error == EMFILE || error == ENFILE || error == ENOMEM; }

std::optional<Error> disk_refusal(int error, std::string_view what) {
    const auto detail = std::string(what) + ": " + std::generic_category().message(error);
    if (is_short_of_means(error)) {
        Error busy{Code::busy, "The server is busy. Try again in a moment.", detail};
        busy.retry_after = std::chrono::seconds(1);
        return busy;
    }
    switch (error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return Error{Code::no_space, "The server's disk is full: there is no space left to keep this.", detail};
        case ENOENT:  // of a folder that was there when the program started
        case ENOTDIR:
        case EACCES:
        case EPERM:
        case EROFS:
        case EIO:
        case ENXIO:
        case ENODEV:
        case ESTALE:
        case ENOTCONN: {
            Error away{Code::stores_away, "The server's disk cannot be used at the moment. Try again later.", detail};
            away.retry_after = std::chrono::seconds(10);
            return away;
        }
        default:
            return std::nullopt;
    }
}

}  // namespace cadre
