#include "decode/date_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace cadre::decode {
namespace {

constexpr std::int64_t kOldest = -4'544'208'000;  // 1826-01-01

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Reads from the front of a text.
class Reader {
public:
    explicit Reader(std::string_view text) : left_(text) {}

    [[nodiscard]] bool empty() const { return left_.empty(); }
    [[nodiscard]] char next() const { return left_.empty() ? '\0' : left_[0]; }
    [[nodiscard]] std::string_view rest() const { return left_; }
    [[nodiscard]] std::size_t digits() const {
        return static_cast<std::size_t>(std::ranges::find_if_not(left_, is_digit) - left_.begin());
    }
    void skip(std::size_t count) { left_.remove_prefix(std::min(count, left_.size())); }
    void skip_any(std::string_view set) {
        while (!left_.empty() && set.find(left_[0]) != set.npos) left_.remove_prefix(1);
    }
    bool skip_one(std::string_view set) {
        if (left_.empty() || set.find(left_[0]) == set.npos) return false;
        left_.remove_prefix(1);
        return true;
    }
    /// Up to `most` digits; nothing if there is none.
    std::optional<int> number(std::size_t most) {
        const auto count = std::min(digits(), most);
        if (count == 0) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) value = value * 10 + (left_[i] - '0');
        left_.remove_prefix(count);
        return value;
    }
    std::string word() {
        std::string word;
        for (; !left_.empty() && is_letter(left_[0]); left_.remove_prefix(1)) word += lower(left_[0]);
        return word;
    }

private:
    std::string_view left_;
};

struct Calendar {
    int year = 0, month = 0, day = 0;  // 0: not known
};

int month_named(std::string_view word) {
    constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                          "may",       "june",     "july",     "august",
                                                          "september", "october",  "november", "december"};
    if (word.size() < 3) return 0;
    const auto* const found =
        std::ranges::find_if(kMonths, [&](std::string_view name) { return name.starts_with(word); });
    return found == kMonths.end() ? 0 : static_cast<int>(found - kMonths.begin()) + 1;
}

/// "2008:10:22", "20081022", "2008-1-2", "2008:  :  "
std::optional<Calendar> year_first(Reader& reader) {
    Calendar date;
    const bool compact = reader.digits() == 8 || reader.digits() == 14;
    if (!compact && reader.digits() != 4) return std::nullopt;
    date.year = *reader.number(4);
    for (auto* part : {&date.month, &date.day}) {
        if (!compact && !reader.skip_one(":-./ ")) break;
        if (!compact) reader.skip_any(" ");
        const auto value = reader.number(2);
        if (!value) break;
        *part = *value;
    }
    return date;
}

/// "22.10.2008", "10/22/2008": which is the day is only certain for some; "03/04/2008" is a year.
std::optional<Calendar> year_last(Reader& reader) {
    const auto first = reader.number(2);
    const char between = reader.next();
    if (!first || !reader.skip_one("./-")) return std::nullopt;
    const auto second = reader.number(2);
    if (!second || !reader.skip_one("./-") || reader.digits() != 4) return std::nullopt;
    Calendar date;
    date.year = *reader.number(4);
    const bool day_first = between == '.' || *first > 12;
    if (!day_first && *second <= 12 && *first != *second) return date;
    date.day = day_first ? *first : *second;
    date.month = day_first ? *second : *first;
    return date;
}

/// "98:10:22", with a time after it: before this century where that would lie ahead.
std::optional<Calendar> two_digit_year(Reader& reader, int this_year) {
    constexpr int kCentury = 100;
    Calendar date;
    for (auto* part : {&date.year, &date.month, &date.day}) {
        if (reader.digits() != 2) return std::nullopt;
        *part = *reader.number(2);
        if (part != &date.day && !reader.skip_one(":-")) return std::nullopt;
    }
    reader.skip_any("T ");
    if (!is_digit(reader.next())) return std::nullopt;  // a time of day looks the same
    date.year += this_year / kCentury * kCentury;
    if (date.year > this_year) date.year -= kCentury;
    return date;
}

struct Clock {
    std::int64_t seconds = 0;  // of the day
    std::int32_t microseconds = 0;
};

std::int32_t fraction(Reader& reader) {
    std::int32_t microseconds = 0;
    for (std::int32_t unit = 100'000; is_digit(reader.next()); unit /= 10) {
        microseconds += unit * (reader.next() - '0');
        reader.skip(1);
    }
    return microseconds;
}

