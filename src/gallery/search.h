// Search, the map and what is suggested while one types: who may find what, and how the finder is told of the library.
//
// The finder (find/finder.h) is fed by what the catalog says. What it finds is asked of the catalog again, with the
// rights of who asks and with the question itself, before it is answered: a finder that is late, wrong or somebody
// else's old copy shows nothing that may not be seen.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "find/finder.h"
#include "gallery/access.h"
#include "gallery/gallery.h"
#include "gallery/generations.h"

namespace cadre::gallery {

/// On it every change of a photo is told, by its id, to those who follow the whole library.
inline constexpr const char* kChangesChannel = "changes";
inline constexpr const char* kPhotoTouched = "photo.touched";

/// What a position is called.
struct PlaceNames {
    find::Names places;
    std::vector<std::string> countries;  // in all languages that there are
    std::int64_t town = 0;               // find::Document::town
};
/// Latitude and longitude in degrees. Thread-safe.
using NamePlace = std::function<PlaceNames(double, double)>;

/// A photo as search knows it; nothing for what nobody is to find: gone, in the trash, or without an owner.
[[nodiscard]] std::optional<find::Document> document_of(const Id& id, const catalog::Truth& truth,
                                                        const NamePlace& name_place = {});

struct FoundPhoto {
    catalog::Row row;              // as a timeline shows it
    std::vector<std::string> why;  // find::match()
};

struct FoundPage {
    std::vector<FoundPhoto> photos;
    std::string next;
    std::uint64_t total = 0;
    bool more = false;  // there are more than `total`
    WallTime as_of{};   // changes since then may not be in it
};

struct MapCell {
    double lat = 0, lon = 0;
    std::uint64_t count = 0;
    Id id;            // the newest photo in it
    std::string key;  // its media key
};

/// Where somebody took photos.
struct Town {
    std::int64_t number = 0;  // find::Document::town
    std::uint64_t count = 0;
    Id id;            // the newest photo in it
    std::string key;  // its media key
};

class Search {
public:
    /// Both outlive it, and so does what `name_place` asks; without that, places have no names.
    Search(Gallery& gallery, find::Finder& finder, NamePlace name_place = {})
        : gallery_(gallery), finder_(finder), name_place_(std::move(name_place)) {}

    /// Of one's own photos, of those that everybody sees, and of those in albums that one is a member of. `wall`: of
    /// those alone that everybody sees; nobody in particular searches there too. Errors: unauthenticated, invalid
    /// cursor, Code::search_not_understood, Code::search_in_the_making.
    Task<FoundPage> search(Viewer viewer, bool wall, std::string question, find::Order order, std::string cursor,
                           std::uint32_t limit);
    /// Places are named in this language (find::Finder::suggest()).
    Task<std::vector<find::Suggestion>> suggest(Viewer viewer, bool wall, Language language, std::string typed,
                                                std::size_t limit);
    /// One's own photos on a map; of those that the question asks for, if it asks anything.
    Task<std::vector<MapCell>> cells(Viewer viewer, find::Box box, int zoom, std::string question);
    /// The towns of one's own photos, those with the most photos first; find::kMostTowns at most.
    Task<std::vector<Town>> towns(Viewer viewer);

    /// Goes on telling the finder of the library for about so long: all of it first where it was not told or the
    /// thread was lost, and now and then; and what changes. To be called again and again, by one caller. What fails is
    /// logged once and tried again.
    Task<void> follow(Millis slice = Millis(2'000));

    /// From now on what the finder lacks is taken from these, where they have it; before follow(). They outlive it.
    void begin_from(Generations& generations) { generations_ = &generations; }
    /// Up to where the finder was told; nothing while it is not known to have all. On the executor of follow().
    [[nodiscard]] std::optional<Standing> standing() const { return standing_; }

private:
    Task<find::Asker> asker_of(Viewer viewer, bool wall);
    /// For each of these the photo, where it is the person's and still has a position.
    Task<std::vector<std::optional<Photo>>> located(Id owner, std::vector<Id> ids);
    /// Of these ids what may be answered; how many were not is taken from the total.
    Task<void> add_found(FoundPage& page, const Viewer& viewer, const Viewer& seer, const find::Asker& asker,
                         find::Hits hits);
    Task<void> follow_now(Millis slice);
    /// Whether the finder has all now, up to where it was saved: from there on it is told.
    Task<bool> take_generation();
    Task<void> listen(std::string place);
    Task<void> begin_pass();
    Task<void> tell_page();
    Task<void> tell_changes(Millis wait);
    Task<void> tell(std::vector<Id> ids);

    Gallery& gallery_;
    find::Finder& finder_;
    NamePlace name_place_;
    // Of follow():
    std::unique_ptr<events::Subscription> changes_;
    bool passing_ = false;   // everything is being told
    bool must_pass_ = true;  // it has to be, once the pass that is under way has ended
    bool was_whole_ = false;
    bool complained_ = false;
    MonotonicTime passed_{};  // when the last pass ended
    WallTime passed_at_{};    // as well
    std::string place_;       // of the events: all up to it were told; "" if that is not known
    std::optional<Standing> standing_;
    std::uint64_t life_ = 0;  // Standing::life
    Generations* generations_ = nullptr;
    std::string cursor_;  // of the pass
};

}  // namespace cadre::gallery
