#include "cli/export/exporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "base/concurrently.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "cli/export/listing.h"

namespace cadre::cli {
namespace {

namespace field = catalog::field;
using catalog::Kind;
using gallery::Finding;
using gallery::Photo;

constexpr std::size_t kAtOnce = 4;
constexpr std::string_view kSums = "SHA256SUMS";
constexpr std::string_view kTrash = "trash/";

std::string original_key(const Id& photo) { return gallery::Ledger::prefix({Kind::photo, photo}) + "original"; }

/// The file's time when it was sent, on the clock that it had.
std::optional<LocalTime> modified_of(const catalog::Truth& truth) {
    const auto at = truth.integer(field::kModified);
    if (!at) return std::nullopt;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(Millis(*at)).count();
    const auto offset = truth.integer(field::kModifiedOffset);
    if (!offset || *offset < -899 || *offset > 899) return LocalTime{seconds, 0};
    return LocalTime{seconds + *offset * 60, static_cast<int>(*offset)};
}

/// Which instant this machine's clocks showed so.
std::int64_t instant_here(std::int64_t local_seconds) {
    std::tm shown{};
    const auto seconds = static_cast<std::time_t>(local_seconds);
    if (::gmtime_r(&seconds, &shown) == nullptr) return local_seconds;
    shown.tm_isdst = -1;
    return std::mktime(&shown);
}

/// When it was taken, else the time that its file had, else when it came.
std::int64_t time_of(const Exported& exported) {
    const auto instant = [](const LocalTime& time) {
        return time.offset_minutes ? time.seconds - std::int64_t{*time.offset_minutes} * 60
                                   : instant_here(time.seconds);
    };
    const auto& photo = exported.photo;
    if (photo.taken_at) return instant(photo.taken_at->time);
    if (exported.modified) return instant(*exported.modified);
    return std::chrono::floor<std::chrono::seconds>(photo.uploaded_at.time_since_epoch()).count();
}

}  // namespace

void Exporter::found(Finding::Kind kind, const Item& item, std::string sentence) {
    ++report_.findings;
    say_({kind, original_key(item.exported.photo.id), std::move(sentence)});
}

std::vector<catalog::View> Exporter::views_for(const Id& person) const {
    if (!options_.albums) return views_of(person, options_.trash);
    std::vector<catalog::View> views;
    for (const auto& album : *options_.albums) views.push_back({catalog::Family::album, album});
    return views;
}

Task<void> Exporter::person(Id person, std::string folder) {
    folder_ = folder.empty() ? folder : folder + "/";
    CO_TRY(auto sums, target_.draft());
    std::uint64_t count = 0;
    Listing listing(gallery_.stores().catalog, views_for(person));
    for (;;) {
        CO_TRY(const auto rows, co_await listing.next());
        if (rows.empty()) break;
        CO_TRY(auto items, co_await read(rows, person));
        for (auto& item : items) CO_CHECK(co_await place(item));
        CO_CHECK(co_await each(items.size(), kAtOnce, [&](std::size_t i) { return write(items[i]); }));
        CO_CHECK(target_.sync());
        for (const auto& item : items)
            for (const auto& place : item.places)
                if (place.there)
                    CO_CHECK(sums.write(
                        fmt::format("{}  {}\n", item.exported.photo.sha256, place.name.substr(folder_.size()))));
        count += items.size();
        report_.photos += items.size();
        progress_(report_);
    }
    if (options_.sidecars) {
        CO_TRY(const auto list, co_await albums_.list_of(person, options_.albums));
        if (!list.empty()) CO_CHECK(target_.put(folder_ + std::string(kAlbumList), list));
    }
    // The sums of some albums would take the place of those of the whole.
    if (options_.albums || count == 0) co_return target_.sync();
    CO_CHECK(sums.finish(std::nullopt));
    CO_CHECK(target_.keep(std::move(sums), folder_ + std::string(kSums)));
    co_return target_.sync();
}

/// Without those that have gone since they were listed, and those of others that stand in the same albums.
Task<std::vector<Exporter::Item>> Exporter::read(const std::vector<catalog::Row>& rows, Id person) {
    std::vector<Id> ids;
    for (const auto& row : rows) ids.push_back(row.place.id);
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(Kind::photo, ids));
    std::vector<Item> items;
    std::vector<Id> albums;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!entries[i] || entries[i]->truth.purged) continue;
        const auto& truth = entries[i]->truth;
        Item item;
        item.exported.photo = gallery::photo_of(ids[i], truth);
        item.exported.modified = modified_of(truth);
        item.modified = time_of(item.exported);
        if (item.exported.photo.owner != person) continue;
        for (const auto& id : item.exported.photo.albums) {
            const auto place = gallery::place_in_album(truth, id);
            item.exported.albums.push_back({id, {}, place ? text_of(*place) : ""});
            albums.push_back(id);
        }
        items.push_back(std::move(item));
    }
    CO_CHECK(co_await albums_.meet(std::move(albums)));
    for (auto& item : items) {
        std::erase_if(item.exported.albums, [&](AlbumOfPhoto& album) {
            auto met = albums_.at(album.id);
            if (met) album.titles = std::move(met->titles);
            return !met;
        });
    }
    co_return items;
}

