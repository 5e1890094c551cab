// One line an event, to standard error: time, level, message, then key=value pairs (values quoted where needed).
// What a person is told and what the log says are two messages; a secret is never a value here.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace cadre::log {

enum class Level { debug, info, warn, error };

/// One `key=value` of a line. Numbers and anything fmt can print are taken as they are.
struct Pair {
    template <class T>
    Pair(std::string_view key_, const T& value_) : key(key_), value(fmt::format("{}", value_)) {}
    std::string_view key;
    std::string value;
};

/// Lines below this level are not written. Set once at start; thread-safe to read.
void set_level(Level level);
[[nodiscard]] bool enabled(Level level);

/// Writes the line with one write(2), so that lines of several threads and processes do not mix. Thread-safe.
void write(Level level, std::string_view message, std::initializer_list<Pair> pairs);

inline void debug(std::string_view message, std::initializer_list<Pair> pairs = {}) {
    if (enabled(Level::debug)) write(Level::debug, message, pairs);
}
inline void info(std::string_view message, std::initializer_list<Pair> pairs = {}) {
    write(Level::info, message, pairs);
}
inline void warn(std::string_view message, std::initializer_list<Pair> pairs = {}) {
    write(Level::warn, message, pairs);
}
inline void error(std::string_view message, std::initializer_list<Pair> pairs = {}) {
    write(Level::error, message, pairs);
}

}  // namespace cadre::log
