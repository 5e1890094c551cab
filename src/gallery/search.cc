#include "gallery/search.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/log.h"
#include "base/sleep.h"
#include "find/match.h"
#include "gallery/albums.h"
#include "gallery/likeness.h"
#include "gallery/photo.h"

namespace cadre::gallery {
namespace {

constexpr std::size_t kScanPage = 500;  // records
constexpr Millis kWait{1'000};          // for changes
constexpr Millis kPauseAfterError{1'000};
constexpr std::chrono::hours kPassEvery{6};  // what no event told of: repairs, and what a failover lost
constexpr std::size_t kMostTold = 500;       // changes in one piece
constexpr std::size_t kMostAlbums = 2'000;   // of a person, that search looks at
constexpr std::size_t kAlbumsPage = 500;
constexpr int kMostRounds = 5;  // pages of the finder for one of ours, where the catalog knows better

std::string camera_of(const json::object& camera) {
    const auto make = get_string(camera, "make").value_or(""), model = get_string(camera, "model").value_or("");
    if (model.starts_with(make)) return std::string(model);
    return std::string(make) + (make.empty() || model.empty() ? "" : " ") + std::string(model);
}

/// Of the picture as it lies in its file.
std::optional<find::Look> look_of(const Photo& photo, std::string_view camera, const catalog::Truth& truth) {
    const auto likeness = likeness_of(truth);
    if (!likeness) return std::nullopt;
    find::Look look;
    look.pixels = short_digest_of(likeness->pixels);
    look.phash = likeness->phash.value_or(0);
    if (photo.taken_at && photo.taken_at->precision == Precision::time)
        look.taken = photo.taken_at->time.seconds * 1'000 + photo.taken_at->time.microseconds / 1'000;
    if (!camera.empty()) look.camera = static_cast<std::uint32_t>(digest64(camera));
    look.width = photo.width;
    look.height = photo.height;
    if (photo.rotation % 180 != 0) std::swap(look.width, look.height);
    return look;
}

}  // namespace

std::optional<find::Document> document_of(const Id& id, const catalog::Truth& truth, const NamePlace& name_place) {
    const auto row = catalog::row_of(id, truth);
    if (!row) return std::nullopt;
    auto photo = photo_of(id, truth);
    if (photo.trashed_at) return std::nullopt;
    find::Document document;
    document.id = id;
    document.owner = photo.owner;
    document.is_public = photo.visibility == Visibility::public_;
    document.everybody = document.is_public && photo.state == State::ready;
    document.at = row->place.at;
    document.title = std::move(photo.title);
    document.caption = std::move(photo.caption);
    document.tags = std::move(photo.tags);
    document.albums = std::move(photo.albums);
    document.camera = camera_of(photo.camera);
    document.lens = std::string(get_string(photo.camera, "lens").value_or(""));
    const std::string_view type = photo.content_type;
    document.type = std::string(type.substr(std::min(type.find('/') + 1, type.size())));
    document.iso = get_int(photo.camera, "iso").value_or(0);
    document.aperture = get_double(photo.camera, "aperture").value_or(0);
    document.rating = photo.rating.value_or(0);
    document.filename = std::move(photo.filename);
    document.favourite = photo.favourite;
    document.archived = photo.archived;
    document.location = photo.location;
    if (photo.location && name_place) {
        auto names = name_place(photo.location->first, photo.location->second);
        document.places = std::move(names.places);
        document.countries = std::move(names.countries);
        document.town = names.town;
    }
    document.look = look_of(photo, document.camera, truth);
    return document;
}

Task<find::Asker> Search::asker_of(Viewer viewer, bool wall) {
    find::Asker asker;
    if (wall) co_return asker;
    CO_TRY(const auto user, require_user(viewer));
    asker.user = user.id;
    auto& catalog = gallery_.stores().catalog;
    std::string cursor;
    do {
        CO_TRY(auto page,
               co_await catalog.find_all(catalog::Index::albums_of, user.id.text(), std::move(cursor), kAlbumsPage));
        CO_TRY(const auto entries, co_await catalog.get_many(catalog::Kind::album, page.items));
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (!entries[i] || entries[i]->truth.purged) continue;
            auto album = album_of(page.items[i], entries[i]->truth);
            if (may(viewer, AlbumAction::see, album)) asker.albums.push_back({album.id, std::move(album.title)});
        }
        cursor = std::move(page.next);
    } while (!cursor.empty() && asker.albums.size() < kMostAlbums);
    co_return asker;
}

Task<FoundPage> Search::search(Viewer viewer, bool wall, std::string question, find::Order order, std::string cursor,
                               std::uint32_t limit) {
    CO_TRY(auto asker, co_await asker_of(viewer, wall));
    find::Wish wish;
    CO_TRY(wish.question, find::parse_question(question));
    wish.asker = asker;
    wish.order = order;
    wish.cursor = std::move(cursor);
    auto seer = wall ? Viewer{} : viewer;
    for (const auto& album : asker.albums) seer.albums.push_back(album.id);

    CO_TRY(const auto moment, co_await finder_.moment());
    FoundPage page;
    page.as_of = moment.at;
    for (int round = 0; round < kMostRounds && page.photos.size() < limit; ++round) {
        wish.limit = limit - static_cast<std::uint32_t>(page.photos.size());
        auto again = wish;
        CO_TRY(auto hits, co_await finder_.search(std::move(again)));
        if (round == 0) {
            page.total = hits.total;
            page.more = hits.more;
        }
        page.next = hits.next;
        CO_CHECK(co_await add_found(page, viewer, seer, asker, std::move(hits)));
        if (page.next.empty()) break;
        wish.cursor = page.next;
    }
    // Within one second timelines have an order of their own, which the finder does not know.
    if (order == find::Order::newest)
        std::ranges::sort(page.photos,
                          [](const FoundPhoto& a, const FoundPhoto& b) { return a.row.place > b.row.place; });
    co_return page;
}

Task<void> Search::add_found(FoundPage& page, const Viewer& viewer, const Viewer& seer, const find::Asker& asker,
                             find::Hits hits) {
    auto ids = hits.ids;
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(catalog::Kind::photo, std::move(ids)));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        std::optional<std::vector<std::string>> why;
        std::optional<find::Document> document;
        if (entries[i]) document = document_of(hits.ids[i], entries[i]->truth, name_place_);
        if (document && may(seer, Action::see_about, photo_of(hits.ids[i], entries[i]->truth)))
            why = find::match(hits.question, *document, asker);
        if (!why) {
            if (page.total > 0) --page.total;
            continue;
        }
        auto row = *catalog::row_of(hits.ids[i], entries[i]->truth);
        if (!viewer.user || document->owner != viewer.user->id) row.favourite = false;
        page.photos.push_back({std::move(row), std::move(*why)});
    }
    co_return Result<void>();
}

