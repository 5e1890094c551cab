// What goes on from what is typed.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/number.h"
#include "base/unicode.h"
#include "find/match.h"
#include "find/sqlite/lookup.h"
#include "find/words.h"

namespace cadre::find::sqlite {
namespace {

constexpr std::size_t kMostLookedAt = 20'000;  // values of one kind
constexpr std::size_t kMostTried = 16;         // of these, some may be none that one sees

struct Kind {
    std::string_view name;
    Facet facet;
};
constexpr std::array<Kind, 6> kKinds = {{{"tag", Facet::tag},
                                         {"place", Facet::english_place},
                                         {"place", Facet::french_place},
                                         {"camera", Facet::camera},
                                         {"lens", Facet::lens},
                                         {"year", Facet::year}}};

struct Candidate {
    Suggestion suggestion;
    std::string match;       // finds those that have it
    bool foreign = false;    // a place in the language that the asker does not read
    bool at_start = false;   // what is typed stands at its beginning
    std::size_t number = 0;  // in the order of the kinds
};

/// The best first. (std::stable_sort calls what clang's library has deprecated.)
bool before(const Candidate& a, const Candidate& b) {
    if (a.foreign != b.foreign) return b.foreign;
    if (a.at_start != b.at_start) return a.at_start;
    return a.suggestion.count != b.suggestion.count ? a.suggestion.count > b.suggestion.count : a.number < b.number;
}

std::string fact_of(Facet facet, const std::string& value) {
    switch (facet) {
        case Facet::tag:
            return tag_word(bare(value));
        case Facet::camera:
            return camera_word(value);
        case Facet::lens:
            return lens_word(value);
        default:
            break;
    }
    return year_word(parse_number<int>(value).value_or(0));
}

}  // namespace

std::vector<Suggestion> Lookup::suggest(const std::string& typed, const Asker& asker, std::size_t limit) {
    const cadre::sqlite::Snapshot snapshot(database_);
    // "tag:be" asks for tags alone.
    const auto colon = typed.find(':');
    const auto only = colon == std::string::npos ? std::string() : typed.substr(0, colon);
    const bool any_kind =
        only != "album" && std::ranges::find(kKinds, std::string_view(only), &Kind::name) == kKinds.end();
    const auto wanted = fmt::format("{}", fmt::join(words_of(any_kind ? typed : typed.substr(colon + 1)), " "));
    if (wanted.empty() && any_kind) return {};

    std::vector<Candidate> candidates;
    const auto consider = [&](std::string_view kind, std::string value, std::string_view words, std::string match,
                              bool foreign = false) {
        const bool at_start = words.starts_with(wanted);
        if (!at_start && words.find(" " + wanted) == std::string_view::npos) return;
        candidates.push_back(
            {{std::string(kind), std::move(value), 0}, std::move(match), foreign, at_start, candidates.size()});
    };
    // Without the albums: each costs a look into every piece of the index, for each candidate.
    const Asker counting{asker.user, {}};
    const auto sight = sight_of(counting);
    const auto foreign = asker.language == Language::fr ? Facet::english_place : Facet::french_place;
    for (const auto& [name, facet] : kKinds) {
        if (!any_kind && only != name) continue;
        Query all(database_, "SELECT words, value FROM facet WHERE kind = ?", static_cast<int>(facet));
        for (std::size_t seen = 0; seen < kMostLookedAt && all.step(); ++seen) {
            if (all.text(0).find(wanted) == std::string_view::npos) continue;
            auto value = all.string(1);
            auto match = name == "place" ? own_with(sight, name, all.text(0)) : seen_with(sight, fact_of(facet, value));
            consider(name, std::move(value), all.text(0), std::move(match), facet == foreign);
        }
    }
    if (any_kind || only == "album")
        for (const auto& album : asker.albums) {
            const auto words = fmt::format("{}", fmt::join(words_of(album.title), " "));
            consider("album", album.title, words, seen_in(album_word(album.id)));
        }
    std::ranges::sort(candidates, before);
    if (candidates.size() > kMostTried) candidates.resize(kMostTried);

    // No more are counted than are answered: a count is what takes the time.
    std::vector<Candidate> seen;
    const auto is_place = [](const Candidate& one) { return one.suggestion.kind == "place"; };
    for (auto& one : candidates) {
        if (seen.size() == limit || (one.foreign && std::ranges::any_of(seen, is_place))) break;
        one.suggestion.count = count_up_to(one.match, kMostSuggested);
        if (one.suggestion.count > 0) seen.push_back(std::move(one));
    }
    std::ranges::sort(seen, before);
    std::vector<Suggestion> suggestions;
    for (auto& one : seen) suggestions.push_back(std::move(one.suggestion));
    return suggestions;
}

}  // namespace cadre::find::sqlite
