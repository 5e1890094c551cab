// "Did you mean …?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cadre {

/// How many characters to insert, delete, replace or swap with their neighbour (optimal string alignment).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name with the smallest distance, if it is near enough to be what was meant: a third of its length at most.
[[nodiscard]] std::optional<std::string> nearest(std::string_view typed, const std::vector<std::string>& names);

/// ` Did you mean "--listen"?`, or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names);

}  // namespace cadre