/// "16:28:39.25", "4:28 pm", "162839"; nothing where it is no time of a day. Hour 24 is left as it is.
std::optional<Clock> read_clock(Reader& reader) {
    const bool compact = reader.digits() == 6 || reader.digits() == 4;
    const auto hour = reader.number(2);
    if (!hour || (!compact && !reader.skip_one(":.h"))) return std::nullopt;
    const auto minute = reader.number(2);
    if (!minute) return std::nullopt;
    int second = 0;
    Clock clock;
    if (compact ? is_digit(reader.next()) : reader.skip_one(":.")) {
        reader.skip_any(" ");
        second = reader.number(2).value_or(0);
        if (reader.skip_one(".,")) clock.microseconds = fraction(reader);
    }
    if (*hour > 24 || *minute > 59 || second > 60) return std::nullopt;
    int of_day = *hour;
    Reader after = reader;
    after.skip_any(" ");
    const char half = lower(after.next());
    if (half == 'a' || half == 'p') {
        after.skip(1);
        after.skip_one(".");
        if (lower(after.next()) == 'm') {
            after.skip(1);
            after.skip_one(".");
            if (of_day <= 12) of_day = of_day % 12 + (half == 'p' ? 12 : 0);
            reader = after;
        }
    }
    clock.seconds = of_day * 3600 + *minute * 60 + std::min(second, 59);
    return clock;
}

TakenAt only_date(const Calendar& date) {
    const auto text = date.day != 0     ? fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day)
                      : date.month != 0 ? fmt::format("{:04}-{:02}", date.year, date.month)
                                        : fmt::format("{:04}", date.year);
    return parse_taken_at(text).value_or(TakenAt{{kOldest - 1, {}}, Precision::year});
}

/// "Mon, 22 Oct 2008 16:28:39 +0200", "Wed Oct 22 16:28:39 2008", "October 22, 2008".
struct Worded {
    Calendar date;
    std::optional<Clock> clock;
    std::string_view zone;
};
std::optional<Worded> in_words(Reader reader) {
    Worded found;
    bool universal = false;
    for (int parts = 0; parts < 8 && !reader.empty(); ++parts) {
        reader.skip_any(" ,.");
        if (is_letter(reader.next())) {
            const auto word = reader.word();
            const auto month = month_named(word);
            if (month != 0 && found.date.month == 0) found.date.month = month;
            if (word == "gmt" || word == "utc") universal = true;
            continue;
        }
        const auto count = reader.digits();
        if (count == 0) break;
        if (count == 4) {
            found.date.year = *reader.number(4);
        } else if (reader.rest().size() > count && reader.rest()[count] == ':') {
            found.clock = read_clock(reader);
            if (!found.clock) break;
        } else if (count <= 2 && found.date.day == 0) {
            found.date.day = *reader.number(2);
        } else {
            break;
        }
    }
    found.zone = universal ? "Z" : reader.rest();
    if (found.date.month == 0 || found.date.year == 0) return std::nullopt;
    return found;
}

std::optional<TakenAt> within_bounds(const TakenAt& taken, WallTime now) {
    const std::int64_t latest = now.time_since_epoch().count() / 1000 + kDay;
    if (taken.time.seconds < kOldest || taken.time.seconds > latest) return std::nullopt;
    return taken;
}

std::optional<TakenAt> joined(const Calendar& date, const std::optional<Clock>& clock, std::string_view zone,
                              WallTime now) {
    if (date.month == 0 && date.day != 0) return within_bounds(only_date({date.year, 0, 0}), now);
    TakenAt taken = only_date(date);
    if (clock && taken.precision == Precision::day) {
        taken.precision = Precision::time;
        taken.time.seconds += clock->seconds;
        taken.time.microseconds = clock->microseconds;
        taken.time.offset_minutes = parse_offset(zone);
    }
    return within_bounds(taken, now);
}

}  // namespace

std::optional<int> parse_offset(std::string_view text) {
    const auto trim = [](char c) { return c == ' ' || c == '\0'; };
    while (!text.empty() && trim(text.back())) text.remove_suffix(1);
    while (!text.empty() && trim(text.front())) text.remove_prefix(1);
    if (text == "Z" || text == "z") return 0;
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    std::string digits;
    for (const char c : text.substr(1)) {
        if (is_digit(c)) digits += c;
    }
    if (digits.size() != 4) return std::nullopt;
    const int hours = (digits[0] - '0') * 10 + digits[1] - '0', minutes = (digits[2] - '0') * 10 + digits[3] - '0';
    if (hours > 14 || minutes > 59) return std::nullopt;
    return (hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
}

std::optional<TakenAt> parse_date(std::string_view text, std::string_view offset, WallTime now) {
    Reader reader(text);
    reader.skip_any(" ");
    const Reader begin = reader;
    const int this_year = date_of(now.time_since_epoch().count() / 1000).year;
    std::optional<Calendar> date = year_first(reader);
    if (!date) date = year_last(reader = begin);
    if (!date) date = two_digit_year(reader = begin, this_year);
    reader.skip_any("T ,_");
    if (!date || is_letter(reader.next())) {
        if (const auto found = in_words(begin))
            return joined(found->date, found->clock, offset.empty() ? found->zone : offset, now);
        if (!date) return std::nullopt;
    }
    const auto clock = read_clock(reader);
    return joined(*date, clock, offset.empty() && clock ? reader.rest() : offset, now);
}

}  // namespace cadre::decode
