// Entity tags, preconditions and ranges (RFC 9110 sections 8.8, 13 and 14).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace cadre::http {

/// "\"abc\"", or "W/\"abc\"" when weak.
[[nodiscard]] std::string entity_tag(std::string_view opaque, bool weak = false);
/// Whether If-None-Match (a list or "*") names the tag: weak comparison.
[[nodiscard]] bool matches_weakly(std::string_view list, std::string_view tag);
/// Whether If-Match (a list or "*") names the tag: strong comparison.
[[nodiscard]] bool matches_strongly(std::string_view list, std::string_view tag);
/// The opaque tags of a list, without quotes and W/; nothing where it is malformed. "*" is given as it is.
[[nodiscard]] std::optional<std::vector<std::string_view>> parse_entity_tags(std::string_view list);

/// All three forms of RFC 9110 section 5.6.7, in seconds since 1970.
[[nodiscard]] std::optional<std::int64_t> parse_http_date(std::string_view text);

struct Validators {
    std::string etag;                             // with its quotes; empty: none
    std::optional<std::int64_t> last_modified{};  // seconds since 1970
};

enum class Precondition { proceed, not_modified, failed };

/// If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since in the order of RFC 9110 section 13.2.2.
[[nodiscard]] Precondition check_preconditions(const Request& request, const Validators& now);

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool operator==(const ByteRange&) const = default;
};

enum class RangeKind { whole, part, unsatisfiable };
struct RangeDecision {
    RangeKind kind = RangeKind::whole;
    ByteRange range{};
};

/// What Range and If-Range ask of something of `size` bytes. Several ranges, other units and what is malformed: whole.
[[nodiscard]] RangeDecision decide_range(const Request& request, const Validators& now, std::uint64_t size);

/// GET of a file: 304, 412, 416, 206 or 200, with ETag, Last-Modified, Accept-Ranges and Content-Range. The caller's
/// headers (Content-Type, Cache-Control, …) are kept, and those in `shared`.
[[nodiscard]] Response answer_file(const Request& request, const Validators& now, FileBody whole, Headers headers,
                                   SharedHeaders shared = {});
/// GET of a document in memory: 304, 412 or 200; no ranges.
[[nodiscard]] Response answer_document(const Request& request, const Validators& now, Body body, Headers headers,
                                       SharedHeaders shared = {});

}  // namespace cadre::http
