#include "cli/export/album_tree.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "base/unicode.h"

namespace cadre::cli {
namespace {

using catalog::Kind;

constexpr std::size_t kPage = 500;

json::array as_json(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

}  // namespace

Task<void> AlbumTree::meet(std::vector<Id> albums) {
    std::set<Id> wanted;
    const auto want = [&](const Id& id) {
        if (!albums_.contains(id)) wanted.insert(id);
    };
    std::ranges::for_each(albums, want);
    while (!wanted.empty()) {
        const std::vector<Id> ids(wanted.begin(), wanted.end());
        wanted.clear();
        CO_TRY(const auto entries, co_await catalog_.get_many(Kind::album, ids));
        for (std::size_t i = 0; i < ids.size(); ++i) {
            auto& album = albums_[ids[i]];
            if (entries[i] && !entries[i]->truth.purged) album = gallery::album_of(ids[i], entries[i]->truth);
        }
        for (const auto& id : ids)
            if (const auto& album = albums_[id]; album && album->parent) want(*album->parent);
    }
    co_return Result<void>();
}

std::optional<AlbumOfPhoto> AlbumTree::at(const Id& album) const {
    AlbumOfPhoto way{album, {}, {}};
    for (auto found = albums_.find(album); found != albums_.end() && found->second;) {
        way.titles.push_back(found->second->title);
        if (!found->second->parent || way.titles.size() == gallery::kMaxAlbumDepth) break;
        found = albums_.find(*found->second->parent);
    }
    if (way.titles.empty()) return std::nullopt;
    std::ranges::reverse(way.titles);
    return way;
}

Task<std::vector<Id>> AlbumTree::seen_by(Id person) {
    std::vector<Id> seen;
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog_.find_all(catalog::Index::albums_of, person.text(), cursor, kPage));
        cursor = std::move(page.next);
        CO_CHECK(co_await meet(page.items));
        std::ranges::copy_if(page.items, std::back_inserter(seen),
                             [&](const Id& id) { return albums_[id].has_value(); });
    } while (!cursor.empty());
    co_return seen;
}

const gallery::Album* AlbumTree::find(const Id& album) const {
    const auto found = albums_.find(album);
    return found == albums_.end() || !found->second ? nullptr : &*found->second;
}

Task<std::vector<Id>> AlbumTree::owned_by(Id person, std::optional<std::set<Id>> only) {
    CO_TRY(auto owned, co_await seen_by(person));
    std::erase_if(owned, [&](const Id& id) { return albums_[id]->owner != person || (only && !only->contains(id)); });
    co_return owned;
}

Task<std::vector<Id>> AlbumTree::named(Id person, std::string title) {
    CO_TRY(auto seen, co_await seen_by(person));
    std::erase_if(
        seen, [&](const Id& id) { return id.text() != title && fold_case(albums_[id]->title) != fold_case(title); });
    co_return seen;
}

Task<std::set<Id>> AlbumTree::with_nested(Id album) {
    std::set<Id> all{album};
    for (std::vector<Id> next{album}; !next.empty();) {
        const Id above = next.back();
        next.pop_back();
        std::string cursor;
        do {
            CO_TRY(auto page, co_await catalog_.find_all(catalog::Index::albums_in, above.text(), cursor, kPage));
            cursor = std::move(page.next);
            CO_CHECK(co_await meet(page.items));
            for (const auto& id : page.items)
                if (albums_[id] && all.insert(id).second) next.push_back(id);
        } while (!cursor.empty());
    }
    co_return all;
}

/// By the album's id; without those whose cover nobody chose, or is gone.
Task<std::map<Id, std::string>> AlbumTree::hashes_of_covers(std::vector<Id> albums) {
    std::map<Id, std::string> hashes;
    std::erase_if(albums, [&](const Id& id) { return !albums_[id]->cover; });
    for (std::size_t begin = 0; begin < albums.size(); begin += kPage) {
        std::vector<Id> covers;
        for (std::size_t i = begin; i < std::min(begin + kPage, albums.size()); ++i)
            covers.push_back(*albums_[albums[i]]->cover);
        CO_TRY(const auto entries, co_await catalog_.get_many(Kind::photo, covers));
        for (std::size_t i = 0; i < covers.size(); ++i)
            if (entries[i] && !entries[i]->truth.purged)
                hashes[albums[begin + i]] = entries[i]->truth.string(catalog::field::kSha256);
    }
    co_return hashes;
}

Task<std::string> AlbumTree::list_of(Id person, std::optional<std::set<Id>> only) {
    CO_TRY(auto owned, co_await owned_by(person, std::move(only)));
    if (owned.empty()) co_return std::string();
    CO_TRY(auto hashes, co_await hashes_of_covers(owned));
    std::ranges::sort(owned, {}, [&](const Id& id) { return std::pair(at(id)->titles.size(), id); });
    json::array albums;
    for (const auto& id : owned) {
        const auto& album = *albums_[id];
        json::object one;
        one["id"] = id.text();
        one["titles"] = as_json(at(id)->titles);
        one["parent"] = album.parent ? json::value(album.parent->text()) : json::value(nullptr);
        one["description"] = album.description;
        one["order"] = text_of(album.order);
        const auto cover = hashes.find(id);
        one["cover"] = cover == hashes.end() ? json::value(nullptr) : json::value(cover->second);
        albums.push_back(std::move(one));
    }
    co_return json::serialize(json::object{{"schema", 1}, {"albums", std::move(albums)}}) + "\n";
}

}  // namespace cadre::cli
