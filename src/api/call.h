// One request on its way through this room: what it may use, who asks, and the wrapper around every handler.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "api/answer_cache.h"
#include "api/api.h"
#include "base/task.h"
#include "gallery/access.h"
#include "http/message.h"
#include "http/router.h"

namespace cadre::api {

/// Larger documents are compressed on the pool: about 1 ms per 100 KiB.
inline constexpr std::size_t kCompressAside = std::size_t{64} << 10;

/// What all requests share. Thread-safe.
struct Context {
    Context(gallery::Gallery& gallery_, Options options_)
        : gallery(gallery_), options(std::move(options_)), cache(options.cache_bytes) {}

    gallery::Gallery& gallery;
    const Options options;
    AnswerCache cache;
    std::atomic<bool> set_up{false};  // a user exists; from then on always
};

/// A request whose asker is known.
struct Call {
    std::shared_ptr<Context> shared;  // for what outlives the call: streams
    Context& context;
    http::Request& request;
    gallery::Viewer viewer;

    [[nodiscard]] gallery::Gallery& gallery() const { return context.gallery; }
};

using CallHandler = Task<http::Response> (*)(Call&);

/// Adds a route whose handler knows who asks. Before it: credentials are looked up, and what another site's page may
/// have sent is refused. After it: refusals become problems, answers are compressed.
void add(http::Router& router, const std::shared_ptr<Context>& context, http::Method method, std::string_view pattern,
         CallHandler handler, http::RouteOptions options = {});

/// Who asks. Also fills in the request's user, for the log. Errors: those of credentials_of and viewer_of.
Task<gallery::Viewer> viewer_of_request(Context& context, http::Request& request);

/// Whether there is no user yet.
Task<bool> setup_needed(Context& context);

}  // namespace cadre::api
