#include "decode/position.h"

#include <cmath>
#include <string>

namespace cadre::decode {
namespace {

bool is_direction(char c) { return std::string_view("NSEWnsew").find(c) != std::string_view::npos; }
bool is_negative(char c) { return c == 'S' || c == 's' || c == 'W' || c == 'w'; }

/// "N", "s", "South"; 0 if it is none.
char direction_in(std::string_view text) {
    const auto at = text.find_first_not_of(" \t");
    return at != text.npos && is_direction(text[at]) ? text[at] : '\0';
}

double directed(double degrees, char direction) {
    // A sign beside a letter that says the same does not turn it round.
    return direction == '\0' ? degrees : is_negative(direction) ? -std::abs(degrees) : std::abs(degrees);
}

/// Degrees, minutes and seconds as three rationals, or as text, with the letter of their direction in another tag.
std::optional<double> exif_angle(const Tags& tags, const char* key, const char* reference) {
    const char direction = direction_in(tags.exif_text(reference));
    if (tags.is_exif_text(key)) {
        const auto degrees = parse_angle(tags.exif_text(key));
        return degrees ? std::optional(directed(*degrees, direction)) : std::nullopt;
    }
    const auto degrees = tags.exif_number(key, 0);
    if (!degrees) return std::nullopt;
    const double rest = tags.exif_number(key, 1).value_or(0) / 60 + tags.exif_number(key, 2).value_or(0) / 3600;
    return directed(*degrees + (std::signbit(*degrees) ? -rest : rest), direction);
}

std::optional<double> xmp_angle(const Tags& tags, const char* key, const char* reference) {
    auto degrees = parse_angle(tags.xmp_text(key));
    if (degrees) degrees = directed(*degrees, direction_in(tags.xmp_text(reference)));
    return degrees;
}

bool is_possible(const media::Location& at) {
    if (!std::isfinite(at.lat) || !std::isfinite(at.lon)) return false;
    return std::abs(at.lat) <= 90 && std::abs(at.lon) <= 180 && (at.lat != 0 || at.lon != 0);
}

}  // namespace

std::optional<double> parse_angle(std::string_view text) {
    char direction = '\0';
    double value = 0;
    double unit = 1;
    bool negative = false;
    while (!text.empty()) {
        const char c = text[0];
        if (unit > 1e-4 && ((c >= '0' && c <= '9') || (c == '-' && unit == 1))) {
            const auto number = take_number(text);
            if (!number) return std::nullopt;
            negative = negative || std::signbit(*number);
            value += std::abs(*number) * unit;
            unit /= 60;
            continue;
        }
        if (direction == '\0' && is_direction(c)) direction = c;
        text.remove_prefix(1);
    }
    if (unit == 1) return std::nullopt;
    return directed(negative ? -value : value, direction);
}

std::optional<media::Location> location_of(const Tags& tags) {
    const auto exif_lat = exif_angle(tags, "Exif.GPSInfo.GPSLatitude", "Exif.GPSInfo.GPSLatitudeRef");
    const auto exif_lon = exif_angle(tags, "Exif.GPSInfo.GPSLongitude", "Exif.GPSInfo.GPSLongitudeRef");
    if (exif_lat && exif_lon && is_possible({*exif_lat, *exif_lon})) return media::Location{*exif_lat, *exif_lon};
    const auto lat = xmp_angle(tags, "Xmp.exif.GPSLatitude", "Xmp.exif.GPSLatitudeRef");
    const auto lon = xmp_angle(tags, "Xmp.exif.GPSLongitude", "Xmp.exif.GPSLongitudeRef");
    if (lat && lon && is_possible({*lat, *lon})) return media::Location{*lat, *lon};
    return std::nullopt;
}

}  // namespace cadre::decode
