// What photos are alike by.
#include <algorithm>

#include "find/sqlite/lookup.h"
#include "find/sqlite/table.h"

namespace cadre::find::sqlite {

std::int64_t Lookup::person(const Id& id) {
    Query found(database_, "SELECT number FROM person WHERE id = ?", id);
    return found.step() ? found.integer(0) : 0;
}

void Lookup::looks(std::int64_t person, std::vector<Id>& ids, std::vector<Look>& looks) {
    std::vector<std::pair<Id, Look>> all;
    Query rows(database_,
               "SELECT photo.id, pixels, phash, taken, camera, width, height "
               "FROM look JOIN photo ON photo.row = look.row WHERE look.owner = ?",
               person);
    while (rows.step()) all.emplace_back(rows.id(0), read_look(rows, 1));
    std::ranges::sort(all, {}, [](const auto& one) { return one.first; });
    ids.reserve(all.size());
    looks.reserve(all.size());
    for (const auto& [id, look] : all) {
        ids.push_back(id);
        looks.push_back(look);
    }
}

std::vector<std::vector<Id>> Lookup::same_pixels(const Id& owner, const std::vector<std::uint64_t>& pixels) {
    const auto number = person(owner);
    std::vector<std::vector<Id>> found;
    for (const auto digest : pixels) {
        Query rows(database_,
                   "SELECT photo.id FROM look JOIN photo ON photo.row = look.row WHERE look.owner = ? AND pixels = ?",
                   number, digest);
        auto& ids = found.emplace_back();
        while (rows.step()) ids.push_back(rows.id(0));
        std::ranges::sort(ids);
        if (ids.size() > kMostAlike) ids.resize(kMostAlike);
    }
    return found;
}

}  // namespace cadre::find::sqlite
