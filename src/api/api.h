// The gallery over HTTP, as api/openapi.yaml says. One file a resource: HTTP in, a gallery call, HTTP out; no rule
// lives here.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "api/map_tiles.h"
#include "base/result.h"
#include "gallery/gallery.h"
#include "http/headers.h"
#include "http/router.h"

namespace cadre::gallery {
class Fleet;
class LookAlikes;
class Search;
}  // namespace cadre::gallery
namespace cadre::places {
class Places;
}

namespace cadre::api {

struct Options {
    std::string version;                              // of the program, for /api/v1/me
    std::string public_url;                           // what browsers type; empty: as each request says
    std::filesystem::path web;                        // the built web interface; empty: no pages are served
    const places::Places* places = nullptr;           // names positions; outlives the router; null: they have no names
    MapTiles map_tiles;                               // one's own base map
    std::size_t cache_bytes = std::size_t{32} << 20;  // of encoded timelines and pages

    /// Why this process cannot serve although its stores can be reached, a sentence each ("The program is stopping.").
    /// Asked by /readyz, from any thread; may be null.
    std::function<std::vector<std::string>()> reasons;
    /// For /api/v1/fleet; outlives the router. Null: there is no such path.
    gallery::Fleet* fleet = nullptr;
    /// For search and the map; outlives the router. Null: they answer Code::search_in_the_making.
    gallery::Search* search = nullptr;
    /// The same for look-alikes.
    gallery::LookAlikes* look_alikes = nullptr;
};

/// Adds every route. The gallery must outlive the router. Errors: not_found where there is no folder `web` or no
/// index.html in it.
[[nodiscard]] Result<void> add_routes(http::Router& router, gallery::Gallery& gallery, Options options);

/// What http::ServerOptions::fixed_headers must be: Content-Security-Policy, nosniff, Referrer-Policy, … Pages may ask
/// this program and the host of the map's tiles, and no other.
[[nodiscard]] http::Headers security_headers(const MapTiles& map_tiles);

}  // namespace cadre::api
