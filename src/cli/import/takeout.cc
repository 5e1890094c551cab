// The JSON that Google Takeout writes beside each picture of Google Photos. There is no published description of it.
#include <algorithm>
#include <array>

#include "base/number.h"
#include "cli/import/said_text.h"
#include "cli/import/sidecar.h"
#include "cli/import/takeout_names.h"

namespace cadre::cli {
namespace {

constexpr std::int64_t kYear1800 = -5'364'662'400;
constexpr std::int64_t kYear2100 = 4'102'444'800;

const json::object* object_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

/// Seconds since 1970 as text, or as a number (Ente's exports). 0 is written for "unknown".
std::optional<std::int64_t> timestamp(const json::object& object, std::string_view name) {
    const auto* time = object_in(object, name);
    if (time == nullptr) return std::nullopt;
    auto seconds = get_int(*time, "timestamp");
    if (const auto text = get_string(*time, "timestamp")) {
        if (const auto number = parse_number<std::int64_t>(*text)) seconds = number;
    }
    if (!seconds || *seconds == 0 || *seconds < kYear1800 || *seconds > kYear2100) return std::nullopt;
    return seconds;
}

std::optional<media::Location> location(const json::object& object, std::string_view name) {
    const auto* place = object_in(object, name);
    if (place == nullptr) return std::nullopt;
    const auto lat = get_double(*place, "latitude");
    const auto lon = get_double(*place, "longitude");
    return lat && lon ? as_location(*lat, *lon) : std::nullopt;
}

/// Some exports write "&#39;" for an apostrophe.
std::string without_entities(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, char>, 6> kEntities{
        {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&#34;", '"'}}};
    std::string plain;
    while (!text.empty()) {
        const auto found = std::find_if(kEntities.begin(), kEntities.end(),
                                        [&](const auto& entity) { return text.starts_with(entity.first); });
        plain += found == kEntities.end() ? text.front() : found->second;
        text.remove_prefix(found == kEntities.end() ? 1 : found->first.size());
    }
    return plain;
}

bool is_media_name(std::string_view title) {
    constexpr auto kTypes = std::to_array<std::string_view>(
        {".jpg",  ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif",
         ".avif", ".bmp",  ".dng", ".cr2",  ".cr3", ".nef",  ".arw", ".orf", ".rw2",  ".raf",  ".mp4",
         ".mov",  ".m4v",  ".3gp", ".avi",  ".mkv", ".mpg",  ".mp",  ".mts", ".webm"});
    const auto folded = fold_ascii(title);
    return std::any_of(kTypes.begin(), kTypes.end(), [&](auto type) { return folded.ends_with(type); });
}

/// "title" is the name that the file had when it was sent, which the export shortens; not what a person called it.
void read_title(const std::string& title, std::string_view file, Said& said) {
    const auto parts = parts_of(file);
    const auto folded = fold_ascii(title);
    const bool is_name = is_media_name(title) || folded.starts_with(fold_ascii(parts.stem));
    if (!is_name) {
        said.title = as_title(title);
        return;
    }
    said.filename = as_title(title);
    std::replace_if(
        said.filename.begin(), said.filename.end(), [](char c) { return c == '/' || c == '\\'; }, '_');
    if (!is_media_name(said.filename)) said.filename += parts.extension;
}

}  // namespace

Result<Said> read_takeout(std::string_view bytes, std::string_view file) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    TRY(const auto value, parse_json(bytes));
    const auto* json = value.if_object();
    const auto has = [&](std::string_view name) { return json != nullptr && json->contains(name); };
    if (!has("photoTakenTime") && !has("creationTime") && !has("geoData") && !has("googlePhotosOrigin") &&
        !(has("title") && has("description")))
        return fail(ErrorKind::invalid, "It is no JSON of a Google Takeout.");
    Said said;
    if (const auto title = get_string(*json, "title")) read_title(without_entities(*title), file, said);
    if (const auto text = get_string(*json, "description")) said.caption = as_caption(without_entities(*text));
    said.taken_unix = timestamp(*json, "photoTakenTime");
    // geoData is what the person set or the file had, geoDataExif what the file had.
    said.location = location(*json, "geoData");
    if (!said.location) said.location = location(*json, "geoDataExif");
    said.favourite = get_bool(*json, "favorited") == true;
    said.trashed = get_bool(*json, "trashed") == true;
    return said;
}

}  // namespace cadre::cli
