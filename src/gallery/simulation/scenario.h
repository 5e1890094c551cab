// A few actors, one record, the real ledger, and what must hold whatever happens.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gallery/simulation/fakes.h"

namespace cadre::gallery::simulation {

enum class Role {
    edit_title,      // sets the title
    edit_caption,    // sets another field
    edit_unchanged,  // sets the title if it is still what it was at the start (If-Match)
    derive,          // adds derived facts
    purge,
    repair,
    sweep,   // repairs only what a listing shows to differ
    tag,     // sets a tag, which is there from the start
    untag,   // takes it off
    rename,  // sets another tag instead, if it is there
    upload   // the first role of a record that nobody uploaded before
};

/// How many of them there are.
inline constexpr int kRoles = static_cast<int>(Role::upload);

struct Scenario {
    std::vector<Role> roles;
    Budget budget;
    Quirks quirks;
    Millis clock_spread{0};
    bool keeper_sweeps = false;  // in the end, instead of repairing whatever there is
};

/// Runs it once and says what was violated, with a trace; nothing if all held.
[[nodiscard]] std::optional<std::string> run(const Scenario& scenario, Choices& choices, std::uint64_t seed);

}  // namespace cadre::gallery::simulation
