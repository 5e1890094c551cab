// How the file descriptors that the process may have are divided.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/settings.h"

namespace cadre::cli {

/// How many connections fit `limit` descriptors, such that what these and the decoders open fits too.
[[nodiscard]] std::int64_t connections_for(std::uint64_t limit, const Settings& settings);

/// The settings' bounds of connections, lowered to what the process's limit bears; says so in the log where it does.
struct ConnectionBounds {
    std::size_t all;
    std::size_t an_address;
};
[[nodiscard]] ConnectionBounds connection_bounds(const Settings& settings);

}  // namespace cadre::cli
