// XMP sidecars (ISO 16684-1): RDF whose properties stand in elements or in attributes, under whatever prefixes.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <pugixml.hpp>

#include "cli/import/said_text.h"
#include "cli/import/sidecar.h"

namespace cadre::cli {
namespace {

constexpr std::string_view kRdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
constexpr std::string_view kDc = "http://purl.org/dc/elements/1.1/";
constexpr std::string_view kXmp = "http://ns.adobe.com/xap/1.0/";
constexpr std::string_view kExif = "http://ns.adobe.com/exif/1.0/";
constexpr std::string_view kTiff = "http://ns.adobe.com/tiff/1.0/";
constexpr std::string_view kPhotoshop = "http://ns.adobe.com/photoshop/1.0/";
constexpr std::string_view kLightroom = "http://ns.adobe.com/lightroom/1.0/";
constexpr std::string_view kDigikam = "http://www.digikam.org/ns/1.0/";
constexpr std::string_view kMicrosoft = "http://ns.microsoft.com/photo/1.0/";

constexpr int kMostAbove = 8;  // elements around a property: xmpmeta, RDF, Description

struct Name {
    std::string_view prefix, local;
};
Name split(std::string_view name) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return {{}, name};
    return {name.substr(0, colon), name.substr(colon + 1)};
}

/// The namespace that a prefix stands for at `node`; "" for none.
std::string_view space_of(std::string_view prefix, pugi::xml_node node) {
    const auto declares = prefix.empty() ? std::string("xmlns") : "xmlns:" + std::string(prefix);
    for (int up = 0; node && up < kMostAbove; ++up, node = node.parent())
        if (const auto found = node.attribute(declares.c_str())) return found.value();
    return {};
}

bool is_named(pugi::xml_node node, std::string_view space, std::string_view local) {
    const auto name = split(node.name());
    return name.local == local && space_of(name.prefix, node) == space;
}

pugi::xml_node child_named(pugi::xml_node node, std::string_view space, std::string_view local) {
    for (const auto child : node.children())
        if (is_named(child, space, local)) return child;
    return {};
}

/// The values of one property: of a list its items, else one.
class Property {
public:
    Property() = default;
    explicit Property(std::string text) : texts_{std::move(text)} {}
    explicit Property(pugi::xml_node node) {
        for (const auto* const kind : {"Alt", "Seq", "Bag"}) {
            const auto list = child_named(node, kRdf, kind);
            for (const auto item : list.children()) add(item);
            if (list) return;
        }
        add(node);
    }

    [[nodiscard]] const std::vector<std::string>& all() const { return texts_; }
    /// Of several languages the default one, else the first.
    [[nodiscard]] std::string one() const { return texts_.empty() ? std::string() : texts_[first_]; }

private:
    void add(pugi::xml_node node) {
        if (texts_.size() == kMostItems) return;
        if (std::string_view(node.attribute("xml:lang").value()) == "x-default") first_ = texts_.size();
        texts_.emplace_back(node.text().get());
    }
    static constexpr std::size_t kMostItems = 10'000;

    std::vector<std::string> texts_;
    std::size_t first_ = 0;
};

class Packet {
public:
    explicit Packet(pugi::xml_node rdf) : rdf_(rdf) {}

    /// The first property of that name; empty if there is none.
    [[nodiscard]] Property get(std::string_view space, const char* local) const {
        for (const auto description : rdf_.children()) {
            if (!is_named(description, kRdf, "Description")) continue;
            for (const auto attribute : description.attributes()) {
                const auto name = split(attribute.name());
                if (name.local == local && space_of(name.prefix, description) == space)
                    return Property(std::string(attribute.value()));
            }
            if (const auto child = child_named(description, space, local)) return Property(child);
        }
        return {};
    }
    [[nodiscard]] std::string text(std::string_view space, const char* local) const { return get(space, local).one(); }

private:
    pugi::xml_node rdf_;
};

std::string first_of(std::initializer_list<std::string> texts) {
    for (const auto& text : texts)
        if (!text.empty()) return text;
    return {};
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<int> rating_of(const Packet& packet) {
    const auto stars = number(packet.text(kXmp, "Rating"));
    if (stars && *stars >= 1 && *stars <= 5) return static_cast<int>(*stars);
    // Windows counts from 1 to 99: 1, 25, 50, 75, 99.
    const auto percent = number(packet.text(kMicrosoft, "Rating"));
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
        const auto part = number(rest.substr(0, comma));
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

/// "2018-08-11T17:38:25.12+02:00", also without seconds or without a time, also as EXIF writes it, "2018:08:11
/// 17:38:25".
std::optional<LocalTime> date(std::string_view written) {
    constexpr std::size_t kDay = 10, kMinutes = 16;
    if (written.size() < kDay) return std::nullopt;
    std::string text(written.substr(0, kDay));
    if (text[4] == ':' && text[7] == ':') text[4] = text[7] = '-';
    if (written.size() == kDay) return parse_rfc3339(text + "T00:00:00");
    text += written[kDay] == ' ' ? 'T' : written[kDay];
    text += written.substr(kDay + 1, kMinutes - kDay - 1);
    const auto rest = written.substr(std::min(kMinutes, written.size()));
    if (!rest.starts_with(':')) text += ":00";
    text += rest;
    return parse_rfc3339(text);
}

std::optional<LocalTime> taken_at(const Packet& packet) {
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

/// The RDF, which may stand by itself or in an element of Adobe's.
pugi::xml_node find_rdf(const pugi::xml_document& document) {
    const auto root = document.document_element();
    return is_named(root, kRdf, "RDF") ? root : child_named(root, kRdf, "RDF");
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
    said.taken_at = taken_at(packet);
    return said;
}

}  // namespace cadre::cli
