#include "decode/dates.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace cadre::decode {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kOldest = -4'544'208'000;  // 1826-01-01

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "+02:00", "+0200", "Z" as RFC 3339 has them; empty if it is none.
std::string tidy_offset(std::string_view text) {
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    if (text == "Z" || text == "z") return "Z";
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return {};
    std::string digits;
    for (const char c : text.substr(1)) {
        if (is_digit(c)) digits += c;
    }
    if (digits.size() != 4) return {};
    return fmt::format("{}{}:{}", text[0], digits.substr(0, 2), digits.substr(2));
}

}  // namespace

std::optional<LocalTime> parse_date(std::string_view text, std::string_view offset, WallTime now) {
    // Year, month, day, hour, minute, second: runs of digits, whatever stands between.
    std::array<std::string, 6> parts;
    std::size_t at = 0;
    std::size_t count = 0;
    for (; count < parts.size() && at < text.size() && is_digit(text[at]); ++count) {
        const std::size_t length = count == 0 ? 4 : 2;
        while (at < text.size() && is_digit(text[at]) && parts[count].size() < length) parts[count] += text[at++];
        const bool between = at < text.size() && std::string_view(":-./ T").find(text[at]) != std::string_view::npos;
        // After the minutes a sign begins an offset.
        if (count < 5 && between && !(count >= 4 && (text[at] == '-' || text[at] == ' '))) ++at;
    }
    if (count == 3) parts[3] = parts[4] = "00";  // a day alone
    if (count < 3 || count == 4) return std::nullopt;
    if (count < 6) parts[5] = "00";
    if (at < text.size() && text[at] == '.') {
        ++at;
        while (at < text.size() && is_digit(text[at])) ++at;
    }
    const std::string zone = tidy_offset(offset.empty() && count > 3 ? text.substr(at) : offset);
    auto time = parse_rfc3339(fmt::format("{:0>4}-{:0>2}-{:0>2}T{:0>2}:{:0>2}:{:0>2}{}", parts[0], parts[1], parts[2],
                                          parts[3], parts[4], parts[5], zone));
    const std::int64_t seconds_now = now.time_since_epoch().count() / 1000;
    if (!time || time->seconds < kOldest || time->seconds > seconds_now + kDay) return std::nullopt;
    return time;
}

std::optional<LocalTime> taken_at(const Tags& tags, WallTime now) {
    const auto exif = [&](const char* date, const char* offset) {
        return parse_date(tags.exif_text(date), tags.exif_text(offset), now);
    };
    const auto xmp = [&](const char* date) { return parse_date(tags.xmp_text(date), {}, now); };

    std::optional<LocalTime> from_xmp;
    for (const char* key : {"Xmp.exif.DateTimeOriginal", "Xmp.photoshop.DateCreated", "Xmp.xmp.CreateDate"}) {
        if (!from_xmp) from_xmp = xmp(key);
    }
    auto time = exif("Exif.Photo.DateTimeOriginal", "Exif.Photo.OffsetTimeOriginal");
    if (!time) time = exif("Exif.Photo.DateTimeDigitized", "Exif.Photo.OffsetTimeDigitized");
    if (time && !time->offset_minutes && from_xmp && from_xmp->seconds == time->seconds) time = from_xmp;
    if (!time) time = from_xmp;
    if (!time) {
        const std::string day = tags.iptc_text("Iptc.Application2.DateCreated");
        const std::string hour = tags.iptc_text("Iptc.Application2.TimeCreated");
        time = parse_date(hour.empty() ? day : day + "T" + hour, {}, now);
    }
    if (!time) time = exif("Exif.Image.DateTime", "Exif.Photo.OffsetTime");
    return time;
}

}  // namespace cadre::decode
