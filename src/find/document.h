// What is looked through: a photo as search knows it, and who asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/language.h"

namespace cadre::find {

/// What a photo is alike by: the picture as it lies in its file, however a person has turned it.
struct Look {
    std::uint64_t pixels = 0;  // of a digest of them
    std::uint64_t phash = 0;   // a perceptual hash; 0: what is flat has none
    std::int64_t taken = 0;    // milliseconds on the camera's own clock; 0: not known
    std::uint32_t camera = 0;  // of a digest of its name; 0: not known
    std::uint32_t width = 0, height = 0;
    bool operator==(const Look&) const = default;
};

/// Names, those of each language.
struct Names {
    std::vector<std::string> english, french;

    [[nodiscard]] const std::vector<std::string>& in(Language language) const {
        return language == Language::fr ? french : english;
    }
};

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
    Names places;                                       // what the position is called
    std::vector<std::string> countries;                 // in all languages that there are
    std::int64_t town = 0;                              // where it is, by a number; 0: in none
    std::optional<Look> look{};
};

/// As others than its owner know it.
[[nodiscard]] inline Document without_own(Document document) {
    document.filename.clear();
    document.favourite = document.archived = false;
    document.location.reset();
    document.places = {};
    document.countries.clear();
    document.town = 0;
    document.look.reset();
    return document;
}

struct Album {
    Id id;
    std::string title;
};

/// Who asks. Found is what is theirs, what everybody sees, and what stands in these albums.
struct Asker {
    std::optional<Id> user;            // nothing: what everybody sees
    std::vector<Album> albums;         // those that they see
    Language language = Language::en;  // in which places are suggested
};

/// Whether the asker sees it, as far as search decides that.
[[nodiscard]] bool sees(const Asker& asker, const Document& document);

}  // namespace cadre::find
