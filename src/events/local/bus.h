// The bus of one process: a ring of the latest events for each channel that somebody watches or watched lately.
#pragma once

#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "events/bus.h"

namespace cadre::events::local {

struct Options {
    std::size_t events = 256;  // kept for a channel
    std::size_t channels =
        1024;  // kept; one more drops the one that was idle longest, or is refused if all are watched
};

/// Ids never repeat, not even after a restart: one of an earlier process answers "resync". A subscription may outlive
/// the bus. `clock` and `random` are used only here.
[[nodiscard]] std::unique_ptr<Bus> make(Options options, const Clock& clock, Random& random);

}  // namespace cadre::events::local
