#include "cli/export/xmp.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <pugixml.hpp>
#include <sstream>

#include "base/taken_at.h"
#include "base/utf8.h"
#include "cli/xmp_names.h"

namespace cadre::cli {
namespace {

constexpr double kMinutes = 60;

/// Without the two characters that XML 1.0 has no place for and a gallery's texts may have.
std::string as_xml(std::string_view text) {
    std::string kept;
    kept.reserve(text.size());
    while (const auto character = first_code_point(text)) {
        if (character->value != 0xFFFE && character->value != 0xFFFF) kept += text.substr(0, character->bytes);
        text.remove_prefix(character->bytes);
    }
    return kept;
}

void add(pugi::xml_node to, const char* name, std::string_view text) {
    to.append_child(name).text().set(as_xml(text).c_str());
}

void add_unless_empty(pugi::xml_node to, const char* name, std::string_view text) {
    if (!text.empty()) add(to, name, text);
}

void add_flag(pugi::xml_node to, const char* name, bool flag) { add(to, name, flag ? "True" : "False"); }

/// In the one language that nobody has named.
void add_text(pugi::xml_node to, const char* name, std::string_view text) {
    if (text.empty()) return;
    auto item = to.append_child(name).append_child("rdf:Alt").append_child("rdf:li");
    item.append_attribute("xml:lang").set_value("x-default");
    item.text().set(as_xml(text).c_str());
}

void add_list(pugi::xml_node to, const char* name, const char* kind, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    auto list = to.append_child(name).append_child(kind);
    for (const auto& text : texts) add(list, "rdf:li", text);
}

/// "48,51.504N": degrees, then minutes with as much of a fraction as a double holds of it.
std::string angle(double degrees, char positive, char negative) {
    const double size = std::abs(degrees);
    auto whole = std::floor(size);
    auto minutes = fmt::format("{:.10f}", (size - whole) * kMinutes);
    if (minutes.starts_with("60")) {
        whole += 1;
        minutes = "0.0000000000";
    }
    return fmt::format("{:.0f},{}{}", whole, minutes, degrees < 0 ? negative : positive);
}

void add_position(pugi::xml_node to, const gallery::Photo& photo) {
    if (!photo.location) return;
    const auto [lat, lon] = *photo.location;
    add(to, "exif:GPSLatitude", angle(lat, 'N', 'S'));
    add(to, "exif:GPSLongitude", angle(lon, 'E', 'W'));
    add(to, "cadre:Latitude", fmt::format("{}", lat));
    add(to, "cadre:Longitude", fmt::format("{}", lon));
}

void add_albums(pugi::xml_node to, const std::vector<AlbumOfPhoto>& albums) {
    if (albums.empty()) return;
    auto list = to.append_child("cadre:Albums").append_child("rdf:Bag");
    for (const auto& album : albums) {
        auto item = list.append_child("rdf:li");
        item.append_attribute("rdf:parseType").set_value("Resource");
        add(item, "cadre:Album", album.id.text());
        add_list(item, "cadre:Titles", "rdf:Seq", album.titles);
        add_unless_empty(item, "cadre:Place", album.place);
    }
}

/// What other programs read, too.
void add_common(pugi::xml_node to, const gallery::Photo& photo) {
    add_text(to, "dc:title", photo.title);
    add_text(to, "dc:description", photo.caption);
    add_list(to, "dc:subject", "rdf:Bag", photo.tags);
    if (photo.rating) add(to, "xmp:Rating", std::to_string(*photo.rating));
    if (photo.taken_at) {
        const auto taken = text_of(*photo.taken_at);
        add(to, "exif:DateTimeOriginal", taken);
        add(to, "photoshop:DateCreated", taken);
    }
    add_position(to, photo);
}

void add_own(pugi::xml_node to, const Exported& exported) {
    const auto& photo = exported.photo;
    add(to, "cadre:Schema", std::to_string(xmp::kSchema));
    add(to, "cadre:Sha256", photo.sha256);
    add_unless_empty(to, "cadre:Filename", photo.filename);
    add_unless_empty(to, "cadre:Folder", photo.path);
    if (exported.modified) add(to, "cadre:Modified", rfc3339(*exported.modified));
    add(to, "cadre:Uploaded", rfc3339(photo.uploaded_at));
    add_unless_empty(to, "cadre:GivenBy", photo.given_by);
    add(to, "cadre:Visibility", text_of(photo.visibility));
    add_flag(to, "cadre:Favourite", photo.favourite);
    add_flag(to, "cadre:Archived", photo.archived);
    add(to, "cadre:Rotation", std::to_string(photo.rotation));
    if (photo.trashed_at) add(to, "cadre:Trashed", rfc3339(*photo.trashed_at));
    add_albums(to, exported.albums);
}

void declare(pugi::xml_node node, const char* prefix, std::string_view space) {
    node.append_attribute(fmt::format("xmlns:{}", prefix).c_str()).set_value(std::string(space).c_str());
}

}  // namespace

std::string xmp_of(const Exported& exported) {
    pugi::xml_document document;
    auto declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version").set_value("1.0");
    declaration.append_attribute("encoding").set_value("UTF-8");
    auto meta = document.append_child("x:xmpmeta");
    declare(meta, "x", "adobe:ns:meta/");
    auto rdf = meta.append_child("rdf:RDF");
    declare(rdf, "rdf", xmp::kRdf);
    auto description = rdf.append_child("rdf:Description");
    description.append_attribute("rdf:about").set_value("");
    declare(description, "dc", xmp::kDc);
    declare(description, "xmp", xmp::kXmp);
    declare(description, "exif", xmp::kExif);
    declare(description, "photoshop", xmp::kPhotoshop);
    declare(description, "cadre", xmp::kCadre);
    add_common(description, exported.photo);
    add_own(description, exported);
    std::ostringstream text;
    document.save(text, " ", pugi::format_indent, pugi::encoding_utf8);
    return std::move(text).str();
}

}  // namespace cadre::cli
