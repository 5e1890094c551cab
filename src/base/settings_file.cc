// The one place that knows TOML (https://toml.io/en/v1.0.0).
#include <fmt/format.h>

// A file that it does not understand is refused, by a debug build too: its parser asserts what it then checks.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

#include "base/settings_table.h"

namespace cadre {
namespace {

std::optional<std::string> text_of(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) return *text;
    if (const auto number = node.value_exact<std::int64_t>()) return fmt::format("{}", *number);
    if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
    return std::nullopt;
}

}  // namespace

Result<std::vector<FileValue>> read_configuration(const std::string& path) {
    toml::table table;
    try {
        table = toml::parse_file(path);
    } catch (const toml::parse_error& error) {
        const auto line = error.source().begin.line;
        return fail(ErrorKind::invalid, line == 0 ? fmt::format("{}: cannot be read.", path)
                                                  : fmt::format("{}, line {}: {}.", path, line, error.description()));
    }
    std::vector<FileValue> values;
    for (const auto& [key, node] : table) {
        const auto line = static_cast<unsigned>(node.source().begin.line);
        auto text = text_of(node);
        if (!text)
            return fail(ErrorKind::invalid, fmt::format("{}, line {}: \"{}\" must be a text, a whole number, true or "
                                                        "false.",
                                                        path, line, std::string_view(key.str())));
        values.push_back({std::string(key.str()), std::move(*text), line});
    }
    return values;
}

}  // namespace cadre
