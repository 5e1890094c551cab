#include "base/nearest.h"

#include <fmt/format.h>

#include <algorithm>

namespace cadre {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) rows[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t differ = a[i - 1] == b[j - 1] ? 0 : 1;
            rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + differ});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    return rows[a.size()][b.size()];
}

std::optional<std::string> nearest(std::string_view typed, const std::vector<std::string>& names) {
    constexpr std::size_t kLongest = 100;  // longer ones are no misspelt names, and the distance costs their product
    if (typed.size() > kLongest) return std::nullopt;
    std::optional<std::string> best;
    std::size_t least = 0;
    for (const auto& name : names) {
        const auto distance = edit_distance(typed, name);
        if (distance > std::max<std::size_t>(1, name.size() / 3)) continue;
        if (!best || distance < least) best = name, least = distance;
    }
    return best;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names) {
    const auto name = nearest(typed, names);
    return name ? fmt::format(" Did you mean \"{}\"?", *name) : std::string{};
}

}  // namespace cadre
