// The table of settings, for the files that read, fill and print it. Everybody else includes base/settings.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/settings.h"

namespace cadre {

enum class Kind {
    text,
    choice,  // one of `choices`, separated by "|"
    path,
    address,   // host:port
    networks,  // CIDR, separated by commas
    url,       // http:// or https://
    place,     // "scheme:…", the schemes are `choices`
    count,     // a whole number
    size,      // bytes, with a unit
    duration,  // with a unit
    boolean,
    secret,
};

using Member = std::variant<std::string Settings::*, std::int64_t Settings::*, std::chrono::milliseconds Settings::*,
                            bool Settings::*>;

/// The commands that take a setting, as bits; `config` takes them all.
enum Takes : unsigned {
    by_serve = 1u << 0,
    by_import = 1u << 1,
    by_reindex = 1u << 2,
    by_verify = 1u << 3,
    by_user = 1u << 4,
    by_token = 1u << 5,
    by_healthcheck = 1u << 6,
    by_worker = 1u << 7,
    by_keeper = 1u << 8,
    by_copy = 1u << 9,
    by_jobs = 1u << 10,
    by_reread = 1u << 11,
    by_export = 1u << 12,
};
inline constexpr unsigned kByJobs = by_serve | by_worker | by_reread;
inline constexpr unsigned kByStores = by_serve | by_worker | by_keeper | by_reindex | by_verify | by_copy | by_user |
                                      by_token | by_jobs | by_reread | by_export;
inline constexpr unsigned kByAll = kByStores | by_import | by_healthcheck;

/// A default that depends on the surroundings or on other settings; `note` says on what.
inline constexpr std::string_view kAuto = "auto";

struct Setting {
    std::string_view section;  // heading of the reference; empty: the same as the row before
    std::string_view name;     // "max_upload"
    Kind kind;
    Member member;
    unsigned takes;
    std::string_view fallback;  // the default as one would type it; "off" and "none" stand for an empty text
    std::string_view note;      // what "auto" is; empty where the default is plain
    std::int64_t low;           // the range, of counts, bytes or milliseconds
    std::int64_t high;
    std::string_view choices;
    std::string_view description;
};

[[nodiscard]] std::span<const Setting> settings_table();
[[nodiscard]] const Setting* find_setting(std::string_view name);

/// Whether the command (its first word) takes it.
[[nodiscard]] bool taken_by(const Setting& setting, std::string_view command);
/// The commands that take it: "serve, reindex".
[[nodiscard]] std::string takers(const Setting& setting);

[[nodiscard]] std::string flag_of(const Setting& setting);      // "--max-upload"; a secret's: "--token-file"
[[nodiscard]] std::string variable_of(const Setting& setting);  // "CADRE_MAX_UPLOAD"
[[nodiscard]] std::string key_of(const Setting& setting);       // "max_upload"; a secret's: "token_file"
/// What help calls its value: "SIZE", "debug|info|warn|error".
[[nodiscard]] std::string value_name(const Setting& setting);
/// "1MiB … 1TiB", or empty.
[[nodiscard]] std::string range_text(const Setting& setting);
/// "1GiB"; "auto: the cores".
[[nodiscard]] std::string default_text(const Setting& setting);

/// Sets the member from what somebody typed; a sentence that says why not, which holds no secret, or empty. A value
/// that is still to be decided ("auto") leaves kUndecided or an empty text behind.
[[nodiscard]] std::string assign(Settings& settings, const Setting& setting, std::string_view text);
inline constexpr std::int64_t kUndecided = -1;

/// The value as one would type it. A secret's is as it is: hide it.
[[nodiscard]] std::string typed(const Settings& settings, const Setting& setting);

/// One `key = value` of a configuration file.
struct FileValue {
    std::string key;
    std::string text;  // numbers and booleans as one would type them
    unsigned line = 0;
};
/// ErrorKind::invalid with file and line where it is no TOML; only texts, whole numbers and booleans are taken.
[[nodiscard]] Result<std::vector<FileValue>> read_configuration(const std::string& path);

}  // namespace cadre
