// One's own base map, which the setting map_tiles names: an archive of tiles (PMTiles, version 3), in a file that the
// program serves to its members, or at an https:// address that their browsers ask.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cadre::api {

struct MapTiles {
    std::string url;             // what pages ask; empty: there is none
    std::filesystem::path file;  // where that is the program itself
    std::string origin;          // where that is another host: "https://tiles.example.org"
};

/// Errors: a sentence where it is neither such an address nor such a file.
[[nodiscard]] Result<MapTiles> map_tiles_of(const std::string& setting);

}  // namespace cadre::api
