// What only those know who opened the stores: the shards of Redis, the files of SQLite, the disks.
#pragma once

#include <memory>

#include "base/settings.h"
#include "cli/fleet/machines.h"
#include "cli/library.h"
#include "gallery/fleet.h"

namespace cadre::cli {

/// The library outlives it.
[[nodiscard]] std::unique_ptr<gallery::StoreProbe> make_store_probe(Library& library, const Settings& settings,
                                                                    Machines machines);

}  // namespace cadre::cli
