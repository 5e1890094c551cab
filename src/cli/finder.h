// What search keeps, and where: known here and nowhere else.
#pragma once

#include <memory>

#include "base/settings.h"
#include "cli/stores.h"
#include "find/finder.h"

namespace cadre::cli {

/// Solo's is find.db beside the catalog. In a fleet each process has one of its own among the files of uploads under
/// way, made anew when it starts; those that processes left there which are no more go. Blocks. Errors: a sentence for
/// a file that cannot be written.
[[nodiscard]] Result<std::unique_ptr<find::Finder>> open_finder(const Settings& settings);

}  // namespace cadre::cli
