// How much room a file system has, and how much of it is left alone for what must work on a full one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cadre {

struct DiskSpace {
    std::uint64_t total = 0;      // bytes
    std::uint64_t available = 0;  // bytes, for this process
    std::uint64_t names = 0;      // files that can still be made; the largest number where that has no bound
};

/// Of the file system that holds `path`; nothing where it cannot be known. One system call.
[[nodiscard]] std::optional<DiskSpace> disk_space(const std::string& path);

/// What neither uploads nor derivatives may fill, so that small writes go on: deleting for good, edits, log-ins, a
/// start. Bytes: a 64th of the disk, 4 to 32 MiB.
[[nodiscard]] std::uint64_t kept_free(const DiskSpace& disk);

/// Whether so many more bytes leave kept_free(). True where it cannot be known: the write itself will tell.
[[nodiscard]] bool has_room(const std::string& path, std::uint64_t bytes);

/// What a caller hears of an errno: no_space for a full disk or quota; unavailable where the process has run out of
/// descriptors or memory, and where the disk is away, broken or read-only. Nothing where it is a bug. `what` was tried.
[[nodiscard]] std::optional<Error> disk_refusal(int error, std::string_view what);

/// Whether an errno says that the process or the machine has no descriptors or memory left: it passes.
[[nodiscard]] bool is_short_of_means(int error);

}  // namespace cadre
