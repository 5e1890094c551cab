// The resources: each adds its own routes. api.cc calls all of them.
#pragma once

#include <memory>

#include "api/call.h"

namespace cadre::api {

/// Who finds; Errors: Code::search_in_the_making where this server has none.
[[nodiscard]] Result<gallery::Search*> search_of(const Call& call);

using SharedContext = std::shared_ptr<Context>;

void add_health(http::Router& router, const SharedContext& context);
void add_me(http::Router& router, const SharedContext& context);
void add_own_settings(http::Router& router, const SharedContext& context);
void add_setup(http::Router& router, const SharedContext& context);
void add_session(http::Router& router, const SharedContext& context);
void add_sessions(http::Router& router, const SharedContext& context);
void add_tokens(http::Router& router, const SharedContext& context);
void add_users(http::Router& router, const SharedContext& context);
void add_photos(http::Router& router, const SharedContext& context);
void add_uploads(http::Router& router, const SharedContext& context);
/// tus 1.0.
void add_resumable(http::Router& router, const SharedContext& context);
void add_originals(http::Router& router, const SharedContext& context);
void add_bulk(http::Router& router, const SharedContext& context);
void add_archives(http::Router& router, const SharedContext& context);
void add_albums(http::Router& router, const SharedContext& context);
void add_shares(http::Router& router, const SharedContext& context);
void add_visits(http::Router& router, const SharedContext& context);
void add_timelines(http::Router& router, const SharedContext& context);
void add_tags(http::Router& router, const SharedContext& context);
void add_search(http::Router& router, const SharedContext& context);
void add_map_tiles(http::Router& router, const SharedContext& context);
void add_places(http::Router& router, const SharedContext& context);
void add_duplicates(http::Router& router, const SharedContext& context);
void add_events(http::Router& router, const SharedContext& context);
void add_media(http::Router& router, const SharedContext& context);
/// Explains codes; needs no store.
void add_problems(http::Router& router);
void add_fleet(http::Router& router, const SharedContext& context);
/// Errors: those of http::StaticFiles::load.
[[nodiscard]] Result<void> add_pages(http::Router& router, const SharedContext& context);

}  // namespace cadre::api
