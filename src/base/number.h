// Numbers in texts, strictly: no spaces, no plus sign, nothing behind them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace cadre {

/// The number that the text is, in decimal or to another base; nothing where it is none, is followed by anything, or
/// does not fit. A minus is read where the type has negative numbers.
template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text, int base = 10) {
    static_assert(std::is_integral_v<Number>);
    Number number{};
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number, base);
    if (error != std::errc() || end != last) return std::nullopt;
    return number;
}

/// The same of one with a fraction, an exponent perhaps; "inf" and "nan" are numbers, too.
[[nodiscard]] inline std::optional<double> parse_decimal(std::string_view text) {
    double number = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc() || end != last) return std::nullopt;
    return number;
}

/// The number that the text begins with, whatever follows.
template <class Number>
[[nodiscard]] std::optional<Number> leading_number(std::string_view text) {
    Number number{};
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return std::nullopt;
    return number;
}

}  // namespace cadre
