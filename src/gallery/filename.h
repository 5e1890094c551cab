// What files and folders are called, made fit to be kept, shown and put into the head of a download.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cadre::gallery {

inline constexpr std::size_t kMaxFilename = 255;  // bytes; longer ones are shortened, not refused
inline constexpr std::size_t kMaxFolder = 1024;   // bytes; longer ones keep their innermost folders

/// The last piece of `name`, without control characters and marks that turn the direction of writing around. One of
/// more than kMaxFilename bytes is cut between two characters before its extension, which stays. Empty if nothing is
/// left, or it is not UTF-8.
[[nodiscard]] std::string clean_filename(std::string_view name);

/// A relative path of folders with "/" between them: without empty pieces, "." and "..", each piece cleaned as above.
/// Of one of more than kMaxFolder bytes the innermost folders that fit. Empty if nothing is left, or it is not UTF-8.
[[nodiscard]] std::string clean_folder(std::string_view path);

}  // namespace cadre::gallery
