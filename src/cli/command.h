// What a command is. Each has a file of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/settings.h"

namespace cadre::cli {

enum ExitCode : int { kDone = 0, kFailed = 1, kWrongUsage = 2 };

struct Command {
    CommandLine line;
    std::function<int(const Invocation&)> run;
};

/// All of them, in the order in which help lists them.
[[nodiscard]] std::vector<Command> commands();

[[nodiscard]] Command serve_command();
[[nodiscard]] Command worker_command();
[[nodiscard]] Command keeper_command();
[[nodiscard]] Command import_command();
[[nodiscard]] Command export_command();
[[nodiscard]] Command reindex_command();
[[nodiscard]] Command reread_command();
[[nodiscard]] Command verify_command();
[[nodiscard]] Command copy_command();
[[nodiscard]] Command user_add_command();
[[nodiscard]] Command user_password_command();
[[nodiscard]] Command token_create_command();
[[nodiscard]] Command jobs_list_command();
[[nodiscard]] Command jobs_retry_command();
[[nodiscard]] Command config_command();
[[nodiscard]] Command healthcheck_command();
[[nodiscard]] Command version_command();

/// "cadre: <sentence>" to standard error.
void complain(const std::string& sentence);
/// The error's sentence to standard error (its detail goes to the log); the exit code that it means.
[[nodiscard]] int report(const Error& error);
/// A mistake in what was typed: the sentence, and how to get help.
[[nodiscard]] int wrong_usage(const std::string& command, const std::string& sentence);

}  // namespace cadre::cli
