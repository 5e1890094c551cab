// The files below some paths that could be photographs, one after the other, in memory that does not grow with them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace cadre::cli {

/// Hidden files and folders, sidecars (.xmp, .json, …) and what systems leave in folders: skipped silently.
[[nodiscard]] bool is_ignored(std::string_view name);

/// A file that was found, or why a folder or file could not be looked at.
struct Found {
    std::filesystem::path path;
    std::string problem;  // a sentence; empty: it is a regular file
};

/// Links are followed; a folder that was seen already, by whatever name, is not entered again, so that loops end.
/// Thread-safe.
class Walker {
public:
    explicit Walker(std::vector<std::filesystem::path> paths) : left_(paths.rbegin(), paths.rend()) {}

    /// Nothing when there are no more. Blocks.
    [[nodiscard]] std::optional<Found> next();
    /// How many were ignored so far.
    [[nodiscard]] std::uint64_t ignored() const;

private:
    std::optional<Found> look_at(const std::filesystem::path& path);
    std::optional<Found> enter(const std::filesystem::path& folder);
    std::optional<std::filesystem::path> next_in_folder();

    mutable std::mutex mutex_;
    std::vector<std::filesystem::path> left_;                 // what was asked for, last first
    std::vector<std::filesystem::directory_iterator> open_;   // the folders that lead to where it stands
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;  // device and inode of folders
    std::uint64_t ignored_ = 0;
};

}  // namespace cadre::cli
