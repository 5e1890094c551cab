// HTTP/1.1 messages from bytes (RFC 9112): Beast's parser behind a wall, and what Beast lets pass but Cadre refuses.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/codes.h"
#include "http/headers.h"

namespace cadre::http {

struct Head {
    std::string_view method;  // requests: views of the bytes that were parsed
    std::string_view target;
    int status = 0;  // responses
    int version = 11;
    bool keep_alive = false;
    bool chunked = false;
    bool until_close = false;                       // a response whose body ends with the connection
    std::optional<std::uint64_t> content_length{};  // nothing where there is no body, or it is chunked
};

/// What is wrong with a message, as a code and a sentence.
struct Malformed {
    Code code = Code::malformed_http;
    std::string_view why;
};

/// Where the header in `bytes` ends (behind its empty line); nothing while it is not all there. `from`: how much was
/// looked at before.
[[nodiscard]] std::optional<std::size_t> end_of_head(std::string_view bytes, std::size_t from);

/// One message after another. Not thread-safe.
class Parser {
public:
    enum class Kind { request, response };
    explicit Parser(Kind kind);
    ~Parser();
    Parser(Parser&&) noexcept;

    /// `bytes` is exactly one header. `to_head`: it answers a HEAD request and has no body.
    [[nodiscard]] std::optional<Malformed> parse_head(std::string_view bytes, Head& head, Headers& headers,
                                                      bool to_head = false);

    struct Piece {
        std::size_t consumed = 0;  // of the bytes given
        std::size_t written = 0;   // of the body
        bool done = false;         // the body, with its trailer, has ended
        bool broken = false;
    };
    /// The next piece of a chunked body; trailers are dropped. Neither consumed nor done: more bytes are needed.
    [[nodiscard]] Piece parse_chunked(std::string_view bytes, std::span<std::uint8_t> into);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cadre::http
