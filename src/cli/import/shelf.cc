#include "cli/import/shelf.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gallery/album.h"

namespace cadre::cli {
namespace {

std::string text_of(const json::object& object, std::string_view name) {
    return std::string(get_string(object, name).value_or(""));
}

tl::unexpected<Error> refused(const Answer& answer) {
    return fail(kind_of_status(answer.status), "An album was not taken: " + answer.detail());
}

/// Of the one photo that was to be put.
Result<void> result_in(const json::object& body) {
    const auto* results = body.if_contains("results");
    const auto* list = results != nullptr ? results->if_array() : nullptr;
    const auto* result = list != nullptr && !list->empty() ? list->front().if_object() : nullptr;
    const auto status = result != nullptr ? get_int(*result, "status").value_or(500) : 500;
    if (status < 400) return {};
    return fail(kind_of_status(static_cast<int>(status)),
                "An album did not take it: " + (result != nullptr ? text_of(*result, "detail") : std::string()));
}

std::string key_of(const SaidAlbum& album) {
    if (!album.id.empty()) return album.id;
    json::array titles;
    for (const auto& title : album.titles) titles.emplace_back(title);
    return json::serialize(titles);
}

}  // namespace

asio::awaitable<void> Shelf::take_turn() {
    while (taken_) (void)co_await free_.async_wait(asio::as_tuple(asio::use_awaitable));
    taken_ = true;
}

void Shelf::end_turn() {
    taken_ = false;
    free_.cancel();
}

Task<void> Shelf::read() {
    if (read_) co_return Result<void>();
    children_.clear();
    std::string cursor;
    do {
        CO_TRY(const auto answer, co_await remote_.albums(cursor));
        const auto* albums = answer.body.if_contains("albums");
        if (answer.status != 200 || albums == nullptr || !albums->is_array()) co_return refused(answer);
        for (const auto& one : albums->get_array()) {
            const auto* album = one.if_object();
            if (album == nullptr || get_string(*album, "role") != "owner") continue;
            const auto* chosen = album->if_contains("cover_chosen");
            const bool covered =
                chosen == nullptr || !chosen->is_bool() || chosen->get_bool();  // an older server does not tell
            children_[{text_of(*album, "parent"), text_of(*album, "title")}].push_back(
                {text_of(*album, "id"), covered});
        }
        cursor = text_of(answer.body, "next");
    } while (!cursor.empty());
    read_ = true;
    co_return Result<void>();
}

Task<std::string> Shelf::make_one(const std::string& parent, const std::string& title, const ListedAlbum* listed) {
    json::object wish{{"title", title}};
    if (!parent.empty()) wish["parent"] = parent;
    if (listed != nullptr && !listed->description.empty()) wish["description"] = listed->description;
    if (listed != nullptr && gallery::parse_album_order(listed->order)) wish["order"] = listed->order;
    CO_TRY(const auto answer, co_await remote_.make_album(std::move(wish)));
    if (answer.status != 201) co_return refused(answer);
    auto id = text_of(answer.body, "id");
    children_[{parent, title}].push_back({id, false});
    co_return id;
}

/// The first of that title, whatever has become it.
Task<std::string> Shelf::child(const std::string& parent, const std::string& title) {
    const auto& there = children_[{parent, title}];
    if (!there.empty()) co_return there.front().id;
    co_return co_await make_one(parent, title, nullptr);
}

Task<Shelf::There*> Shelf::find_now(const SaidAlbum& album, const ListedAlbum* listed) {
    if (const auto known = found_.find(key_of(album)); known != found_.end()) co_return &known->second;
    CO_CHECK(co_await read());
    std::string parent;
    const auto above = listed != nullptr ? found_.find(listed->parent) : found_.end();
    if (above != found_.end()) {
        parent = above->second.id;
    } else {
        for (std::size_t i = 0; i + 1 < album.titles.size(); ++i) {
            CO_TRY(parent, co_await child(parent, album.titles[i]));
        }
    }
    There found;
    bool covered = false;
    for (const auto& [id, chosen] : children_[{parent, album.titles.back()}]) {
        if (!album.id.empty() && claimed_.contains(id)) continue;
        found.id = id;
        covered = chosen;
        break;
    }
    if (found.id.empty()) {
        CO_TRY(found.id, co_await make_one(parent, album.titles.back(), listed));
    }
    // Also of one that is there: an import that was interrupted may have made it, and not come to its cover.
    if (listed != nullptr && !covered) found.cover = listed->cover;
    if (!album.id.empty()) claimed_.insert(found.id);
    co_return &(found_[key_of(album)] = std::move(found));
}

Task<void> Shelf::make(std::vector<ListedAlbum> listed) {
    co_await take_turn();
    for (const auto& one : listed) {
        const auto found = co_await find_now(one.album, &one);
        if (found) continue;
        end_turn();
        co_return fail(found.error());
    }
    end_turn();
    co_return Result<void>();
}

Task<Shelf::There*> Shelf::find(const SaidAlbum& album) {
    co_await take_turn();
    auto found = co_await find_now(album, nullptr);
    end_turn();
    co_return found;
}

Task<void> Shelf::put(SaidAlbum album, std::string photo, std::string hash) {
    CO_TRY(auto* const there, co_await find(album));
    CO_TRY(const auto answer, co_await remote_.put_into_album(there->id, photo, std::move(album.place)));
    if (answer.status != 200) co_return refused(answer);
    CO_CHECK(result_in(answer.body));
    if (there->cover != hash || hash.empty()) co_return Result<void>();
    there->cover.clear();
    CO_TRY(const auto covered, co_await remote_.set_cover(there->id, photo));
    if (covered.status != 200) co_return refused(covered);
    co_return Result<void>();
}

}  // namespace cadre::cli
