// The protocol's two directions: commands into bytes, and bytes into answers by hiredis' reader (RESP2).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "redis/cluster.h"

struct redisReader;

namespace cadre::redis {

/// One answer: an error reply's text ("MOVED 3999 127.0.0.1:6381"), or else a reply.
struct Answer {
    Reply reply;
    std::optional<std::string> error;
};

/// Appends the command as an array of bulk strings.
void append_command(std::string& out, std::span<const std::string> words);

/// Not thread-safe.
class Reader {
public:
    Reader();

    void feed(std::string_view bytes);

    enum class Got { nothing, answer, broken };
    /// The next whole answer of what was fed; after `broken` the connection is worth nothing.
    [[nodiscard]] Got next(Answer& answer);

private:
    struct Free {
        void operator()(redisReader* reader) const;
    };
    std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace cadre::redis
