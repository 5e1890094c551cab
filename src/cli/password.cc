#include "cli/password.h"

#include <iostream>

namespace cadre::cli {

Result<std::string> read_password(const Invocation& invocation) {
    if (!invocation.has("--password-stdin"))
        return fail(ErrorKind::invalid, "Say --password-stdin and give the password as a line on standard input.");
    std::string line;
    if (!std::getline(std::cin, line) || line.empty())
        return fail(ErrorKind::invalid, "There is no password on standard input.");
    if (line.back() == '\r') line.pop_back();
    return line;
}

CommandOption password_option() {
    return {"--password-stdin", "", "Reads the password as one line from standard input."};
}

}  // namespace cadre::cli
