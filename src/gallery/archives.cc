#include "gallery/archives.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/encoding.h"
#include "base/log.h"
#include "gallery/albums.h"
#include "gallery/archive_contents.h"
#include "gallery/scratch.h"
#include "gallery/timelines.h"
#include "gallery/zip_names.h"

namespace cadre::gallery {
namespace {

constexpr std::uint32_t kPage = 500;
constexpr std::size_t kListPage = 1000;
/// For what has to be read once; then whoever asked asks again.
constexpr std::chrono::seconds kMakeFor{20};

std::string folder_of(const Id& owner) { return fmt::format("archives/{}/", owner.text()); }
std::string prefix_of(const Id& owner, const Id& id) { return fmt::format("{}{}/", folder_of(owner), id.text()); }

Error too_many(std::string_view field) {
    Error error{Code::invalid_fields, "These are too many photos for one archive."};
    error.fields.push_back({std::string(field), fmt::format("An archive has at most {} photos.", kMaxArchivePhotos)});
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

    Task<void> add_view(catalog::View view) {
        auto& catalog = gallery_.stores().catalog;
        std::optional<catalog::Place> after;
        for (;;) {
            CO_TRY(const auto rows, co_await catalog.newest(view, after, kPage));
            std::vector<Id> ids;
            for (const auto& row : rows) ids.push_back(row.place.id);
            CO_CHECK(co_await add(std::move(ids), false));
            if (writer_.count() > kMaxArchivePhotos) co_return fail(too_many("scope"));
            if (rows.size() < kPage) co_return Result<void>();
            after = rows.back().place;
        }
    }

    Task<void> add_named(std::vector<Id> photos) {
        std::set<Id> seen;
        std::erase_if(photos, [&](const Id& id) { return !seen.insert(id).second; });
        for (std::size_t begin = 0; begin < photos.size(); begin += kPage) {
            const auto from = photos.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto count = std::min<std::size_t>(kPage, photos.size() - begin);
            std::vector<Id> page(from, from + static_cast<std::ptrdiff_t>(count));
            CO_CHECK(co_await add(std::move(page), true));
        }
        co_return Result<void>();
    }

    /// Stores it; the head last, which says that all of it is there.
    Task<ArchiveHead> keep(std::string prefix, std::string filename) {
        if (writer_.count() == 0)
            co_return fail(Code::archive_empty, "None of these photos can be put into this archive.");
        auto head = writer_.finish();
        head.filename = std::move(filename);
        CO_CHECK(co_await write());
        std::vector<blobs::Put> puts;
        puts.push_back({prefix + "list", blobs::FileRange{file_.get(), 0, written_}});
        puts.push_back({prefix + "head", encode(head)});
        CO_CHECK(co_await gallery_.stores().blobs.put(std::move(puts)));
        co_return head;
    }

    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

private:
    Task<void> add(std::vector<Id> ids, bool named) {
        const auto asked = ids.size();
        CO_TRY(auto found, co_await contents_.of(std::move(ids), named));
        left_out_ += asked - found.size();
        for (auto& item : found) {
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
    ArchiveListWriter writer_;
    UniqueFd file_;
    std::uint64_t written_ = 0;
    std::uint64_t left_out_ = 0;
};

/// After an album or a tag, else after the day.
Task<std::string> filename_for(Gallery& gallery, Viewer viewer, std::optional<catalog::View> view) {
    std::string name;
    if (view && view->family == catalog::Family::album) {
        std::vector<Id> album{view->of};
        CO_TRY(const auto names, co_await gallery.albums().names(std::move(viewer), std::move(album)));
        if (const auto found = names.find(view->of); found != names.end()) name = found->second.title;
    } else if (view && view->family == catalog::Family::tag) {
        name = view->word;
    }
    std::ranges::replace(name, '/', '_');
    std::ranges::replace(name, '\\', '_');
    if (name = safe_name(name); name.empty()) name = "photos-" + rfc3339(gallery.stores().clock.now()).substr(0, 10);
    co_return safe_name(name + ".zip");
}

}  // namespace

Task<Archive> Archives::make(Viewer viewer, ArchiveWish wish) {
    CO_TRY(const auto user, require_user(viewer));
    if (wish.photos.size() > kMaxArchivePhotos) co_return fail(too_many("photos"));
    const auto& stores = gallery_.stores();
    std::optional<catalog::View> view;
    if (wish.scope) {
        CO_TRY(view, co_await gallery_.timelines().view_for(viewer, *wish.scope));
    }
    CO_TRY(auto filename, co_await filename_for(gallery_, viewer, view));
    Maker maker(gallery_, std::move(viewer), wish.content);
    CO_CHECK(co_await maker.open());
    if (view) {
        CO_CHECK(co_await maker.add_view(*view));
    } else {
        CO_CHECK(co_await maker.add_named(std::move(wish.photos)));
    }
    Archive archive{make_id(stores.clock, stores.random), {}, maker.left_out(), stores.clock.now() + kArchiveFor};
    CO_TRY(archive.head, co_await maker.keep(prefix_of(user.id, archive.id), std::move(filename)));
    CO_CHECK(co_await let_go(user.id));
    co_return archive;
}

/// Of all but the newest. Their ids are of the order in which they were made.
Task<void> Archives::let_go(Id owner) {
    std::map<std::string, std::vector<std::string>> archives;
    const auto folder = folder_of(owner);
    std::string cursor;
    do {
        CO_TRY(auto page, co_await gallery_.stores().blobs.list(folder, cursor, kListPage));
        for (auto& item : page.items) {
            const auto id = item.key.substr(folder.size(), item.key.find('/', folder.size()) - folder.size());
            archives[id].push_back(std::move(item.key));
        }
        cursor = std::move(page.next);
    } while (!cursor.empty());
    std::vector<std::string> old;
    for (; archives.size() > kMaxArchives; archives.erase(archives.begin()))
        std::ranges::move(archives.begin()->second, std::back_inserter(old));
    if (old.empty()) co_return Result<void>();
    co_return co_await gallery_.stores().blobs.remove(std::move(old));
}

Task<ArchiveHead> Archives::find(Viewer viewer, Id id) {
    CO_TRY(const auto user, require_user(viewer));
    const auto age = gallery_.stores().clock.now() - id.made_at();
    if (age > kArchiveFor) co_return no_such_archive();
    auto text = co_await gallery_.stores().blobs.get(prefix_of(user.id, id) + "head");
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
    CO_TRY(const auto user, require_user(viewer));
    auto reader = std::make_shared<ArchiveReader>(gallery_, std::move(viewer), prefix_of(user.id, id), std::move(head),
                                                  offset, length);
    CO_CHECK(co_await reader->check());
    co_return reader;
}

}  // namespace cadre::gallery
