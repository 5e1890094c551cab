// The command line: finds the command that is meant, reads its settings and runs it.
#pragma once

#include <string>
#include <vector>

namespace cadre::cli {

/// `arguments` are what follows the program's name. Returns the exit code.
[[nodiscard]] int run(const std::vector<std::string>& arguments);

}  // namespace cadre::cli