Task<std::vector<find::Suggestion>> Search::suggest(Viewer viewer, bool wall, Language language, std::string typed,
                                                    std::size_t limit) {
    CO_TRY(auto asker, co_await asker_of(std::move(viewer), wall));
    asker.language = language;
    co_return co_await finder_.suggest(std::move(typed), std::move(asker), limit);
}

Task<std::vector<MapCell>> Search::cells(Viewer viewer, find::Box box, int zoom, std::string question) {
    CO_TRY(const auto user, require_user(viewer));
    CO_TRY(auto asked, find::parse_question(question));
    std::vector<find::Album> albums;
    if (!asked.empty()) {
        CO_TRY(auto asker, co_await asker_of(viewer, false));
        albums = std::move(asker.albums);
    }
    CO_TRY(const auto found, co_await finder_.cells(user.id, box, zoom, std::move(asked), std::move(albums)));
    std::vector<Id> ids;
    for (const auto& cell : found) ids.push_back(cell.newest);
    CO_TRY(const auto photos, co_await located(user.id, std::move(ids)));
    std::vector<MapCell> cells;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (photos[i])
            cells.push_back({found[i].lat, found[i].lon, found[i].count, photos[i]->id, photos[i]->media_key});
    co_return cells;
}

Task<std::vector<Town>> Search::towns(Viewer viewer) {
    CO_TRY(const auto user, require_user(viewer));
    CO_TRY(const auto found, co_await finder_.towns(user.id));
    std::vector<Id> ids;
    for (const auto& town : found) ids.push_back(town.newest);
    CO_TRY(const auto photos, co_await located(user.id, std::move(ids)));
    std::vector<Town> towns;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (photos[i]) towns.push_back({found[i].number, found[i].count, photos[i]->id, photos[i]->media_key});
    co_return towns;
}

/// Where the newest of a square or a town is none of them, it is told again in a moment.
Task<std::vector<std::optional<Photo>>> Search::located(Id owner, std::vector<Id> ids) {
    auto asked = ids;
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(catalog::Kind::photo, std::move(asked)));
    std::vector<std::optional<Photo>> photos(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!entries[i] || entries[i]->truth.purged) continue;
        auto photo = photo_of(ids[i], entries[i]->truth);
        if (photo.owner == owner && !photo.trashed_at && photo.location) photos[i] = std::move(photo);
    }
    co_return photos;
}

// ---- following ------------------------------------------------------------------------------------------------------

Task<void> Search::tell(std::vector<Id> ids) {
    auto asked = ids;
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(catalog::Kind::photo, std::move(asked)));
    std::vector<find::Change> changes;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        find::Change change{ids[i], entries[i] ? entries[i]->version : 0, std::nullopt};
        if (entries[i]) change.document = document_of(ids[i], entries[i]->truth, name_place_);
        changes.push_back(std::move(change));
    }
    co_return co_await finder_.apply(std::move(changes));
}

Task<void> Search::listen(std::string place) {
    const std::string channel = kChangesChannel;
    auto from = place;
    CO_TRY(changes_, co_await gallery_.stores().events.subscribe(channel, std::move(from)));
    place_ = std::move(place);
    co_return Result<void>();
}

