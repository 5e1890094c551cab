// The albums that an export lists beside its photographs: docs/reference/sidecars.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/sidecar.h"

namespace cadre::cli {

/// All text is what a gallery takes.
struct ListedAlbum {
    SaidAlbum album;
    std::string parent;  // its id there; "" at the top
    std::string description, order;
    std::string cover;  // SHA-256 of the photo in hex; "" where nobody chose one
};

/// Takes bytes that nobody vouches for. Errors: a sentence that says why it is no such list.
[[nodiscard]] Result<std::vector<ListedAlbum>> read_album_list(std::string_view bytes);
/// Those of exports that are named, or whose folders of people stand in what is named. Blocks. What is no list, or
/// cannot be read, is in `problems`, as "path: why".
[[nodiscard]] std::vector<ListedAlbum> find_album_lists(const std::vector<std::filesystem::path>& paths,
                                                        std::vector<std::string>& problems);

}  // namespace cadre::cli
