#include "base/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <thread>

#include "base/nearest.h"
#include "base/quantity.h"
#include "base/settings_table.h"

namespace cadre {
namespace {

constexpr std::size_t kLongestSecret = 4096;

/// Variables that begin with CADRE_ and are the tests' own.
bool is_of_tests(std::string_view variable) {
    return variable == "CADRE_PHOTOS" || variable == "CADRE_SIMULATION_SEEDS" || variable.starts_with("CADRE_TEST_");
}

/// A value, from where it was given.
struct Given {
    const Setting* setting;
    std::string text;
    std::string where;  // "--listen", "CADRE_LISTEN", "listen (cadre.toml, line 3)"
    bool names_file;    // of a secret: the text names the file that holds it
};

/// Collects what is wrong, to say it all at once.
class Problems {
public:
    void add(std::string_view where, std::string_view detail) {
        lines_ += fmt::format("{}{}: {}", none() ? "" : "\n", where, detail);
    }
    [[nodiscard]] bool none() const { return lines_.empty(); }
    [[nodiscard]] Error error() && { return {ErrorKind::invalid, std::move(lines_)}; }

private:
    std::string lines_;  // one of each
};

Result<std::string> read_secret(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(ErrorKind::invalid, fmt::format("the file \"{}\" cannot be read", path));
    std::string secret(kLongestSecret + 1, '\0');
    file.read(secret.data(), static_cast<std::streamsize>(secret.size()));
    secret.resize(static_cast<std::size_t>(file.gcount()));
    if (secret.size() > kLongestSecret)
        return fail(ErrorKind::invalid, fmt::format("the file \"{}\" is too long", path));
    while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
    if (secret.empty()) return fail(ErrorKind::invalid, fmt::format("the file \"{}\" is empty", path));
    return secret;
}

/// Reads the words after the command's name.
class Arguments {
public:
    Arguments(const CommandLine& command, Invocation& invocation, Problems& problems)
        : command_(command), invocation_(invocation), problems_(problems) {
        for (const auto& setting : settings_table()) known_.push_back(flag_of(setting));
        for (const auto& option : command.options) known_.emplace_back(option.flag);
        known_.emplace_back("--help");
    }

    std::vector<Given> read(const std::vector<std::string>& words) {
        bool only_operands = false;
        for (auto word = words.begin(); word != words.end(); ++word) {
            if (only_operands || !word->starts_with('-') || *word == "-") {
                operand(*word);
            } else if (*word == "--") {
                only_operands = true;
            } else if (*word == "--help" || *word == "-h") {
                invocation_.help = true;
            } else {
                const auto equals = word->find('=');
                std::optional<std::string> value;
                if (equals != std::string::npos) value = word->substr(equals + 1);
                const auto flag = word->substr(0, equals);
                const auto next = std::next(word);
                if (!value && next != words.end() && (needs_value(flag) || may_have_value(flag, *next)))
                    value = *++word;
                take(flag, value);
            }
        }
        return std::move(given_);
    }

private:
    const Setting* setting_of(std::string_view flag) const {
        for (const auto& setting : settings_table())
            if (flag_of(setting) == flag) return &setting;
        return nullptr;
    }

    const CommandOption* option_of(std::string_view flag) const {
        const auto found = std::ranges::find(command_.options, flag, &CommandOption::flag);
        return found == command_.options.end() ? nullptr : &*found;
    }

    bool needs_value(std::string_view flag) const {
        if (const auto* option = option_of(flag)) return !option->value.empty();
        const auto* setting = setting_of(flag);
        return setting != nullptr && setting->kind != Kind::boolean;
    }

    /// A setting of truth may stand alone: --access-log is --access-log true.
    bool may_have_value(std::string_view flag, std::string_view next) const {
        return option_of(flag) == nullptr && setting_of(flag) != nullptr && (next == "true" || next == "false");
    }

    void operand(const std::string& word) {
        if (command_.operands.empty())
            problems_.add(word, fmt::format("`cadre {}` takes no such word.", command_.command));
        else
            invocation_.operands.push_back(word);
    }

