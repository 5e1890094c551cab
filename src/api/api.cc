#include "api/api.h"

#include <utility>

#include "api/routes.h"

namespace cadre::api {

Result<void> add_routes(http::Router& router, gallery::Gallery& gallery, Options options) {
    const auto context = std::make_shared<Context>(gallery, std::move(options));
    add_health(router, context);
    add_me(router, context);
    add_own_settings(router, context);
    add_setup(router, context);
    add_session(router, context);
    add_sessions(router, context);
    add_tokens(router, context);
    add_users(router, context);
    add_photos(router, context);
    add_uploads(router, context);
    add_resumable(router, context);
    add_originals(router, context);
    add_bulk(router, context);
    add_archives(router, context);
    add_albums(router, context);
    add_shares(router, context);
    add_visits(router, context);
    add_timelines(router, context);
    add_tags(router, context);
    add_search(router, context);
    add_places(router, context);
    add_map_tiles(router, context);
    add_duplicates(router, context);
    add_events(router, context);
    add_media(router, context);
    add_fleet(router, context);
    add_problems(router);
    return add_pages(router, context);
}

http::Headers security_headers(const MapTiles& map_tiles) {
    const auto others = map_tiles.origin.empty() ? std::string() : " " + map_tiles.origin;
    return {{"Content-Security-Policy",
             "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
             "connect-src 'self'" +
                 others +
                 "; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
                 "form-action 'self'; frame-ancestors 'none'"},
            {"X-Content-Type-Options", "nosniff"},
            {"Referrer-Policy", "same-origin"},
            {"Cross-Origin-Opener-Policy", "same-origin"},
            {"Cross-Origin-Resource-Policy", "same-origin"}};
}

}  // namespace cadre::api
