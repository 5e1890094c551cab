#include "gallery/archives.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "base/encoding.h"
#include "base/field_codes.h"
#include "base/hash.h"
#include "base/log.h"
#include "gallery/albums.h"
#include "gallery/archive_contents.h"
#include "gallery/scratch.h"
#include "gallery/shares.h"
#include "gallery/timelines.h"
#include "gallery/zip_names.h"

namespace cadre::gallery {
namespace {

constexpr std::uint32_t kArchivedPage = 500;
constexpr std::size_t kArchivesPage = 1000;
constexpr Millis kArchivesWindow{3'600'000};
/// For what has to be read once; then whoever asked asks again.
constexpr std::chrono::seconds kMakeFor{20};

std::string folder_of(const Id& keeper) { return fmt::format("archives/{}/", keeper.text()); }
std::string prefix_of(const Id& keeper, const Id& id) { return fmt::format("{}{}/", folder_of(keeper), id.text()); }

/// Under whose id a viewer's archives lie: their own, or the share's.
Result<Id> keeper_for(const Viewer& viewer) {
    if (viewer.share) return viewer.share->allow.download ? Result<Id>(viewer.share->id) : share_may_not();
    TRY(const auto user, require_user(viewer));
    return user.id;
}

Error too_many(std::string_view field, std::size_t most) {
    Error error{Code::invalid_fields, "These are too many photos for one archive."};
    error.fields.push_back({std::string(field), FieldCode::archive_too_large, {{"max", most}}});
    return error;
}

tl::unexpected<Error> no_such_archive() {
    return fail(Code::archive_not_found, "There is no such archive. It may have expired: ask for a new one.");
}

/// One list in the making.
class Maker {
public:
    Maker(Gallery& gallery, Viewer viewer, ArchiveContent content)
        : gallery_(gallery),
          contents_(gallery, std::move(viewer), content, gallery.stores().clock.monotonic() + kMakeFor) {}

    Task<void> open() {
        const std::string folder = gallery_.policy().scratch;
        CO_TRY(file_, co_await gallery_.stores().pool.run([&folder] { return open_scratch(folder); }));
        co_return Result<void>();
    }

    /// Their names get their numbers, of so many, before them.
    void number(std::uint64_t most) { numbered_of_ = most; }

    Task<void> add_view(catalog::View view) {
        auto& catalog = gallery_.stores().catalog;
        std::optional<catalog::Place> after;
        for (;;) {
            CO_TRY(const auto rows, co_await catalog.newest(view, after, kArchivedPage));
            std::vector<Id> ids;
            for (const auto& row : rows) ids.push_back(row.place.id);
            CO_CHECK(co_await add(std::move(ids), false));
            if (writer_.count() > kMaxArchivePhotos) co_return fail(too_many("scope", kMaxArchivePhotos));
            if (rows.size() < kArchivedPage) co_return Result<void>();
            after = rows.back().place;
        }
    }

    /// `all`: one that cannot be had fails all of it; else it is left out.
    Task<void> add_named(std::vector<Id> photos, bool all) {
        std::set<Id> seen;
        std::erase_if(photos, [&](const Id& id) { return !seen.insert(id).second; });
        for (std::size_t begin = 0; begin < photos.size(); begin += kArchivedPage) {
            const auto from = photos.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto count = std::min<std::size_t>(kArchivedPage, photos.size() - begin);
            std::vector<Id> page(from, from + static_cast<std::ptrdiff_t>(count));
            CO_CHECK(co_await add(std::move(page), all));
        }
        co_return Result<void>();
    }

    /// Stores it; the head last, which says that all of it is there.
    Task<ArchiveHead> keep(std::string prefix, std::string filename, std::string source) {
        if (writer_.count() == 0)
            co_return fail(Code::archive_empty, "None of these photos can be put into this archive.");
        auto head = writer_.finish();
        head.filename = std::move(filename);
        head.source = std::move(source);
        head.left_out = left_out_;
        CO_CHECK(co_await write());
        std::vector<blobs::Put> puts;
        puts.push_back({prefix + "list", blobs::FileRange{file_.get(), 0, written_}});
        puts.push_back({prefix + "head", encode(head)});
        CO_CHECK(co_await gallery_.stores().blobs.put(std::move(puts)));
        co_return head;
    }

private:
    Task<void> add(std::vector<Id> ids, bool named) {
        const auto asked = ids.size();
        CO_TRY(auto found, co_await contents_.of(std::move(ids), named));
        left_out_ += asked - found.size();
        for (auto& item : found) {
            if (numbered_of_) item.entry.name = in_order(item.entry.name, writer_.count() + 1, *numbered_of_);
            item.entry.name = names_.unique(std::move(item.entry.name));
            writer_.add(item.entry, item.identity);
        }
        co_return co_await write();
    }

