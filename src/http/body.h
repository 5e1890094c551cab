// What a request brings and what an answer sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "base/fd.h"
#include "base/task.h"

namespace cadre::http {

/// The body of a message, read piece by piece; never held whole unless read_all is asked. One reader at a time.
class BodyReader {
public:
    virtual ~BodyReader() = default;

    /// At least one byte, or 0 at the end. ErrorKind::invalid when it ends early or comes too slowly,
    /// ErrorKind::too_large past the route's limit.
    [[nodiscard]] virtual Task<std::size_t> read_some(std::span<std::uint8_t> into) = 0;

    /// All that is left. ErrorKind::too_large when that is more than `limit` bytes.
    [[nodiscard]] Task<std::string> read_all(std::size_t limit);
};

/// A body of no bytes.
[[nodiscard]] BodyReader& no_body();

/// Gives chunks until it returns nothing, which is the end. An error breaks the message off (the receiver sees that it
/// is incomplete). Called again only after the last call has returned.
using Producer = std::function<Task<std::optional<std::string>>()>;

/// A part of an open file; sent with sendfile. The file must be a regular one.
struct FileBody {
    std::shared_ptr<const UniqueFd> fd;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct StreamBody {
    Producer produce;
    std::optional<std::uint64_t> length{};  // unknown: sent chunked
};

/// Bytes and parts of open files, one after the other, of which the whole length is known. What is a file is sent with
/// sendfile. As with a Producer, an error breaks the message off.
struct SequenceBody {
    using Piece = std::variant<std::string, FileBody>;
    std::function<Task<std::optional<Piece>>()> produce;
    std::uint64_t length = 0;
};

/// Server-sent events: may be silent as long as it likes. The producer is cancelled (asio's terminal cancellation)
/// when the client goes away or the server stops; comments that keep the connection open are the producer's task.
struct EventBody {
    Producer produce;
};

using Body = std::variant<std::monostate, std::string, std::shared_ptr<const std::string>, FileBody, StreamBody,
                          SequenceBody, EventBody>;

/// Bytes that will be sent; nothing where only the producer knows.
[[nodiscard]] std::optional<std::uint64_t> length_of(const Body& body);

}  // namespace cadre::http
