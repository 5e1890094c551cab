#include "cli/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/log.h"
#include "cli/library.h"

namespace cadre::cli {
namespace {

/// Databases, logs, listening sockets, the stores' threads: 35 in Solo when it has started.
constexpr std::int64_t kStanding = 64;
/// A decoder: its socket, that once more while it is awaited, the picture, four derivatives.
constexpr std::int64_t kADecoder = 8;
constexpr std::int64_t kProbers = 6;
/// epoll, its timer, its wake-up.
constexpr std::int64_t kAnIoThread = 3;
/// The store of files keeps so many derivatives open (blobs/files/store.cc).
constexpr std::int64_t kKeptOpen = 8;  // a part of so many
/// A connection, and the file that it sends or receives; in a fleet also one to the store.
constexpr std::int64_t kAConnection = 2;
constexpr std::int64_t kAConnectionOfFleet = 3;

}  // namespace

std::int64_t connections_for(std::uint64_t limit, const Settings& settings) {
    constexpr std::uint64_t kEnough = 1 << 24;
    const auto all = static_cast<std::int64_t>(std::min(limit, kEnough));
    const auto decoders = settings.workers + static_cast<std::int64_t>(guests_of(settings)) + kProbers;
    const auto standing = kStanding + decoders * kADecoder + settings.io_threads * kAnIoThread;
    const auto left = all - std::min(standing, all / 2) - all / kKeptOpen;
    // A quarter more comes and goes beside them (Crowd): those that are told to come later, and those that leave.
    const auto each = (is_fleet(settings) ? kAConnectionOfFleet : kAConnection) * 4 + 1;
    return std::max<std::int64_t>(left * 4 / each, 1);
}

ConnectionBounds connection_bounds(const Settings& settings) {
    auto all = settings.max_connections;
    struct rlimit files {};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY) {
        const auto most = connections_for(files.rlim_cur, settings);
        if (most < all) {
            log::warn("the process may have too few descriptors for as many connections as are set",
                      {{"descriptors", static_cast<std::int64_t>(files.rlim_cur)},
                       {"max_connections", all},
                       {"connections", most}});
            all = most;
        }
    }
    // Half of what there is, and not of what was set, unless it was set as well.
    const bool is_half = settings.max_connections_per_address == settings.max_connections / 2;
    const auto an_address = is_half ? all / 2 : std::min(settings.max_connections_per_address, all);
    return {static_cast<std::size_t>(all), static_cast<std::size_t>(std::max<std::int64_t>(an_address, 1))};
}

}  // namespace cadre::cli
