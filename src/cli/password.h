// Passwords come on standard input and nowhere else: the command line is for all to see.
#pragma once

#include <string>

#include "base/settings.h"

namespace cadre::cli {

/// The first line of standard input. Errors: invalid without --password-stdin, or if there is none.
[[nodiscard]] Result<std::string> read_password(const Invocation& invocation);

/// The option that read_password() asks for.
[[nodiscard]] CommandOption password_option();

}  // namespace cadre::cli
