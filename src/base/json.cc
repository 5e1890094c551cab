#include "base/json.h"

#include <algorithm>
#include <boost/json/src.hpp>
#include <cmath>
#include <utility>

#include "base/json_memory.h"

namespace cadre {
namespace {

/// "1e400" is read as infinite, and written as what nobody can read.
bool is_finite(const json::value& value) {
    if (const auto* number = value.if_double()) return std::isfinite(*number);
    if (const auto* array = value.if_array()) return std::ranges::all_of(*array, is_finite);
    const auto* object = value.if_object();
    return object == nullptr ||
           std::ranges::all_of(*object, [](const json::key_value_pair& member) { return is_finite(member.value()); });
}

}  // namespace

Result<json::value> parse_json(std::string_view text) { return parse_json_in({}, text); }

Result<json::value> parse_json_in(json::storage_ptr memory, std::string_view text) {
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 32;
    auto value = json::parse({text.data(), text.size()}, error, std::move(memory), options);
    if (error) return fail(Code::malformed_json, "This is not valid JSON: " + error.message() + ".");
    if (!is_finite(value)) return fail(Code::malformed_json, "This is not valid JSON: a number is too large.");
    return value;
}

std::optional<std::string_view> get_string(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view(value->get_string());
}

std::optional<std::int64_t> get_int(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (error) return std::nullopt;
    return number;
}

std::optional<double> get_double(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::system::error_code error;
    const auto number = value->to_number<double>(error);
    if (error) return std::nullopt;
    return number;
}

std::optional<bool> get_bool(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_bool()) return std::nullopt;
    return value->get_bool();
}

}  // namespace cadre
