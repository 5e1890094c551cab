#include "gallery/name_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace cadre::gallery {
namespace {

using namespace std::string_view_literals;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t count = 0;
    while (at + count < text.size() && is_digit(text[at + count])) ++count;
    return count;
}

int number_at(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value * 10 + (text[at + i] - '0');
    return value;
}

bool is_one_of(std::string_view text, std::size_t at, std::string_view set) {
    return at < text.size() && set.find(text[at]) != set.npos;
}

struct TimeFound {
    int seconds = 0;  // of the day
    std::int32_t microseconds = 0;
};

/// Milliseconds that follow, with something between or not: "123", "-789".
std::int32_t microseconds_at(std::string_view text, std::size_t at) {
    const auto from = is_one_of(text, at, "-_.") ? at + 1 : at;
    return digits_at(text, from) == 3 ? number_at(text, from, 3) * 1000 : 0;
}

/// "PM", "p.m.", with a space of any kind before it: 'p' or 'a', else 0.
char half_of_day(std::string_view text, std::size_t at) {
    for (const auto space : {" "sv, "\u202f"sv, "\u00a0"sv})
        if (text.substr(std::min(at, text.size())).starts_with(space)) at += space.size();
    const auto rest = text.substr(std::min(at, text.size()));
    if (rest.size() < 2 || (lower(rest[0]) != 'a' && lower(rest[0]) != 'p')) return '\0';
    const auto m = rest[1] == '.' ? 2U : 1U;
    return rest.size() > m && lower(rest[m]) == 'm' ? lower(rest[0]) : '\0';
}

std::optional<TimeFound> time_of(int hour, int minute, int second, std::int32_t microseconds, char half) {
    if (half != '\0' && (hour < 1 || hour > 12)) return std::nullopt;
    if (half != '\0') hour = hour % 12 + (half == 'p' ? 12 : 0);
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return TimeFound{hour * 3600 + minute * 60 + second, microseconds};
}

/// The time behind a date, after what programs write between: "_", " at ", " um ", " à ", "T" …
std::optional<TimeFound> time_after(std::string_view text, std::size_t at) {
    // At most a short word with a space or a mark at each side; no digit may come between.
    constexpr std::size_t kMostBetween = 9;
    auto begin = at;
    while (begin < text.size() && begin - at < kMostBetween && !is_digit(text[begin])) ++begin;
    if (begin == at && digits_at(text, at) != 6 && digits_at(text, at) != 9) return std::nullopt;
    if (begin > at && is_letter(text[begin - 1]) && lower(text[begin - 1]) != 't') return std::nullopt;  // "-WA0001"
    const auto count = digits_at(text, begin);
    if (count == 6 || count == 9)  // 103355, 103355123
        return time_of(number_at(text, begin, 2), number_at(text, begin + 2, 2), number_at(text, begin + 4, 2),
                       count == 9 ? number_at(text, begin + 6, 3) * 1000 : microseconds_at(text, begin + 6), '\0');
    if (count != 2 && count != 1) return std::nullopt;
    const auto minute = begin + count + 1;
    if (!is_one_of(text, begin + count, "-_.:h") || digits_at(text, minute) != 2) return std::nullopt;
    const int of_hour = number_at(text, begin, count), of_minute = number_at(text, minute, 2);
    if (is_one_of(text, minute + 2, "-_.:m") && digits_at(text, minute + 3) == 2)
        return time_of(of_hour, of_minute, number_at(text, minute + 3, 2), microseconds_at(text, minute + 5),
                       half_of_day(text, minute + 5));
    return time_of(of_hour, of_minute, 0, 0, half_of_day(text, minute + 2));
}

struct DateFound {
    std::string text;     // "2024-06-01"
    std::size_t end = 0;  // behind it
};

/// "20240601", "2024-06-01", "2024_06_01", "2024.06.01" at `at`.
std::optional<DateFound> date_at(std::string_view text, std::size_t at) {
    const auto count = digits_at(text, at);
    // Also with the time right behind it: 14 digits, 17 with milliseconds.
    if (count == 8 || count == 14 || count == 17)
        return DateFound{fmt::format("{}-{}-{}", text.substr(at, 4), text.substr(at + 4, 2), text.substr(at + 6, 2)),
                         at + 8};
    if (count != 4 || !is_one_of(text, at + 4, "-_. ") || digits_at(text, at + 5) != 2) return std::nullopt;
    if (!is_one_of(text, at + 7, text.substr(at + 4, 1))) return std::nullopt;
    const auto behind = digits_at(text, at + 8);
    if (behind != 2 && behind != 8) return std::nullopt;  // 2024-06-01123456
    return DateFound{fmt::format("{}-{}-{}", text.substr(at, 4), text.substr(at + 5, 2), text.substr(at + 8, 2)),
                     at + 10};
}

bool is_within_bounds(const TakenAt& taken, WallTime now) {
    constexpr std::int64_t kOldest = -2'208'988'800;  // 1900-01-01
    constexpr std::int64_t kDay = 86'400;
    return taken.time.seconds >= kOldest && taken.time.seconds <= now.time_since_epoch().count() / 1000 + kDay;
}

/// Milliseconds since 1970 behind the prefixes of programs that write them, or as the whole name.
std::optional<TakenAt> epoch_in(std::string_view stem) {
    for (const auto prefix : {"mmexport"sv, "FB_IMG_"sv, "wx_camera_"sv, "IMG_"sv, "lv_0_"sv, ""sv}) {
        if (!stem.starts_with(prefix)) continue;
        const auto digits = stem.substr(prefix.size());
        if (digits_at(digits, 0) != 13 || (prefix.empty() && digits.size() != 13)) continue;
        std::int64_t milliseconds = 0;
        for (std::size_t i = 0; i < 13; ++i) milliseconds = milliseconds * 10 + (digits[i] - '0');
        constexpr std::int64_t kFirst = 1'000'000'000'000;  // 2001
        if (milliseconds < kFirst) return std::nullopt;
        return TakenAt{{milliseconds / 1000, 0, static_cast<std::int32_t>(milliseconds % 1000 * 1000)},
                       Precision::time};
    }
    return std::nullopt;
}

}  // namespace

std::optional<TakenAt> date_in_name(std::string_view filename, WallTime now) {
    const auto stem = filename.substr(0, filename.find_last_of('.'));
    if (const auto taken = epoch_in(stem); taken && is_within_bounds(*taken, now)) return taken;
    for (std::size_t at = 0; at < stem.size(); at += std::max<std::size_t>(1, digits_at(stem, at))) {
        if (!is_digit(stem[at])) continue;
        const auto date = date_at(stem, at);
        auto taken = date ? parse_taken_at(date->text) : std::nullopt;
        if (!taken || !is_within_bounds(*taken, now)) continue;
        if (const auto time = time_after(stem, date->end)) {
            taken->precision = Precision::time;
            taken->time.seconds += time->seconds;
            taken->time.microseconds = time->microseconds;
            if (stem.starts_with("PXL_")) taken->time.offset_minutes = 0;  // Google's camera writes UTC
        }
        return taken;
    }
    return std::nullopt;
}

}  // namespace cadre::gallery
