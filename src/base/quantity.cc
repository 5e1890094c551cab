#include "base/quantity.h"

#include <fmt/format.h>

#include <span>

#include "base/number.h"

namespace cadre {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t factor;
};

constexpr Unit kSizes[] = {
    {"B", 1},
    {"KiB", std::int64_t{1} << 10},
    {"MiB", std::int64_t{1} << 20},
    {"GiB", std::int64_t{1} << 30},
    {"TiB", std::int64_t{1} << 40},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
};
constexpr std::size_t kBinarySizes = 5;  // the first ones: what sizes are printed in

constexpr Unit kDurations[] = {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

/// A number and one of the units; a missing unit is `bare` times it.
std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units,
                                            std::optional<std::int64_t> bare) {
    const auto end = text.find_first_not_of("0123456789");
    const auto digits = text.substr(0, end);
    auto unit = end == std::string_view::npos ? std::string_view{} : text.substr(end);
    if (unit.starts_with(' ')) unit.remove_prefix(1);
    const auto number = parse_integer(digits);
    if (!number) return std::nullopt;
    std::optional<std::int64_t> factor;
    if (end == std::string_view::npos) factor = *number == 0 ? 1 : bare;
    for (const auto& known : units)
        if (known.name == unit) factor = known.factor;
    std::int64_t product = 0;
    if (!factor || __builtin_mul_overflow(*number, *factor, &product)) return std::nullopt;
    return product;
}

std::string format_with_unit(std::int64_t value, std::span<const Unit> units) {
    for (auto unit = units.rbegin(); unit != units.rend(); ++unit)
        if (value != 0 && value % unit->factor == 0) return fmt::format("{}{}", value / unit->factor, unit->name);
    return fmt::format("{}{}", value, units.front().name);
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) { return parse_number<std::int64_t>(text); }

std::optional<std::int64_t> parse_size(std::string_view text) { return parse_with_unit(text, kSizes, 1); }

std::string format_size(std::int64_t bytes) { return format_with_unit(bytes, std::span(kSizes).first(kBinarySizes)); }

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto count = parse_with_unit(text, kDurations, std::nullopt);
    if (!count) return std::nullopt;
    return std::chrono::milliseconds(*count);
}

std::optional<std::chrono::seconds> parse_iso_duration(std::string_view text) {
    struct Part {
        char unit;
        bool of_day;  // behind the T
        std::int64_t seconds;
    };
    constexpr Part kParts[] = {
        {'W', false, 604'800}, {'D', false, 86'400}, {'H', true, 3'600}, {'M', true, 60}, {'S', true, 1}};
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (!text.starts_with('P')) return std::nullopt;
    text.remove_prefix(1);
    std::int64_t sum = 0;
    bool in_day = false, any = false;
    for (const auto& [unit, of_day, seconds] : kParts) {
        if (of_day && !in_day && text.starts_with('T')) {
            in_day = true;
            text.remove_prefix(1);
            if (text.empty()) return std::nullopt;
        }
        const auto digits = text.find_first_not_of("0123456789");
        if (digits == 0 || digits == std::string_view::npos || text[digits] != unit || of_day != in_day) continue;
        const auto number = parse_integer(text.substr(0, digits));
        std::int64_t product = 0;
        if (!number || __builtin_mul_overflow(*number, seconds, &product) || __builtin_add_overflow(sum, product, &sum))
            return std::nullopt;
        text.remove_prefix(digits + 1);
        any = true;
    }
    if (!any || !text.empty()) return std::nullopt;
    return std::chrono::seconds(negative ? -sum : sum);
}

std::string format_duration(std::chrono::milliseconds duration) {
    if (duration.count() == 0) return "0s";
    return format_with_unit(duration.count(), kDurations);
}

}  // namespace cadre
