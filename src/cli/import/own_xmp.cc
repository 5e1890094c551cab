#include "cli/import/own_xmp.h"

#include <algorithm>
#include <cmath>

#include "base/number.h"
#include "base/utf8.h"
#include "catalog/sequence.h"
#include "cli/import/said_text.h"
#include "cli/xmp_names.h"
#include "gallery/album.h"
#include "gallery/filename.h"
#include "gallery/photo.h"

namespace cadre::cli {
namespace {

using xmp::kCadre;
using xmp::kDc;
using xmp::Packet;
using xmp::Property;

constexpr double kSameAngle = 1e-7;  // degrees: what is left of a position that was written in minutes

bool is_text(const std::string& text, std::size_t most, bool line_feeds) {
    const auto length = utf8_length(text);
    return length && *length <= most && !has_control(text, line_feeds);
}

/// As it stands there, unless the gallery would refuse it.
void take(std::string& into, std::string text, std::size_t most, bool line_feeds) {
    if (is_text(text, most, line_feeds)) into = std::move(text);
}

/// With those that another program has added in places of its own: `read` is what is read of any program's sidecar.
std::vector<std::string> exact_tags(const Packet& packet, const std::vector<std::string>& read) {
    std::vector<std::string> tags, cleaned;
    const auto subject = packet.get(kDc, "subject");
    for (const auto& tag : subject.all()) {
        add_tag(cleaned, tag);
        if (tag.empty() || !is_text(tag, gallery::kMaxTag, false) || tags.size() == gallery::kMaxTags) continue;
        if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
    }
    for (const auto& tag : read)
        if (std::ranges::find(cleaned, tag) == cleaned.end()) add_tag(tags, tag);
    return tags;
}

/// To the last bit, where it is the position that other programs have left there. 0/0 is none to them.
void take_position(const Packet& packet, Said& said) {
    const auto lat = parse_decimal(packet.text(kCadre, "Latitude"));
    const auto lon = parse_decimal(packet.text(kCadre, "Longitude"));
    if (!lat || !lon || std::abs(*lat) > 90 || std::abs(*lon) > 180) return;
    const auto near = [](double one, double other) { return std::abs(one - other) < kSameAngle; };
    const auto there = said.location.value_or(media::Location{0, 0});
    if (near(*lat, there.lat) && near(*lon, there.lon)) said.location = media::Location{*lat, *lon};
}

std::vector<SaidAlbum> albums_of(const Packet& packet) {
    std::vector<SaidAlbum> albums;
    const auto list = packet.element(kCadre, "Albums");
    if (!list) return albums;
    for (const auto& item : xmp::items_of(list)) {
        SaidAlbum album;
        album.id = xmp::child_named(item, kCadre, "Album").text().get();
        const Property titles(xmp::child_named(item, kCadre, "Titles"));
        const auto is_title = [](const std::string& title) {
            return !title.empty() && is_text(title, gallery::kMaxAlbumTitle, false);
        };
        const auto depth = titles.all().size();
        const bool right = depth > 0 && depth <= gallery::kMaxAlbumDepth && std::ranges::all_of(titles.all(), is_title);
        if (!right || albums.size() == gallery::kMaxAlbumsOfPhoto) continue;
        album.titles = titles.all();
        const json::string place(xmp::child_named(item, kCadre, "Place").text().get());
        if (catalog::parse_point(place)) album.place = place;
        albums.push_back(std::move(album));
    }
    return albums;
}

}  // namespace

bool is_own(const Packet& packet) {
    const auto schema = parse_decimal(packet.text(kCadre, "Schema"));
    return schema && *schema >= 1 && *schema <= xmp::kSchema;
}

void read_own(const Packet& packet, Said& said) {
    const auto is = [&](const char* name) { return packet.text(kCadre, name) == "True"; };
    said.exact = true;
    take(said.title, packet.text(kDc, "title"), gallery::kMaxTitle, false);
    take(said.caption, packet.text(kDc, "description"), gallery::kMaxCaption, true);
    said.tags = exact_tags(packet, said.tags);
    take_position(packet, said);
    said.favourite = is("Favourite");
    said.archived = is("Archived");
    said.trashed = !packet.text(kCadre, "Trashed").empty();
    said.visibility = gallery::parse_visibility(packet.text(kCadre, "Visibility"));
    const auto rotation = parse_decimal(packet.text(kCadre, "Rotation")).value_or(0);
    if (rotation == 90 || rotation == 180 || rotation == 270) said.rotation = static_cast<int>(rotation);
    said.filename = gallery::clean_filename(packet.text(kCadre, "Filename"));
    said.folder = gallery::clean_folder(packet.text(kCadre, "Folder"));
    said.modified = parse_rfc3339(packet.text(kCadre, "Modified"));
    said.albums = albums_of(packet);
}

}  // namespace cadre::cli
