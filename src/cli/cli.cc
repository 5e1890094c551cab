#include "cli/cli.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>

#include "base/log.h"
#include "base/nearest.h"
#include "cli/command.h"

namespace cadre::cli {
namespace {

/// "user" of "user add".
std::string_view first_word(std::string_view command) { return command.substr(0, command.find(' ')); }

std::string overview() {
    std::string text = "cadre COMMAND [OPTIONS]\n\nA photo gallery of your own.\n\nCommands:\n";
    for (const auto& command : commands())
        text += fmt::format("  {:<15} {}\n", command.line.command, command.line.summary);
    return text + "\n`cadre COMMAND --help` says what a command takes, `cadre config --markdown` all settings.\n";
}

/// The help of all commands that begin with this word; empty if there is none.
std::string help_of(std::string_view typed) {
    std::string text;
    for (const auto& command : commands()) {
        if (command.line.command != typed && first_word(command.line.command) != typed) continue;
        if (!text.empty()) text += "\n\n";
        text += help_text(command.line);
    }
    return text;
}

int unknown_command(const std::string& typed) {
    std::vector<std::string> names{"help"};
    for (const auto& command : commands()) {
        names.emplace_back(command.line.command);
        names.emplace_back(first_word(command.line.command));
    }
    complain(fmt::format("There is no command “{}”.{} `cadre help` lists them.", typed, did_you_mean(typed, names)));
    return kWrongUsage;
}

int help(const std::vector<std::string>& words) {
    if (words.empty()) {
        std::fputs(overview().c_str(), stdout);
        return kDone;
    }
    std::string typed = fmt::format("{}", fmt::join(words, " "));
    const auto text = help_of(typed);
    if (text.empty()) return unknown_command(typed);
    std::fputs(text.c_str(), stdout);
    return kDone;
}

void set_log_level(const std::string& name) {
    if (name == "debug") log::set_level(log::Level::debug);
    if (name == "info") log::set_level(log::Level::info);
    if (name == "warn") log::set_level(log::Level::warn);
    if (name == "error") log::set_level(log::Level::error);
}

int run_command(const Command& command, const std::vector<std::string>& arguments) {
    auto invocation = load_settings(command.line, arguments, read_surroundings());
    if (!invocation) return wrong_usage(std::string(command.line.command), invocation.error().message);
    if (invocation->help) {
        std::fputs(help_text(command.line).c_str(), stdout);
        return kDone;
    }
    set_log_level(invocation->settings.log_level);
    return command.run(*invocation);
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

int dispatch(const std::vector<std::string>& words) {
    if (words.empty()) {
        std::fputs(overview().c_str(), stderr);
        return kWrongUsage;
    }
    if (words[0] == "help") return help({words.begin() + 1, words.end()});
    if (is_help(words[0])) return help({});
    if (words[0] == "--version") return run_command(version_command(), {});

    const auto all = commands();
    const std::string two = words.size() > 1 ? words[0] + " " + words[1] : words[0];
    for (const auto& command : all) {
        if (command.line.command == two && two != words[0])
            return run_command(command, {words.begin() + 2, words.end()});
        if (command.line.command == words[0]) return run_command(command, {words.begin() + 1, words.end()});
    }
    std::vector<std::string> siblings;
    for (const auto& command : all)
        if (first_word(command.line.command) == words[0]) siblings.emplace_back(command.line.command);
    if (siblings.empty()) return unknown_command(words[0]);
    if (words.size() > 1 && is_help(words[1])) return help({words[0]});
    if (words.size() > 1) return unknown_command(two);
    complain(fmt::format("“{}” needs one word more: {}.", words[0], fmt::join(siblings, ", ")));
    return kWrongUsage;
}

}  // namespace

std::vector<Command> commands() {
    return {serve_command(),     worker_command(),     keeper_command(),        import_command(),
            export_command(),    reindex_command(),    reread_command(),        verify_command(),
            copy_command(),      user_add_command(),   user_password_command(), token_create_command(),
            jobs_list_command(), jobs_retry_command(), config_command(),        healthcheck_command(),
            version_command()};
}

void complain(const std::string& sentence) { fmt::print(stderr, "cadre: {}\n", sentence); }

int report(const Error& error) {
    complain(error.message);
    if (!error.detail.empty()) log::error("failed", {{"why", error.detail}});
    return error.kind == ErrorKind::unsupported ? kWrongUsage : kFailed;  // a store that there is no driver for
}

int wrong_usage(const std::string& command, const std::string& sentence) {
    complain(sentence);
    fmt::print(stderr, "`cadre {} --help` says what it takes.\n", command);
    return kWrongUsage;
}

int run(const std::vector<std::string>& arguments) {
    try {
        const int code = dispatch(arguments);
        // What was to be printed and could not be, for a full disk, is no success.
        if (std::fflush(stdout) != 0 && code == kDone) return kFailed;
        return code;
    } catch (const std::exception& fault) {
        complain(fmt::format("Something went wrong that should not: {}.", fault.what()));
        return kFailed;
    }
}

}  // namespace cadre::cli