    Task<void> write() {
        const auto bytes = writer_.take();
        CO_CHECK(co_await gallery_.stores().pool.run([&] { return write_all(file_.get(), as_bytes(bytes)); }));
        written_ += bytes.size();
        co_return Result<void>();
    }

    Gallery& gallery_;
    ArchiveContents contents_;
    ZipNames names_;
    std::optional<std::uint64_t> numbered_of_;
    ArchiveListWriter writer_;
    UniqueFd file_;
    std::uint64_t written_ = 0;
    std::uint64_t left_out_ = 0;
};

/// That of a share, an album or a tag, as a file may be called; "" where there is none.
Task<std::string> title_for(Gallery& gallery, Viewer viewer, std::optional<catalog::View> view) {
    std::string name;
    if (viewer.share) {
        CO_TRY(name, co_await gallery.shares().title_of(*viewer.share));
    } else if (view && (view->family == catalog::Family::album || view->family == catalog::Family::sequence)) {
        std::vector<Id> album{view->of};
        CO_TRY(const auto names, co_await gallery.albums().names(std::move(viewer), std::move(album)));
        if (const auto found = names.find(view->of); found != names.end()) name = found->second.title;
    } else if (view && view->family == catalog::Family::tag) {
        name = view->word;
    }
    std::ranges::replace(name, '/', '_');
    std::ranges::replace(name, '\\', '_');
    co_return safe_name(name);
}

std::string filename_for(const std::string& title, WallTime now) {
    return safe_name((title.empty() ? "photos-" + rfc3339(now).substr(0, 10) : title) + ".zip");
}

bool in_own_order(const std::optional<catalog::View>& view) {
    return view && view->family == catalog::Family::sequence;
}

/// As they stand in a view; those that do not stand there come last.
Task<std::vector<Id>> sorted_in(catalog::Catalog& catalog, catalog::View view, std::vector<Id> photos) {
    CO_TRY(const auto entries, co_await catalog.get_many(catalog::Kind::photo, photos));
    std::vector<std::pair<catalog::Place, Id>> placed;
    for (std::size_t i = 0; i < photos.size(); ++i) {
        catalog::Place place{std::numeric_limits<std::int64_t>::min(), {}, photos[i]};
        if (entries[i])
            for (const auto& posting : catalog::postings_of({catalog::Kind::photo, photos[i]}, entries[i]->truth).all)
                if (posting.view == view) place = posting.place;
        placed.emplace_back(place, photos[i]);
    }
    std::ranges::sort(placed, std::greater<>(), &std::pair<catalog::Place, Id>::first);
    std::ranges::transform(placed, photos.begin(), &std::pair<catalog::Place, Id>::second);
    co_return photos;
}

/// What tells one choice of a share's photos from another; "" of all.
std::string chosen(const std::vector<Id>& photos) {
    if (photos.empty()) return {};
    Sha256 hash;
    for (const auto& id : photos) hash.update(id.text());
    return " " + hex(hash.finish());
}

/// Photos that come and go make a share another each time.
Task<void> count_for(Gallery& gallery, Id share) {
    std::string name = "archives/" + share.text();
    CO_TRY(const auto counted,
           co_await gallery.stores().catalog.count(std::move(name), kArchivesWindow, kMaxArchivesOfShare));
    if (counted.within) co_return Result<void>();
    Error error{Code::too_many_attempts, "This share's archive was made anew too often within an hour. Go on later."};
    error.retry_after = std::chrono::ceil<std::chrono::seconds>(counted.left);
    co_return fail(std::move(error));
}

}  // namespace

/// Whoever has a link may ask for its archive again and again: each request that finds the share as it was is answered
/// with the same one, and costs little.
Task<Archive> Archives::make(Viewer viewer, ArchiveWish wish) {
    CO_TRY(const auto keeper, keeper_for(viewer));
    if (viewer.share && !wish.scope) co_return share_may_not();
    const auto most = viewer.share ? kMaxChosenOfShare : kMaxArchivePhotos;
    if (wish.photos.size() > most) co_return fail(too_many("photos", most));
    const auto& stores = gallery_.stores();
    std::optional<catalog::View> view;
    if (wish.scope) {
        CO_TRY(view, co_await gallery_.timelines().view_for(viewer, *wish.scope));
    }
    CO_TRY(const auto title, co_await title_for(gallery_, viewer, view));
    std::string source;
    if (viewer.share) {
        CO_TRY(const auto version, co_await stores.catalog.version(*view));
        // Not the day: the same photos are the same file. No version begins with "in order ".
        source = (in_own_order(view) ? "in order " : "") + version + " " + title + chosen(wish.photos);
        CO_TRY(auto before, co_await made_before(keeper, wish.content, source));
        if (before) co_return std::move(*before);
        CO_CHECK(co_await count_for(gallery_, keeper));
    }
    Maker maker(gallery_, std::move(viewer), wish.content);
    CO_CHECK(co_await maker.open());
    if (in_own_order(view)) {
        CO_TRY(const auto timeline, co_await stores.catalog.timeline(*view));
        maker.number(wish.photos.empty() ? timeline.total : wish.photos.size());
        CO_TRY(wish.photos, co_await sorted_in(stores.catalog, *view, std::move(wish.photos)));
    }
    if (!wish.photos.empty()) {
        CO_CHECK(co_await maker.add_named(std::move(wish.photos), !view));
    } else {
        CO_CHECK(co_await maker.add_view(*view));
    }
    if (view && !source.empty()) {
        // What changed meanwhile may be in it or not: nobody is given it again.
        CO_TRY(const auto version, co_await stores.catalog.version(*view));
        if (!source.starts_with(version + " ")) source.clear();
    }
    Archive archive{make_id(stores.clock, stores.random), {}};
    auto filename = filename_for(title, archive.id.made_at());
    CO_TRY(archive.head, co_await maker.keep(prefix_of(keeper, archive.id), std::move(filename), std::move(source)));
    CO_CHECK(co_await let_go(keeper));
    co_return archive;
}

/// Oldest first: their ids are of the order in which they were made.
Task<std::vector<Id>> Archives::all_of(Id keeper) {
    std::set<Id> all;
    const auto folder = folder_of(keeper);
    std::string cursor;
    do {
        CO_TRY(auto page, co_await gallery_.stores().blobs.list(folder, cursor, kArchivesPage));
        for (const auto& item : page.items) {
            const auto name = std::string_view(item.key).substr(folder.size());
            if (const auto id = parse_id(name.substr(0, name.find('/')))) all.insert(*id);
        }
        cursor = std::move(page.next);
    } while (!cursor.empty());
    co_return std::vector<Id>(all.begin(), all.end());
}

Task<std::optional<Archive>> Archives::made_before(Id keeper, ArchiveContent content, std::string source) {
    const auto& stores = gallery_.stores();
    CO_TRY(const auto all, co_await all_of(keeper));
    for (auto id = all.rbegin(); id != all.rend() && stores.clock.now() - id->made_at() < kGivenAgainFor; ++id) {
        const auto text = co_await stores.blobs.get(prefix_of(keeper, *id) + "head");
        if (!text && text.error().kind != ErrorKind::not_found) co_return fail(text.error());
        auto head = text ? decode_archive_head(*text) : Result<ArchiveHead>(no_such_archive());
        if (head && head->content == content && head->source == source)
            co_return std::optional<Archive>(Archive{*id, std::move(*head)});
    }
    co_return std::optional<Archive>();
}

/// Of all but the newest.
Task<void> Archives::let_go(Id keeper) {
    CO_TRY(auto all, co_await all_of(keeper));
    all.resize(all.size() - std::min(all.size(), kMaxArchives));
    co_return co_await let_go_of(keeper, std::move(all));
}

Task<void> Archives::let_go_of(Id keeper, std::vector<Id> archives) {
    if (archives.empty()) co_return Result<void>();
    std::vector<std::string> parts;
    for (const auto& id : archives)
        for (const auto* part : {"head", "list"}) parts.push_back(prefix_of(keeper, id) + part);
    co_return co_await gallery_.stores().blobs.remove(std::move(parts));
}

Task<ArchiveHead> Archives::find(Viewer viewer, Id id) {
    CO_TRY(const auto keeper, keeper_for(viewer));
    const auto age = gallery_.stores().clock.now() - id.made_at();
    if (age > kArchiveFor) co_return no_such_archive();
    auto text = co_await gallery_.stores().blobs.get(prefix_of(keeper, id) + "head");
    if (!text && text.error().kind == ErrorKind::not_found) co_return no_such_archive();
    if (!text) co_return fail(std::move(text).error());
    auto head = decode_archive_head(*text);
    if (!head) {
        log::error("the list of an archive cannot be read", {{"archive", id.text()}, {"why", head.error().message}});
        co_return no_such_archive();
    }
    co_return head;
}

Task<std::shared_ptr<ArchiveReader>> Archives::read(Viewer viewer, Id id, ArchiveHead head, std::uint64_t offset,
                                                    std::uint64_t length) {
    CO_TRY(const auto keeper, keeper_for(viewer));
    const bool again = !head.source.empty();
    auto reader = std::make_shared<ArchiveReader>(gallery_, std::move(viewer), prefix_of(keeper, id), std::move(head),
                                                  offset, length);
    auto right = co_await reader->check();
    if (right) co_return reader;
    // Whoever asks for a new one is not to be given this one again.
    if (again && code_of(right.error()) == Code::archive_outdated) {
        std::vector<Id> one{id};
        const auto gone = co_await let_go_of(keeper, std::move(one));
        if (!gone) log::warn("the list of an archive stays", {{"archive", id.text()}, {"why", gone.error().message}});
    }
    co_return fail(std::move(right).error());
}

}  // namespace cadre::gallery
