// Boost.JSON with the few questions that readers of untrusted or old documents ask.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cadre {

namespace json = boost::json;

/// ErrorKind::invalid with a sentence that says where it broke off. Depth is bounded (32).
[[nodiscard]] Result<json::value> parse_json(std::string_view text);

/// The member, if the object has it and it is of that type; nothing otherwise.
[[nodiscard]] std::optional<std::string_view> get_string(const json::object& object, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> get_int(const json::object& object, std::string_view key);
[[nodiscard]] std::optional<double> get_double(const json::object& object, std::string_view key);  // also integers
[[nodiscard]] std::optional<bool> get_bool(const json::object& object, std::string_view key);

}  // namespace cadre
