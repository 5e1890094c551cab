// The header of an answer, written by hand into a buffer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace cadre::http {

struct Framing {
    enum class Kind { length, chunked, until_close, none };
    Kind kind = Kind::length;
    std::uint64_t length = 0;
};

/// How the body of an answer will be sent to that request.
[[nodiscard]] Framing framing_of(const Response& response, bool http_1_0);

struct Surroundings {
    std::string_view date;
    std::string_view request_id;
    std::string_view standing_fields;  // whole lines
    bool keep_alive = true;
    bool http_1_0 = false;
};

/// Status line to empty line, in place of what `out` held. The response's fields that are the server's own are left
/// out.
void write_head(std::string& out, const Response& response, const Framing& framing, const Surroundings& around);

}  // namespace cadre::http
