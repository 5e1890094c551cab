// XMP sidecars (ISO 16684-1): RDF whose properties stand in elements or in attributes, under whatever prefixes.
#include <algorithm>
#include <cmath>
#include <pugixml.hpp>

#include "base/number.h"
#include "cli/import/own_xmp.h"
#include "cli/import/packet.h"
#include "cli/import/said_text.h"
#include "cli/import/sidecar.h"
#include "cli/xmp_names.h"

namespace cadre::cli {
namespace {

using namespace xmp;

std::string first_of(std::initializer_list<std::string> texts) {
    for (const auto& text : texts)
        if (!text.empty()) return text;
    return {};
}

std::optional<int> rating_of(const Packet& packet) {
    const auto stars = parse_decimal(packet.text(kXmp, "Rating"));
    if (stars && *stars >= 1 && *stars <= 5) return static_cast<int>(*stars);
    // Windows counts from 1 to 99: 1, 25, 50, 75, 99.
    const auto percent = parse_decimal(packet.text(kMicrosoft, "Rating"));
    if (stars || !percent || *percent < 1 || *percent > 100) return std::nullopt;
    return 1 + static_cast<int>((*percent + 12) / 25);
}

/// "48,51.5N", "48,51,30N"; or degrees with a fraction, and the direction in a letter, a sign or a property of its own.
std::optional<double> angle(std::string text, const std::string& reference) {
    if (text.empty()) return std::nullopt;
    char direction = reference.empty() ? ' ' : reference[0];
    if (const char last = text.back(); last != '.' && (last < '0' || last > '9')) {
        direction = last;
        text.pop_back();
    }
    double value = 0, unit = 1;
    for (std::string_view rest = text; !rest.empty(); unit /= 60) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto part = parse_decimal(rest.substr(0, comma));
        if (!part) return std::nullopt;
        value += *part * unit;
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    const bool negative = direction == 'S' || direction == 's' || direction == 'W' || direction == 'w';
    return negative ? -std::abs(value) : value;
}

std::optional<media::Location> location_of(const Packet& packet) {
    const auto lat = angle(packet.text(kExif, "GPSLatitude"), packet.text(kExif, "GPSLatitudeRef"));
    const auto lon = angle(packet.text(kExif, "GPSLongitude"), packet.text(kExif, "GPSLongitudeRef"));
    return lat && lon ? as_location(*lat, *lon) : std::nullopt;
}

/// "2018-08-11T17:38:25.12+02:00", also without seconds, and "2018-08-11", "2018-08" or "2018"; also as EXIF writes it,
/// "2018:08:11 17:38:25".
std::optional<TakenAt> date(std::string_view written) {
    constexpr std::size_t kMonth = 7, kDay = 10, kMinutes = 16;
    std::string text(written.substr(0, kDay));
    for (const std::size_t at : {std::size_t{4}, kMonth})
        if (text.size() > at && text[at] == ':') text[at] = '-';
    if (written.size() <= kDay) return parse_taken_at(text);
    text += written[kDay] == ' ' ? 'T' : written[kDay];
    text += written.substr(kDay + 1, kMinutes - kDay - 1);
    const auto rest = written.substr(std::min(kMinutes, written.size()));
    if (!rest.starts_with(':')) text += ":00";
    text += rest;
    return parse_taken_at(text);
}

std::optional<TakenAt> taken_at(const Packet& packet) {
    const auto original = packet.text(kExif, "DateTimeOriginal");
    if (const auto time = date(original)) return time;
    const auto created = packet.text(kPhotoshop, "DateCreated");
    if (const auto time = date(created)) return time;
    const auto made = packet.text(kXmp, "CreateDate");
    return date(made);
}

/// Flat ones, and the ends of paths: "people/family/Ada" is "Ada".
std::vector<std::string> tags_of(const Packet& packet) {
    std::vector<std::string> tags;
    const auto subject = packet.get(kDc, "subject");
    for (const auto& word : subject.all()) add_tag(tags, word);
    const auto add_leaves = [&](const Property& paths, char separator) {
        for (const auto& path : paths.all()) add_tag(tags, std::string_view(path).substr(path.rfind(separator) + 1));
    };
    add_leaves(packet.get(kLightroom, "hierarchicalSubject"), '|');
    add_leaves(packet.get(kDigikam, "TagsList"), '/');
    add_leaves(packet.get(kMicrosoft, "LastKeywordXMP"), '/');
    return tags;
}

}  // namespace

Result<Said> read_xmp(std::string_view bytes) {
    // pugixml knows no entities but XML's own five and skips what a DTD declares; it parses without recursion.
    pugi::xml_document document;
    const auto parsed = document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_trim_pcdata);
    if (!parsed) return fail(ErrorKind::invalid, std::string("It is no XMP: ") + parsed.description() + ".");
    const auto rdf = find_rdf(document);
    if (!rdf) return fail(ErrorKind::invalid, "It is no XMP: there is no RDF in it.");
    const Packet packet(rdf);
    Said said;
    said.title = as_title(first_of({packet.text(kDc, "title"), packet.text(kPhotoshop, "Headline")}));
    said.caption = as_caption(first_of({packet.text(kDc, "description"), packet.text(kTiff, "ImageDescription")}));
    said.tags = tags_of(packet);
    said.rating = rating_of(packet);
    said.location = location_of(packet);
    if (const auto taken = taken_at(packet)) {
        said.taken_at = taken->time;
        said.precision = taken->precision;
    }
    if (is_own(packet)) {
        // Spaces at the ends of texts count, too.
        constexpr auto kAll = pugi::parse_default | pugi::parse_ws_pcdata_single;
        if (document.load_buffer(bytes.data(), bytes.size(), kAll)) read_own(Packet(find_rdf(document)), said);
    }
    return said;
}

}  // namespace cadre::cli
