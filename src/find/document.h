// What is looked through: a photo as search knows it, and who asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"

namespace cadre::find {

struct Document {
    Id id;
    Id owner;
    bool everybody = false;  // shown on the wall
    std::int64_t at = 0;     // seconds on its own clock: where timelines show it
    std::string title, caption;
    std::vector<std::string> tags;
    std::vector<Id> albums;
    std::string camera, lens;  // make and model in one
    std::string type;          // "jpeg", "png", …
    std::int64_t iso = 0;      // 0: not known
    double aperture = 0;       // 0: not known
    int rating = 0;            // 0: none
    bool is_public = false;
    // Its owner's alone:
    std::string filename;
    bool favourite = false, archived = false;
    std::optional<std::pair<double, double>> location;  // latitude, longitude in degrees
    std::vector<std::string> places, countries;         // what the position is called, in all languages that there are
};

/// As others than its owner know it.
[[nodiscard]] inline Document without_own(Document document) {
    document.filename.clear();
    document.favourite = document.archived = false;
    document.location.reset();
    document.places.clear();
    document.countries.clear();
    return document;
}

struct Album {
    Id id;
    std::string title;
};

/// Who asks. Found is what is theirs, what everybody sees, and what stands in these albums.
struct Asker {
    std::optional<Id> user;     // nothing: what everybody sees
    std::vector<Album> albums;  // those that they see
};

/// Whether the asker sees it, as far as search decides that.
[[nodiscard]] bool sees(const Asker& asker, const Document& document);

}  // namespace cadre::find
