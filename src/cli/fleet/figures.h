// What monitoring asks of the whole: the stores, the queue, the disks, as lines of Prometheus' exposition format 0.0.4.
#pragma once

#include <string>

#include "gallery/fleet.h"

namespace cadre::cli {

/// docs/reference/monitoring.md lists them. What was never read is left out.
[[nodiscard]] std::string figures_of(const gallery::Sight& sight);

}  // namespace cadre::cli
