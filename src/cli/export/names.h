// What files and folders of an export are called: names that every system takes, that `cadre import` does not leave
// out, and that no two files of a folder share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gallery/photo.h"

namespace cadre::cli {

inline constexpr std::string_view kSidecarEnding = ".xmp";

/// Of the original; without a number.
[[nodiscard]] std::string file_name_of(const gallery::Photo& photo);
/// Of a person or an album.
[[nodiscard]] std::string folder_name_of(std::string_view title);
/// "2024/2024-05", "1958" where no month is known, "undated".
[[nodiscard]] std::string folder_by_date(const gallery::Photo& photo);
/// "Albums/Travel/Rome", by the titles from the top.
[[nodiscard]] std::string folder_by_titles(const std::vector<std::string>& titles);
/// The n-th of a name, from 1: "a.jpg", "a (2).jpg". It leaves room for a sidecar's ending.
[[nodiscard]] std::string nth_name(std::string_view name, std::uint32_t n);

/// Which names this export has given, whatever their case and however their letters are composed. Holds some bytes a
/// name.
class NamesGiven {
public:
    /// Whether neither the name nor that of its sidecar is given.
    [[nodiscard]] bool is_free(const std::string& folder, std::string_view name) const;
    /// Gives both.
    void give(const std::string& folder, std::string_view name);
    void forget(const std::string& folder) { given_.erase(folder); }

private:
    std::unordered_map<std::string, std::unordered_set<std::uint64_t>> given_;  // by folder: digests of folded names
};

}  // namespace cadre::cli
