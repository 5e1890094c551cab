// Answers that many ask for: made once a version, compressed once a version.
#pragma once

#include <functional>
#include <string>

#include "api/call.h"
#include "http/negotiate.h"

namespace cadre::api {

struct Encoded {
    std::string version;
    AnswerCache::Body body;
    http::Coding coding = http::Coding::identity;
};

/// What was made, and of which version it is (a newer one than was asked for, if it changed meanwhile).
struct Fresh {
    std::string version;
    std::string text;
};
using Produce = std::function<Task<Fresh>()>;

/// The document `name` of `version` in the coding that is wanted (identity below 1 KiB): from the cache, else made.
Task<Encoded> encoded(Context& context, std::string name, std::string version, http::Coding wanted, Produce produce);

/// The answer to whoever asks, or 304: `version` is the tag. The body is shared with the cache.
[[nodiscard]] http::Response answer_of(const http::Request& request, Encoded encoded);

}  // namespace cadre::api
