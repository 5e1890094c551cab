// What files are called in an archive, so that every system can unpack it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gallery/filename.h"

namespace cadre::gallery {

/// A name that Windows, macOS and Linux take for a file's: clean_filename(), without characters, names (CON, NUL, …)
/// and ends that Windows refuses, and not hidden. Empty if nothing is left.
[[nodiscard]] std::string safe_name(std::string_view name);

/// Up to its extension, which begins at its last dot.
[[nodiscard]] std::string_view stem_of(std::string_view name);

/// "a.jpg" with a number behind its stem: "a (2).jpg". With 1 the name itself. At most `most` bytes, which leave room
/// for its extension: a longer stem is cut between two characters.
[[nodiscard]] std::string numbered(std::string_view name, std::uint32_t number, std::size_t most = kMaxFilename);

/// "007 a.jpg": the seventh of an order, so that names sorted as text, too, stand in it. As many digits as `most` has,
/// and three at least. A longer stem is cut.
[[nodiscard]] std::string in_order(std::string_view name, std::uint64_t nth, std::uint64_t most);

/// Gives each name once, whatever its case and however its letters are composed: "a.jpg", "A (2).jpg". Holds some bytes
/// a name.
class ZipNames {
public:
    /// `name` is safe; so is what it becomes.
    [[nodiscard]] std::string unique(std::string name);

private:
    std::unordered_map<std::uint64_t, std::uint32_t> taken_;  // digest of a folded name → the last number behind it
};

}  // namespace cadre::gallery
