#include "base/time.h"

#include <fmt/format.h>

#include <chrono>

namespace cadre {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kDay = 86'400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
/// a − floor_div(a, b) · b, also where that product is too far out.
std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return a % b < 0 ? a % b + b : a % b; }

/// Reads exactly `count` digits at `at` and moves past them.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t count) {
    if (text.size() < at + count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const char c = text[at + i];
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    at += count;
    return value;
}

bool literal(std::string_view text, std::size_t& at, char c) {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
}

std::string clock_text(std::int64_t seconds) {
    const auto date = date_of(seconds);
    const auto rest = floor_mod(seconds, kDay);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month, date.day, rest / 3600,
                       rest / 60 % 60, rest % 60);
}

/// The part after the seconds: nothing (no offset), "Z", or "+hh:mm". False if it is something else.
bool parse_offset(std::string_view text, std::size_t& at, std::optional<int>& offset) {
    if (at == text.size()) return true;
    if (text[at] == 'Z' || text[at] == 'z') {
        ++at;
        offset = 0;
        return true;
    }
    const bool east = text[at] == '+';
    if (!east && text[at] != '-') return false;
    ++at;
    const auto hours = digits(text, at, 2);
    if (!hours || !literal(text, at, ':')) return false;
    const auto minutes = digits(text, at, 2);
    if (!minutes || *hours > 14 || *minutes > 59) return false;
    offset = (*hours * 60 + *minutes) * (east ? 1 : -1);
    return true;
}

}  // namespace

std::string rfc3339(WallTime time) {
    const auto milliseconds = time.time_since_epoch().count();
    const auto seconds = floor_div(milliseconds, 1000);
    return fmt::format("{}.{:03}Z", clock_text(seconds), floor_mod(milliseconds, 1000));
}

std::string rfc3339(const LocalTime& time) {
    std::string text = clock_text(time.seconds);
    if (time.microseconds != 0) {
        text += fmt::format(".{:06}", time.microseconds);
        text.erase(text.find_last_not_of('0') + 1);
    }
    if (!time.offset_minutes) return text;
    const int minutes = *time.offset_minutes;
    if (minutes == 0) return text + "Z";
    const int size = minutes < 0 ? -minutes : minutes;
    return text + fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

std::optional<LocalTime> parse_rfc3339(std::string_view text) {
    std::size_t at = 0;
    const auto year = digits(text, at, 4);
    if (!year || !literal(text, at, '-')) return std::nullopt;
    const auto month = digits(text, at, 2);
    if (!month || !literal(text, at, '-')) return std::nullopt;
    const auto day = digits(text, at, 2);
    if (!day || at >= text.size() || (text[at] != 'T' && text[at] != 't' && text[at] != ' ')) return std::nullopt;
    ++at;
    const auto hour = digits(text, at, 2);
    if (!hour || !literal(text, at, ':')) return std::nullopt;
    const auto minute = digits(text, at, 2);
    if (!minute || !literal(text, at, ':')) return std::nullopt;
    const auto second = digits(text, at, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    LocalTime time;
    if (at < text.size() && text[at] == '.') {
        const auto first = ++at;
        std::int32_t unit = 100'000;  // microseconds
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
            time.microseconds += unit * (text[at] - '0');
        if (at == first) return std::nullopt;
    }
    if (!parse_offset(text, at, time.offset_minutes) || at != text.size()) return std::nullopt;
    const year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                              std::chrono::day(static_cast<unsigned>(*day))};
    if (*year < 1 || !date.ok()) return std::nullopt;
    time.seconds = sys_days(date).time_since_epoch().count() * kDay + *hour * 3600 + *minute * 60 + *second;
    return time;
}

Date date_of(std::int64_t local_seconds) {
    const year_month_day date{sys_days(days(static_cast<int>(floor_div(local_seconds, kDay))))};
    return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::string http_date(std::int64_t seconds_utc) {
    static constexpr const char* kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto date = date_of(seconds_utc);
    const auto day = floor_div(seconds_utc, kDay);
    const auto rest = floor_mod(seconds_utc, kDay);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[((day % 7) + 7) % 7], date.day,
                       kMonths[date.month - 1], date.year, rest / 3600, rest / 60 % 60, rest % 60);
}

}  // namespace cadre
