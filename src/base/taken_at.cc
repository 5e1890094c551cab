#include "base/taken_at.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace cadre {
namespace {

using namespace std::string_view_literals;

constexpr std::array kNames = {"year"sv, "month"sv, "day"sv, "time"sv};
// How much of RFC 3339's text each takes, and what makes the rest of it.
constexpr std::array<std::size_t, 3> kLengths = {4, 7, 10};
constexpr std::string_view kBeginning = "0000-01-01T00:00:00";

}  // namespace

std::string_view text_of(Precision precision) { return kNames[static_cast<std::size_t>(precision)]; }

std::optional<Precision> parse_precision(std::string_view text) {
    const auto* const found = std::ranges::find(kNames, text);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Precision>(found - kNames.begin());
}

std::string text_of(const TakenAt& taken) {
    const auto text = rfc3339(taken.time);
    if (taken.precision == Precision::time) return text;
    return text.substr(0, kLengths[static_cast<std::size_t>(taken.precision)]);
}

std::optional<TakenAt> parse_taken_at(std::string_view text) {
    const auto* const length = std::ranges::find(kLengths, text.size());
    const bool whole = length == kLengths.end();
    const auto time =
        parse_rfc3339(whole ? std::string(text) : std::string(text) + std::string(kBeginning.substr(text.size())));
    if (!time) return std::nullopt;
    return TakenAt{*time, whole ? Precision::time : static_cast<Precision>(length - kLengths.begin())};
}

TakenAt reduced(const TakenAt& taken, Precision precision) {
    TakenAt less = taken;
    less.precision = std::min(taken.precision, precision);
    return less.precision == Precision::time ? less : *parse_taken_at(text_of(less));
}

}  // namespace cadre
