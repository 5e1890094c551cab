// The table as text for people: help, the reference page, example and effective configuration.
#include <fmt/format.h>

#include <algorithm>

#include "base/settings_table.h"

namespace cadre {
namespace {

constexpr std::size_t kWidth = 100;

/// Breaks at spaces; every line begins with `indent`.
std::string wrapped(std::string_view text, std::string_view indent) {
    std::string result;
    while (!text.empty()) {
        const auto room = kWidth - indent.size();
        auto end = text.size();
        if (end > room) {
            end = text.rfind(' ', room);
            if (end == std::string_view::npos) end = std::min(text.find(' '), text.size());
        }
        result += fmt::format("{}{}\n", indent, text.substr(0, end));
        text.remove_prefix(end);
        if (text.starts_with(' ')) text.remove_prefix(1);
    }
    return result;
}

/// `"text"` or a bare number or truth, as TOML wants it.
std::string toml_value(const Setting& setting, std::string_view text) {
    if (setting.kind == Kind::boolean || (setting.kind == Kind::count && text != kAuto)) return std::string(text);
    std::string escaped;
    for (const char c : text) {
        if (c == '"' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return '"' + escaped + '"';
}

/// What the documentation adds to a description: "Default: 1GiB. Range: 1KiB … 1TiB."
std::string facts(const Setting& setting) {
    const auto range = range_text(setting);
    return fmt::format("Default: {}.{}", default_text(setting), range.empty() ? "" : fmt::format(" Range: {}.", range));
}

std::string_view origin_name(Origin origin) {
    switch (origin) {
        case Origin::built_in:
            return "default";
        case Origin::file:
            return "file";
        case Origin::environment:
            return "environment";
        case Origin::flag:
            return "flag";
    }
    return {};
}

std::string variables(const Setting& setting) {
    const auto name = variable_of(setting);
    return setting.kind == Kind::secret ? fmt::format("`{0}`, `{0}_FILE`", name) : fmt::format("`{}`", name);
}

}  // namespace

std::string help_text(const CommandLine& command) {
    std::string text = fmt::format("cadre {} [OPTIONS]{}{}\n\n{}", command.command, command.operands.empty() ? "" : " ",
                                   command.operands, wrapped(command.summary, ""));
    if (!command.options.empty()) text += "\nOptions:\n";
    for (const auto& option : command.options) {
        text += fmt::format("  {}{}{}\n", option.flag, option.value.empty() ? "" : " ", option.value);
        text += wrapped(option.description, "        ");
    }
    std::string settings;
    for (const auto& setting : settings_table()) {
        if (!taken_by(setting, command.command)) continue;
        settings += fmt::format(
            "  {} {}  ({})\n", flag_of(setting), value_name(setting),
            setting.kind == Kind::secret ? fmt::format("{0} or {0}_FILE", variable_of(setting)) : variable_of(setting));
        // The choices are in the flag's value already.
        const auto more =
            setting.kind == Kind::choice ? fmt::format("Default: {}.", default_text(setting)) : facts(setting);
        settings += wrapped(fmt::format("{} {}", setting.description, more), "        ");
    }
    if (!settings.empty())
        text += "\nSettings, as a flag, as a variable of the environment or in the configuration file:\n" + settings;
    return text + "\n  --help, -h\n        Prints this.\n";
}

std::string effective_settings(const Invocation& invocation) {
    std::string text;
    for (const auto& setting : settings_table()) {
        const auto origin = invocation.origins.find(setting.name);
        const auto from = origin_name(origin == invocation.origins.end() ? Origin::built_in : origin->second);
        auto value = typed(invocation.settings, setting);
        if (setting.kind == Kind::secret)
            value = fmt::format("# {} = ({})", setting.name, value == "none" ? "none" : "hidden");
        else
            value = fmt::format("{}{} = {}", setting.name == "config" ? "# " : "", key_of(setting),
                                toml_value(setting, value));
        text += fmt::format("{:<60} # {}\n", value, from);
    }
    return text;
}

std::string default_settings() {
    std::string text;
    for (const auto& setting : settings_table())
        text += fmt::format("{:<20} {}\n", setting.name, default_text(setting));
    return text;
}

std::string example_configuration() {
    std::string text =
        "# Cadre's configuration. Every setting is here with its default, commented out: take the # away from what "
        "you\n"
        "# change. A variable of the environment (CADRE_LISTEN) beats this file, and a flag (--listen) beats both.\n"
        "# `cadre config` prints what holds in the end, and from where. Read with --config FILE or "
        "CADRE_CONFIG=FILE.\n";
    for (const auto& setting : settings_table()) {
        if (setting.name == "config") continue;
        if (!setting.section.empty()) text += fmt::format("\n#\n# {}\n#\n", setting.section);
        text += '\n' + wrapped(setting.description, "# ") + wrapped(facts(setting), "# ");
        const auto value = setting.kind == Kind::secret ? std::string_view("/run/secrets/…") : setting.fallback;
        text += fmt::format("#{} = {}\n", key_of(setting), toml_value(setting, value));
    }
    return text;
}

std::string settings_reference() {
    std::string text =
        "# Settings\n\n"
        "<!-- Written by `cadre config --markdown` from the table in src/base/settings_table.cc. Change it there. "
        "-->\n\n"
        "Each setting can be given as a flag, as a variable of the environment or as a key of a configuration file in\n"
        "TOML (`--config FILE`; `cadre config --toml` prints one that explains itself). A flag beats the environment,\n"
        "the environment beats the file, the file beats the default. An unknown flag, variable or key is an error "
        "that\n"
        "names the nearest one; everything that is wrong is said at once, and the exit code is 2.\n\n"
        "Sizes have a unit: `B`, `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024) or `KB` … `TB` (powers of 1000); a bare\n"
        "number is bytes. Times have one of `ms`, `s`, `m`, `h`, `d`. `auto` stands for a default that depends on\n"
        "something. An empty variable counts as one that is not set. Relative paths start from the working folder.\n\n"
        "A secret is never on the command line nor in the configuration file: its variable holds it, or a file does\n"
        "whose name is in the variable that ends in `_FILE`, in the key or in the flag that ends in `file`.\n\n"
        "`cadre config` prints what holds in the end and where each value came from, secrets hidden.\n";
    for (const auto& setting : settings_table()) {
        if (!setting.section.empty()) text += fmt::format("\n## {}\n", setting.section);
        text += fmt::format("\n### `{}`\n\n", setting.name);
        text += wrapped(setting.description, "");
        text += fmt::format("\n- Flag: `{} {}`\n- Variable: {}\n", flag_of(setting), value_name(setting),
                            variables(setting));
        if (setting.name != "config") text += fmt::format("- Key: `{}`\n", key_of(setting));
        text += fmt::format("- Default: {}\n", default_text(setting));
        const auto range = range_text(setting);
        if (!range.empty()) text += fmt::format("- {}: {}\n", setting.kind == Kind::choice ? "One of" : "Range", range);
        text += fmt::format("- Commands: {}\n", takers(setting));
    }
    return text;
}

}  // namespace cadre