Task<bool> Search::take_generation() {
    if (generations_ == nullptr) co_return false;
    CO_TRY(const auto taken, co_await generations_->take());
    if (!taken) co_return false;
    // Where these events are no longer kept, the first one says so, and a pass compares all.
    CO_CHECK(co_await listen(taken->place));
    must_pass_ = taken->place.empty();
    const auto& clock = gallery_.stores().clock;
    passed_at_ = std::min(taken->passed, clock.now());
    passed_ = clock.monotonic() - (clock.now() - passed_at_);
    co_return true;
}

Task<void> Search::begin_pass() {
    standing_.reset();
    CO_CHECK(co_await finder_.begin_pass());
    cursor_.clear();
    passing_ = true;
    must_pass_ = false;
    co_return Result<void>();
}

Task<void> Search::tell_page() {
    auto from = cursor_;
    CO_TRY(const auto page, co_await gallery_.stores().catalog.scan(catalog::Kind::photo, std::move(from), kScanPage));
    std::vector<find::Change> changes;
    for (const auto& [id, entry] : page.items)
        changes.push_back({id, entry.version, document_of(id, entry.truth, name_place_)});
    CO_CHECK(co_await finder_.apply(std::move(changes)));
    cursor_ = page.next;
    if (!cursor_.empty()) co_return Result<void>();
    CO_CHECK(co_await finder_.end_pass());
    passing_ = false;
    passed_ = gallery_.stores().clock.monotonic();
    passed_at_ = gallery_.stores().clock.now();
    if (generations_ != nullptr) generations_->forget();
    if (!std::exchange(was_whole_, true)) log::info("search is ready", {});
    co_return Result<void>();
}

Task<void> Search::tell_changes(Millis wait) {
    const auto now = gallery_.stores().clock.now();
    CO_TRY(const auto heard, co_await changes_->next(wait));
    std::vector<Id> ids;
    for (const auto& event : heard) {
        if (event.type == "resync") must_pass_ = true;  // what was missed is in a new pass
        const auto id = parse_id(get_string(event.data, "id").value_or(""));
        if (id && std::ranges::find(ids, *id) == ids.end()) ids.push_back(*id);
    }
    for (std::size_t i = 0; i < ids.size(); i += kMostTold) {
        const auto end = std::min(ids.size(), i + kMostTold);
        std::vector<Id> some(ids.begin() + static_cast<std::ptrdiff_t>(i),
                             ids.begin() + static_cast<std::ptrdiff_t>(end));
        auto told = co_await tell(std::move(some));
        if (!told) must_pass_ = true;  // nobody says it again
        CO_CHECK(std::move(told));
    }
    if (!heard.empty()) place_ = heard.back().id;
    if (passing_ || must_pass_) co_return Result<void>();
    CO_CHECK(co_await finder_.follows(now));
    standing_ = Standing{place_, passed_at_, life_};
    co_return Result<void>();
}

Task<void> Search::follow_now(Millis slice) {
    const auto& clock = gallery_.stores().clock;
    const auto begun = clock.monotonic();
    CO_TRY(const auto moment, co_await finder_.moment());
    if (was_whole_ && !moment.whole) {  // what it kept was lost
        must_pass_ = true;
        passing_ = false;
    }
    was_whole_ = moment.whole;
    if (!was_whole_) {
        standing_.reset();
        ++life_;
    }
    if (!changes_) {
        // Before the pass, so that what changes during it is heard.
        CO_CHECK(co_await listen(""));
        must_pass_ = true;
    }
    if (!was_whole_ && !passing_) {
        auto taken = co_await take_generation();
        if (taken && *taken) {
            was_whole_ = true;
            log::info("search is ready", {});
        } else if (!taken) {
            log::warn("no generation of search can be taken, and the catalog is read",
                      {{"why", taken.error().message}, {"detail", taken.error().detail}});
        }
    }
    while (clock.monotonic() - begun < slice) {
        if (!passing_ && (must_pass_ || clock.monotonic() - passed_ > kPassEvery)) CO_CHECK(co_await begin_pass());
        if (passing_) CO_CHECK(co_await tell_page());
        const Millis wait = passing_ ? Millis(0) : std::min(kWait, slice);
        CO_CHECK(co_await tell_changes(wait));
    }
    co_return Result<void>();
}

Task<void> Search::follow(Millis slice) {
    const auto followed = co_await follow_now(slice);
    if (followed) {
        complained_ = false;
        co_return Result<void>();
    }
    // A pass that broke off goes on where it was. What was not heard meanwhile is said by the bus: "resync".
    if (!std::exchange(complained_, true))
        log::warn("search cannot follow the library now",
                  {{"why", followed.error().message}, {"detail", followed.error().detail}});
    co_await sleep_for(kPauseAfterError);
    co_return Result<void>();
}

}  // namespace cadre::gallery
