// Every setting of the program, declared once (settings_table.cc): from that table come the flags, the environment
// variables, the keys of the configuration file, their validation, --help, `cadre config` and
// docs/reference/settings.md.
//
// A later source beats an earlier one: built-in defaults, configuration file, environment, flags. From its name
// (max_upload) a setting has its flag (--max-upload), its variable (CADRE_MAX_UPLOAD) and its key (max_upload). A
// secret is never on the command line nor in the configuration file: CADRE_TOKEN holds it, or CADRE_TOKEN_FILE,
// token_file and --token-file name a file that does.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cadre {

/// The effective values. After load_settings() nothing in it is still to be decided; what may be left out is empty.
struct Settings {
    std::string config;  // the configuration file that was read

    std::string listen;           // host:port
    std::string metrics_listen;   // host:port; empty: off
    std::string name;             // of this replica
    std::string machine;          // on which it runs
    std::string machines;         // NAME=ADDRESS, separated by commas
    std::string public_url;       // empty: from the request
    std::string trusted_proxies;  // networks, separated by commas
    std::int64_t io_threads = 0;
    std::int64_t max_connections = 0;
    std::int64_t max_connections_per_address = 0;
    std::chrono::milliseconds drain{0};  // after SIGTERM, still served this long
    std::string pulse;                   // touched while a worker or keeper is well; empty: no file

    std::string data;
    std::string catalog;  // "sqlite:<file>" or "redis://…"
    std::string blobs;    // "files:<folder>" or "s3://…"
    std::string s3_access_key;
    std::string s3_secret_key;
    std::string from_s3_access_key;  // of the store that `copy` reads; empty: as above
    std::string from_s3_secret_key;
    std::string redis_password;
    std::string scratch;
    std::int64_t scratch_limit = 0;  // bytes
    std::int64_t job_limit = 0;      // jobs that wait or run

    std::int64_t workers = 0;
    std::string decoder;
    std::int64_t decoder_memory = 0;  // bytes
    std::int64_t decoder_queue = 0;   // calls
    std::chrono::milliseconds decoder_time{0};

    std::int64_t max_upload = 0;  // bytes
    std::int64_t max_pixels = 0;
    std::int64_t trash_days = 0;

    std::string garage_admin;  // http://host:port, separated by commas
    std::string garage_admin_token;

    std::string web;
    std::string places;
    std::string map_tiles;  // a file or an https:// address; empty: none
    std::string log_level;  // "debug", "info", "warn", "error"
    bool access_log = false;

    std::string server;  // the gallery that `import` sends to
    std::string token;
};

enum class Origin { built_in, file, environment, flag };

/// An option of one command that is no setting (`--wait`, `--role member`).
struct CommandOption {
    std::string_view flag;         // "--role"
    std::string_view value;        // what the help calls its value, "admin|member"; empty: a switch
    std::string_view description;  // one sentence
};

/// What a command takes besides the settings that name it in their row.
struct CommandLine {
    std::string_view command;   // "user add"; its first word is what the rows of the table name
    std::string_view operands;  // as the help shows them, "PATH…"; empty: it takes none
    std::string_view summary;   // one sentence
    std::vector<CommandOption> options;
};

/// What the defaults depend on.
struct Surroundings {
    std::map<std::string, std::string> environment;
    std::filesystem::path program;  // the folder of the executable
    std::string host_name;
    unsigned cores = 1;
};
[[nodiscard]] Surroundings read_surroundings();

/// What was typed, read and decided.
struct Invocation {
    bool help = false;  // --help or -h; nothing else was looked at then
    Settings settings;
    std::map<std::string, Origin, std::less<>> origins;       // by the setting's name
    std::map<std::string, std::string, std::less<>> options;  // by flag; "" for a switch
    std::vector<std::string> operands;

    [[nodiscard]] bool has(std::string_view flag) const { return options.contains(flag); }
    [[nodiscard]] std::optional<std::string> option(std::string_view flag) const;
};

/// Reads all sources for one command; `arguments` are what follows its name. ErrorKind::invalid lists everything that
/// is wrong at once, a line each in `message` and one by one in `fields`: wrong usage, exit code 2.
[[nodiscard]] Result<Invocation> load_settings(const CommandLine& command, const std::vector<std::string>& arguments,
                                               const Surroundings& surroundings);

/// Fleet's catalog is shared by replicas; Solo's belongs to this process.
[[nodiscard]] bool is_fleet(const Settings& settings);

/// The text of `cadre COMMAND --help`.
[[nodiscard]] std::string help_text(const CommandLine& command);

/// `cadre config`: every effective value as a line of TOML with where it came from; secrets hidden.
[[nodiscard]] std::string effective_settings(const Invocation& invocation);
/// `cadre config --toml`: a configuration file that teaches; every setting is there, commented out.
[[nodiscard]] std::string example_configuration();
/// `cadre config --defaults`: every setting and its default, a line each.
[[nodiscard]] std::string default_settings();
/// `cadre config --markdown`: docs/reference/settings.md.
[[nodiscard]] std::string settings_reference();

}  // namespace cadre