    void take(const std::string& flag, std::optional<std::string> value) {
        const auto* option = option_of(flag);
        const auto* setting = setting_of(flag);
        if (option == nullptr && setting == nullptr)
            return problems_.add(flag, "there is no such flag." + did_you_mean(flag, known_));
        if (option == nullptr && !taken_by(*setting, command_.command))
            return problems_.add(flag, fmt::format("`cadre {}` does not take it.", command_.command));
        if (!seen_.insert(flag).second) return problems_.add(flag, "it is given twice.");
        if (needs_value(flag) && (!value || value->empty())) return problems_.add(flag, "it needs a value.");
        if (option != nullptr) {
            if (option->value.empty() && value) return problems_.add(flag, "it takes no value.");
            invocation_.options[flag] = value.value_or("");
        } else {
            given_.push_back({setting, value.value_or("true"), flag, setting->kind == Kind::secret});
        }
    }

    const CommandLine& command_;
    Invocation& invocation_;
    Problems& problems_;
    std::vector<std::string> known_;
    std::set<std::string, std::less<>> seen_;
    std::vector<Given> given_;
};

/// An empty variable counts as one that is not set: compose files pass them on so.
std::vector<Given> from_environment(const std::map<std::string, std::string>& environment, Problems& problems) {
    std::vector<Given> given;
    std::vector<std::string> known;
    for (const auto& setting : settings_table()) {
        const auto name = variable_of(setting);
        known.push_back(name);
        if (setting.kind == Kind::secret) known.push_back(name + "_FILE");
        const auto take = [&](const std::string& variable, bool names_file) {
            const auto found = environment.find(variable);
            if (found == environment.end() || found->second.empty()) return false;
            given.push_back({&setting, found->second, variable, names_file});
            return true;
        };
        const bool plain = take(name, false);
        if (setting.kind == Kind::secret && take(name + "_FILE", true) && plain)
            problems.add(name, fmt::format("{}_FILE is set too; which of them counts?", name));
    }
    for (const auto& [name, value] : environment)
        if (name.starts_with("CADRE_") && !is_of_tests(name) && std::ranges::count(known, name) == 0)
            problems.add(name, "there is no such variable." + did_you_mean(name, known));
    return given;
}

std::vector<Given> from_file(const std::string& path, Problems& problems) {
    std::vector<Given> given;
    auto values = read_configuration(path);
    if (!values) {
        problems.add("config", values.error().message);
        return given;
    }
    std::vector<std::string> known;
    for (const auto& setting : settings_table())
        if (setting.name != "config") known.push_back(key_of(setting));
    for (auto& value : *values) {
        const auto where = fmt::format("{} ({}, line {})", value.key, path, value.line);
        const auto found = std::ranges::find(known, value.key);
        if (found == known.end()) {
            problems.add(where, "there is no such key." + did_you_mean(value.key, known));
            continue;
        }
        for (const auto& setting : settings_table())
            if (key_of(setting) == value.key)
                given.push_back({&setting, std::move(value.text), where, setting.kind == Kind::secret});
    }
    return given;
}

void fill(Invocation& invocation, const std::vector<Given>& layer, Origin origin, Problems& problems) {
    for (const auto& given : layer) {
        auto text = given.text;
        if (given.names_file) {
            auto secret = read_secret(given.text);
            if (!secret) {
                problems.add(given.where, secret.error().message + ".");
                continue;
            }
            text = std::move(*secret);
        }
        if (const auto wrong = assign(invocation.settings, *given.setting, text); !wrong.empty()) {
            const bool hidden = given.setting->kind == Kind::secret;
            problems.add(given.where,
                         hidden ? fmt::format("the secret {}.", wrong) : fmt::format("\"{}\" {}.", given.text, wrong));
        }
        invocation.origins.insert_or_assign(std::string(given.setting->name), origin);
    }
}

std::string variable(const Surroundings& surroundings, const std::string& name) {
    const auto found = surroundings.environment.find(name);
    return found == surroundings.environment.end() ? std::string{} : found->second;
}

std::string default_data(const Surroundings& surroundings) {
    if (const auto share = variable(surroundings, "XDG_DATA_HOME"); !share.empty()) return share + "/cadre";
    if (const auto home = variable(surroundings, "HOME"); !home.empty()) return home + "/.local/share/cadre";
    return {};
}

void decide(std::string& value, std::string otherwise) {
    if (value.empty()) value = std::move(otherwise);
}
void decide(std::int64_t& value, std::int64_t otherwise) {
    if (value == kUndecided) value = otherwise;
}

/// Every default that depends on something: on the machine, or on the shape, Solo or Fleet.
void resolve(Settings& settings, const Surroundings& surroundings, std::string_view command) {
    const auto cores = static_cast<std::int64_t>(std::max(1u, surroundings.cores));
    decide(settings.name, surroundings.host_name);
    const auto at = settings.name.rfind('@');
    decide(settings.machine, at == std::string::npos || at + 1 == settings.name.size() ? surroundings.host_name
                                                                                       : settings.name.substr(at + 1));
    decide(settings.data, default_data(surroundings));
    decide(settings.catalog, "sqlite:" + settings.data + "/catalog.db");
    if (!settings.data.empty()) decide(settings.blobs, "files:" + settings.data + "/blobs");
    decide(settings.io_threads, std::min<std::int64_t>(cores, 8));
    decide(settings.max_connections_per_address, settings.max_connections / 2);
    decide(settings.decoder, surroundings.program / "cadre-decode");
    decide(settings.web, surroundings.program / "web");
    decide(settings.places, surroundings.program / "places.bin");

    const bool fleet = is_fleet(settings);
    const auto temporary = variable(surroundings, "TMPDIR");
    decide(settings.workers, fleet && command != "worker" ? 0 : cores);
    decide(settings.scratch, !fleet ? settings.data + "/scratch" : temporary.empty() ? "/tmp" : temporary);
    if (settings.drain.count() == kUndecided) settings.drain = std::chrono::seconds(fleet ? 5 : 0);

    constexpr std::int64_t kUploadsAtOnce = 8;
    decide(settings.scratch_limit, kUploadsAtOnce * settings.max_upload);
}

void check_together(const Settings& settings, std::string_view command, Problems& problems) {
    const bool needs_data = !is_fleet(settings) || settings.blobs.empty();
    if (settings.data.empty() && needs_data && taken_by(*find_setting("data"), command))
        problems.add("--data", "there is neither XDG_DATA_HOME nor HOME to take it from; say where the data is.");
    if (settings.scratch_limit < settings.max_upload)
        problems.add("--scratch-limit",
                     fmt::format("{} is less than max_upload ({}): no such upload would fit.",
                                 format_size(settings.scratch_limit), format_size(settings.max_upload)));
}

}  // namespace

std::optional<std::string> Invocation::option(std::string_view flag) const {
    const auto found = options.find(flag);
    return found == options.end() ? std::nullopt : std::optional(found->second);
}

bool is_fleet(const Settings& settings) { return settings.catalog.starts_with("redis"); }

Surroundings read_surroundings() {
    Surroundings surroundings;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (const auto equals = text.find('='); equals != std::string_view::npos)
            surroundings.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    std::error_code error;
    surroundings.program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0) surroundings.host_name = host.data();
    if (surroundings.host_name.empty()) surroundings.host_name = "cadre";
    surroundings.cores = std::max(1u, std::thread::hardware_concurrency());
    return surroundings;
}

Result<Invocation> load_settings(const CommandLine& command, const std::vector<std::string>& arguments,
                                 const Surroundings& surroundings) {
    Invocation invocation;
    Problems problems;
    const auto flags = Arguments(command, invocation, problems).read(arguments);
    if (invocation.help) return invocation;

    for (const auto& setting : settings_table()) {
        // The table's own defaults are right: a test assigns every one of them.
        [[maybe_unused]] const auto wrong = assign(invocation.settings, setting, setting.fallback);
        invocation.origins.emplace(setting.name, Origin::built_in);
    }
    const auto variables = from_environment(surroundings.environment, problems);
    std::string path = variable(surroundings, "CADRE_CONFIG");
    for (const auto& given : flags)
        if (given.setting->name == "config") path = given.text;
    if (!path.empty()) fill(invocation, from_file(path, problems), Origin::file, problems);
    fill(invocation, variables, Origin::environment, problems);
    fill(invocation, flags, Origin::flag, problems);
    if (problems.none()) {
        resolve(invocation.settings, surroundings, command.command);
        check_together(invocation.settings, command.command, problems);
    }
    if (!problems.none()) return fail(std::move(problems).error());
    return invocation;
}

}  // namespace cadre
