#include "cli/import/said_text.h"

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "gallery/photo.h"
#include "media/text.h"

namespace cadre::cli {
namespace {

using media::LineBreaks;

/// A character has at most four bytes.
std::string cleaned(std::string_view text, std::size_t characters, LineBreaks breaks) {
    auto clean = media::clean_text(text, characters * 4, breaks);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < characters && bytes < clean.size(); ++i)
        bytes += first_code_point(std::string_view(clean).substr(bytes))->bytes;
    clean.resize(bytes);
    while (!clean.empty() && (clean.back() == ' ' || clean.back() == '\n')) clean.pop_back();
    return clean;
}

}  // namespace

std::string as_title(std::string_view text) { return cleaned(text, gallery::kMaxTitle, LineBreaks::drop); }
std::string as_caption(std::string_view text) { return cleaned(text, gallery::kMaxCaption, LineBreaks::keep); }

void add_tag(std::vector<std::string>& tags, std::string_view text) {
    auto tag = cleaned(text, gallery::kMaxTag + 1, LineBreaks::drop);
    if (tag.empty() || utf8_length(tag).value_or(0) > gallery::kMaxTag || tags.size() >= gallery::kMaxTags) return;
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
}

std::optional<media::Location> as_location(double lat, double lon) {
    if (!std::isfinite(lat) || !std::isfinite(lon) || std::abs(lat) > 90 || std::abs(lon) > 180) return std::nullopt;
    if (lat == 0 && lon == 0) return std::nullopt;
    return media::Location{lat, lon};
}

}  // namespace cadre::cli