/// The first is where it lies, the others are where it lies, too.
std::vector<std::string> Exporter::folders_of(const Photo& photo) {
    std::vector<std::string> folders;
    for (const auto& id : photo.albums) {
        const auto album = options_.by_album && !photo.trashed_at ? albums_.at(id) : std::nullopt;
        if (!album || (options_.albums && !options_.albums->contains(id))) continue;
        auto folder = folder_ + folder_by_titles(album->titles);
        if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(std::move(folder));
    }
    if (!folders.empty()) return folders;
    auto dated = folder_ + std::string(photo.trashed_at ? kTrash : "") + folder_by_date(photo);
    if (photo.taken_at) {
        // Years come one after the other, so that the names of the one before are done with.
        const int year = date_of(photo.taken_at->time.seconds).year;
        if (year != year_) {
            for (const auto& done : dated_) names_.forget(done);
            dated_.clear();
            year_ = year;
        }
        dated_.insert(dated);
    }
    return {std::move(dated)};
}

Task<void> Exporter::place(Item& item) {
    for (auto& folder : folders_of(item.exported.photo)) {
        CO_TRY(auto place, co_await place_in(item.exported.photo, std::move(folder)));
        item.places.push_back(std::move(place));
    }
    co_return Result<void>();
}

/// Finds its name: the first that no other file has, neither of this export nor of whoever wrote there before.
Task<Exporter::Place> Exporter::place_in(const Photo& photo, std::string folder) {
    const auto name = file_name_of(photo);
    for (std::uint32_t n = 1;; ++n) {
        const auto nth = nth_name(name, n);
        if (!names_.is_free(folder, nth)) continue;
        Place place{folder + "/" + nth, false};
        CO_TRY(const auto there, co_await pool_.run([&]() -> Result<Target::There> {
            return target_.compare(place.name, photo.size, photo.sha256);
        }));
        if (there == Target::There::other) continue;
        place.there = there == Target::There::same;
        names_.give(folder, nth);
        co_return place;
    }
}

Task<void> Exporter::write(Item& item) {
    if (item.there())
        ++report_.there;
    else
        CO_CHECK(co_await copy(item));
    if (!item.there()) co_return Result<void>();
    CO_CHECK(link(item));
    if (options_.sidecars) CO_CHECK(write_sidecars(item));
    co_return Result<void>();
}

/// Where the file system can; else the sidecar says in which albums it stands.
Result<void> Exporter::link(Item& item) {
    for (std::size_t i = 1; i < item.places.size(); ++i) {
        if (item.places[i].there) continue;
        TRY(item.places[i].there, target_.link(item.places.front().name, item.places[i].name));
    }
    return {};
}

/// One beside each name, so that an import finds it by whichever it comes to first.
Result<void> Exporter::write_sidecars(Item& item) {
    const auto text = xmp_of(item.exported);
    for (const auto& place : item.places) {
        if (!place.there) continue;
        TRY(const bool written, target_.put(place.name + std::string(kSidecarEnding), text));
        report_.sidecars += written ? 1 : 0;
    }
    return {};
}

/// Its bytes are compared with what is known of them before they get their name.
Task<void> Exporter::copy(Item& item) {
    const auto& photo = item.exported.photo;
    auto object = co_await gallery_.stores().blobs.open(original_key(photo.id));
    if (!object && object.error().kind == ErrorKind::not_found) co_return co_await missing(item);
    if (!object) co_return fail(std::move(object).error());
    CO_TRY(auto draft, target_.draft());
    Sha256 hash;
    std::uint64_t size = 0;
    std::vector<std::uint8_t> piece(kPiece);
    for (;;) {
        const auto got = co_await object->read(piece);
        if (!got && gallery::is_unreadable(got.error())) {
            found(Finding::Kind::damaged, item, got.error().message);
            co_return Result<void>();
        }
        if (!got) co_return fail(got.error());
        if (*got == 0) break;
        const auto bytes = std::span<const std::uint8_t>(piece).first(*got);
        size += *got;
        CO_CHECK(co_await pool_.run([&]() -> Result<void> {
            hash.update(bytes);
            return draft.write(bytes);
        }));
    }
    if (size != photo.size || hex(hash.finish()) != photo.sha256) {
        found(Finding::Kind::damaged, item, "The original's bytes are not those that were sent. It is left out.");
        co_return Result<void>();
    }
    CO_CHECK(co_await pool_.run([&] { return draft.finish(item.modified); }));
    CO_CHECK(target_.keep(std::move(draft), item.places.front().name));
    item.places.front().there = true;
    ++report_.written;
    report_.bytes += size;
    co_return Result<void>();
}

/// Unless it was deleted for good since it was listed.
Task<void> Exporter::missing(Item& item) {
    const auto& photo = item.exported.photo;
    const auto now = co_await gallery_.ledger().read({Kind::photo, photo.id});
    if (!now && !gallery::is_unreadable(now.error())) co_return fail(now.error());
    if (!now || now->alive())
        found(Finding::Kind::missing, item, fmt::format("The original of “{}” is gone.", photo.filename));
    co_return Result<void>();
}

}  // namespace cadre::cli
