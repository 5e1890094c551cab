// What search keeps, and where: known here and nowhere else.
#pragma once

#include <memory>

#include "base/fd.h"
#include "base/settings.h"
#include "cli/stores.h"
#include "find/finder.h"

namespace cadre::cli {

struct OwnFinder {
    UniqueFd lock;  // in a fleet; while it is open nobody takes the files away
    std::unique_ptr<find::Finder> finder;
};

/// Solo's is find.db beside the catalog. In a fleet each process has one of its own among the files of uploads under
/// way, which replicas of a machine share; it is made anew when the process starts, and those of processes that are no
/// more go. Blocks. Errors: a sentence for a file that cannot be written.
[[nodiscard]] Result<OwnFinder> open_finder(const Settings& settings);

}  // namespace cadre::cli
