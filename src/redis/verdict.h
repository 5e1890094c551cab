// What an error reply means for the call that got it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "redis/cluster.h"

namespace cadre::redis {

struct Verdict {
    enum class Kind {
        moved,      // the slot lives at `to` from now on
        ask,        // this one command goes to `to`, behind ASKING
        try_again,  // after a while, at the same place: TRYAGAIN, LOADING, BUSY
        refresh,    // after a while, where a new map says: CLUSTERDOWN, READONLY, MASTERDOWN, UNBLOCKED
        no_script,  // the node does not have it: send the whole
        refused,    // `error` is the answer
    };
    Kind kind = Kind::refused;
    Endpoint to{};
    Error error{};
};

/// `asked` is the node that answered.
[[nodiscard]] Verdict judge(const std::string& error_reply, const Endpoint& asked);

/// The error of a store that is away; `detail` is for the log.
[[nodiscard]] Error away(std::string detail);

}  // namespace cadre::redis
