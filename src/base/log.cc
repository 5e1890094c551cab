#include "base/log.h"

#include <unistd.h>

#include <atomic>
#include <cctype>
#include <chrono>
#include <ctime>

namespace cadre::log {
namespace {

std::atomic<Level> level_now{Level::info};

constexpr std::string_view kNames[] = {"DEBUG", "INFO ", "WARN ", "ERROR"};

bool needs_quotes(std::string_view value) {
    if (value.empty()) return true;
    for (const char c : value)
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return true;
    return false;
}

/// Control characters are escaped, so that a file name cannot forge a line.
void append_quoted(std::string& out, std::string_view value) {
    out.push_back('"');
    for (const char c : value) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

std::string timestamp() {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto since = now.time_since_epoch().count();
    const std::time_t seconds = since / 1000;
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                       utc.tm_hour, utc.tm_min, utc.tm_sec, since % 1000);
}

}  // namespace

void set_level(Level level) { level_now.store(level, std::memory_order_relaxed); }

bool enabled(Level level) { return level >= level_now.load(std::memory_order_relaxed); }

void write(Level level, std::string_view message, std::initializer_list<Pair> pairs) {
    if (!enabled(level)) return;
    std::string line = timestamp();
    line.push_back(' ');
    line += kNames[static_cast<std::size_t>(level)];
    line.push_back(' ');
    line += message;
    for (const auto& pair : pairs) {
        line.push_back(' ');
        line += pair.key;
        line.push_back('=');
        if (needs_quotes(pair.value))
            append_quoted(line, pair.value);
        else
            line += pair.value;
    }
    line.push_back('\n');
    // A log that cannot be written must not stop the program.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace cadre::log
