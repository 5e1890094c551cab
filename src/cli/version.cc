#include "cli/version.h"

#include <fmt/format.h>

#include "cli/command.h"

namespace cadre::cli {

Command version_command() {
    return {{"version", "", "Prints the version.", {}}, [](const Invocation&) {
                fmt::print("cadre {}\n", kVersion);
                return int{kDone};
            }};
}

}  // namespace cadre::cli
