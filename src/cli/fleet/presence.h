// This process among the others: what it says of itself.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/settings.h"
#include "gallery/processes.h"
#include "worker/runner.h"

namespace cadre::cli {

/// What does not change of it: its state and its figures are still to be filled in.
[[nodiscard]] gallery::Process process_of(const Settings& settings, std::string role, const Clock& clock);

/// Says each second how it is, if there are others to hear it, and once that it has started. Never fails: that the
/// catalog is away is told by others.
[[nodiscard]] worker::Chore be_present(gallery::Presence& presence, bool others = true);

}  // namespace cadre::cli
