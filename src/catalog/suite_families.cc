#include "catalog/suite_families.h"

#include <algorithm>

namespace cadre::catalog {
namespace {

constexpr std::int64_t kThreeWeeks = std::int64_t{21} * 86'400;

void post_labels(const Candidate& photo, Poster& views) {
    if (photo.trashed) return;
    for (const auto& word : members_of(photo.truth, "label:")) views.post(photo.owner, std::string(word));
}

/// The number decides, then the file's name.
void post_piles(const Candidate& photo, Poster& views) {
    for (const auto& word : members_of(photo.truth, "pile:")) {
        const auto pile = parse_id(word);
        const auto number = photo.truth.integer("pile:" + std::string(word));
        if (!pile || !number) continue;
        auto place = photo.row.place;
        place.at = std::clamp<std::int64_t>(*number, -10'000, 10'000) * kThreeWeeks;
        views.post_at(place, *pile);
    }
}

}  // namespace

const Declarations& suite_declared() {
    static const Declarations all = [] {
        auto families = declared().families();
        families.push_back({.number = kLabel,
                            .name = "label",
                            .form = Form::person_word,
                            .readers = Readers::its_person,
                            .channel = Channel::person,
                            .tells_favourites = true,
                            .holds_all = false,
                            .decided_by = {"label:*", field::kTrashedAt},
                            .post = post_labels});
        families.push_back({.number = kPile,
                            .name = "pile",
                            .form = Form::of_record,
                            .readers = Readers::everybody,
                            .channel = Channel::own,
                            .tells_favourites = false,
                            .holds_all = false,
                            .decided_by = {"pile:*"},
                            .post = post_piles});
        auto lookups = declared().lookups();
        lookups.push_back({.number = kAlbumsOf,
                           .kind = Kind::album,
                           .decided_by = {"member:*"},
                           .enter =
                               [](const Truth& album, std::vector<std::string>& keys) {
                                   for (const auto& user : members_of(album, "member:")) keys.emplace_back(user);
                               },
                           .many = true});
        return Declarations(std::move(families), std::move(lookups));
    }();
    return all;
}

}  // namespace cadre::catalog
