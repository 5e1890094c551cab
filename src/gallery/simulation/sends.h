// The same bytes, sent several times at once by one person: the real rule for making something once, over fakes.
#pragma once

#include <optional>
#include <string>

#include "gallery/simulation/fakes.h"

namespace cadre::gallery::simulation {

struct Sends {
    int senders = 2;
    Budget budget;
    Quirks quirks;
};

/// Runs it once and says what was violated, with a trace; nothing if all held.
[[nodiscard]] std::optional<std::string> run(const Sends& sends, Choices& choices, std::uint64_t seed);

}  // namespace cadre::gallery::simulation
