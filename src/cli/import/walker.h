// The files below some paths that could be photographs, one after the other, with the sidecars beside them. Memory
// holds the names of the folders that lead to where it stands, and the identities of those that were entered.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/import/left_out.h"
#include "cli/import/pairs.h"

namespace cadre::cli {

/// What was met: a file that could be a photograph; or something that is left out, and why; or what could not be looked
/// at, and why. Sidecars of a file are met with it and not for themselves.
struct Found {
    std::filesystem::path path;
    std::string folder;  // that it stands in, relative to the path that was asked for, "/" between; may be empty
    std::string shelf;   // the same, but what was asked for has its own name here
    std::vector<Sidecar> sidecars;
    std::optional<Reason> left_out;
    std::string problem;  // a sentence; empty: there is none
};

/// In the order of names. Links are followed; a folder that was met already, by whatever name, is not entered again, so
/// that loops end. A hidden folder or file that is asked for by its own name is taken. Thread-safe.
class Walker {
public:
    explicit Walker(std::vector<std::filesystem::path> paths) : asked_(paths.rbegin(), paths.rend()) {}

    /// Nothing when there are no more. Blocks.
    [[nodiscard]] std::optional<Found> next();

private:
    enum class Inside { ordinary, library, around_library };
    struct Folder {
        std::filesystem::path path;
        std::string relative, name;
        Inside inside = Inside::ordinary;
        std::vector<std::string> names;
        std::size_t next = 0;
        Pairs pairs;
    };
    std::optional<Found> look_at(const std::filesystem::path& path, const Folder* in);
    std::optional<Found> look_in(Folder& folder);
    std::optional<Found> file(const std::filesystem::path& path, const Folder* in);
    std::optional<Found> enter(const std::filesystem::path& path, const Folder* in);
    static std::error_code list(Folder& folder);
    const Pairs& pairs_beside(const std::filesystem::path& path);

    std::mutex mutex_;
    std::vector<std::filesystem::path> asked_;                // what is still to be walked, last first
    std::deque<Folder> open_;                                 // the folders that lead to where it stands
    Folder beside_;                                           // of the file that was asked for last
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;  // device and inode of folders
};

}  // namespace cadre::cli
