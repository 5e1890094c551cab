// How answers are headed: what may be kept and by whom, entity tags, refusals.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace cadre::api {

/// `private, no-cache` and `Vary: Cookie, Authorization`: for what depends on who asks.
void mark_personal(http::Headers& headers);

/// The opaque part of an entity tag: "<revision>.<digest of the answer>"; without a revision only the digest.
[[nodiscard]] std::string tag_of(std::string_view revision, std::string_view body);

/// 200 with a document for whoever asks, or 304 where If-None-Match names it. `tag` is opaque, without quotes.
[[nodiscard]] http::Response personal(const http::Request& request, std::string tag, http::Body body);
/// The same with the digest of the document as the tag, after the revision of what it shows.
[[nodiscard]] http::Response personal_json(const http::Request& request, std::string_view revision, std::string json);
/// The document after a change, with the tag that GET would give it.
[[nodiscard]] http::Response changed_json(int status, std::string_view revision, std::string json);

/// The revisions that If-Match names, "<revision>" or "<revision>.<digest>" in quotes; nothing where it is not there or
/// "*". Errors: invalid.
[[nodiscard]] Result<std::optional<std::vector<std::string>>> revisions_of_if_match(const http::Request& request);

/// A refusal, with what its status asks for: WWW-Authenticate of 401, Retry-After of 429 and 503.
[[nodiscard]] http::Response refuse(Error error, const http::Request& request);

/// `attachment` with the file's name for old and new readers (RFC 6266, RFC 8187).
[[nodiscard]] std::string attachment(std::string_view filename);

}  // namespace cadre::api
