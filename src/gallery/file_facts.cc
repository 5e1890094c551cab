#include "gallery/file_facts.h"

#include <algorithm>

#include "base/unicode.h"
#include "base/utf8.h"
#include "catalog/entry.h"
#include "gallery/name_date.h"
#include "gallery/photo.h"
#include "gallery/photo_date.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;

json::object camera_of(const media::Metadata& metadata) {
    json::object camera;
    const auto text = [&](const char* name, const std::string& value) {
        if (!value.empty()) camera[name] = value;
    };
    text("make", metadata.make);
    text("model", metadata.model);
    text("lens", metadata.lens);
    if (metadata.focal_length_mm) camera["focal_length_mm"] = *metadata.focal_length_mm;
    if (metadata.aperture) camera["aperture"] = *metadata.aperture;
    if (metadata.exposure_s) camera["exposure_s"] = *metadata.exposure_s;
    if (metadata.iso) camera["iso"] = *metadata.iso;
    return camera;
}

/// The beginning, of at most so many characters.
std::string_view cut_characters(std::string_view utf8, std::size_t most) {
    std::size_t bytes = 0;
    for (std::size_t count = 0; count < most && bytes < utf8.size(); ++count)
        bytes += first_code_point(utf8.substr(bytes))->bytes;
    return utf8.substr(0, bytes);
}

Dated date_of(const media::Metadata& metadata, std::string_view filename, WallTime now) {
    const bool of_change = metadata.taken_from == media::DateSource::changed;
    const auto named = metadata.taken_at && !of_change ? std::nullopt : date_in_name(filename, now);
    if (named) return {named, "filename", ""};
    return {metadata.taken_at, std::string(media::kDateSources.at(static_cast<std::size_t>(metadata.taken_from))),
            metadata.offset_from_gps ? "gps" : ""};
}

}  // namespace

Changes facts_of_file(const media::Metadata& metadata, std::string_view filename, WallTime now) {
    Changes facts;
    const auto set = [&](std::string_view name, json::value value) {
        facts.insert_or_assign(std::string(name), std::move(value));
    };
    set_date_of_file(facts, date_of(metadata, filename, now));
    if (!metadata.title.empty())
        set(field::kTitle, json::value(std::string(cut_characters(composed(metadata.title), kMaxTitle))));
    if (!metadata.caption.empty())
        set(field::kCaption, json::value(std::string(cut_characters(composed(metadata.caption), kMaxCaption))));
    std::size_t tags = 0;
    for (const auto& keyword : metadata.keywords) {
        const auto tag = composed(keyword);
        if (tag.empty() || utf8_length(tag).value_or(kMaxTag + 1) > kMaxTag || ++tags > kMaxTags) continue;
        set(std::string(field::kTagPrefix) + tag, true);
    }
    if (auto camera = camera_of(metadata); !camera.empty()) set(field::kCamera, std::move(camera));
    if (metadata.location)
        set(field::kLocation, json::object{{"lat", metadata.location->lat}, {"lon", metadata.location->lon}});
    if (metadata.rating) set(field::kRating, *metadata.rating);
    return facts;
}

}  // namespace cadre::gallery
