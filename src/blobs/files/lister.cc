#include "blobs/files/lister.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include "blobs/files/errors.h"

namespace cadre::blobs::files {

/// One page under way.
struct Lister::Walk {
    Prefix prefix;
    std::optional<Place> after;  // what the page before ended with
    std::size_t limit = 1;
    Listing page;

    [[nodiscard]] bool full() const { return page.items.size() > limit; }
};

Result<Listing> Lister::list(const std::string& prefix, const std::string& cursor, std::size_t limit) {
    Walk walk{{}, {}, limit, {}};
    TRY(walk.prefix, parse_prefix(prefix));
    if (!cursor.empty()) {
        TRY(walk.after, place_of(cursor));
    }
    std::vector<std::string> kinds{walk.prefix.kind};
    if (walk.prefix.kind.empty()) {
        TRY(kinds, names("", true));
    }
    for (const auto& kind : kinds) {
        if (walk.full()) break;
        if (walk.after && kind < walk.after->kind) continue;
        CHECK_RESULT(walk_kind(walk, kind));
    }
    if (walk.full()) {  // one more than asked for shows that there is a next page
        walk.page.items.pop_back();
        walk.page.next = walk.page.items.back().key;
    }
    return std::move(walk.page);
}

Result<void> Lister::walk_kind(Walk& walk, const std::string& kind) {
    const auto* after = walk.after && walk.after->kind == kind ? &*walk.after : nullptr;
    std::vector<std::string> shards{walk.prefix.shard};
    if (walk.prefix.shard.empty()) {
        TRY(shards, names(kind, true));
    }
    for (const auto& shard : shards) {
        if (walk.full()) break;
        if (after != nullptr && shard < after->shard) continue;
        CHECK_RESULT(walk_shard(walk, kind, shard));
    }
    return {};
}

Result<void> Lister::walk_shard(Walk& walk, const std::string& kind, const std::string& shard) {
    const auto* after = walk.after && walk.after->kind == kind && walk.after->shard == shard ? &*walk.after : nullptr;
    std::vector<std::string> ids{walk.prefix.id};
    if (walk.prefix.id.empty()) {
        TRY(ids, names(kind + "/" + shard, true));
    }
    for (const auto& id : ids) {
        if (walk.full()) break;
        if (after != nullptr && id < after->id) continue;
        CHECK_RESULT(walk_id(walk, {kind, shard, id, {}}));
    }
    return {};
}

Result<void> Lister::walk_id(Walk& walk, Place place) {
    const bool resumes = walk.after && walk.after->folder() == place.folder();
    const std::shared_lock guard(folders_.guard(place));
    TRY(const auto found, names(place.folder(), false));
    for (const auto& name : found) {
        if (walk.full()) break;
        if (!name.starts_with(walk.prefix.name) || (resumes && name <= walk.after->name)) continue;
        place.name = name;
        auto key = key_at(place);
        if (!key) continue;  // not ours
        const auto status = layer_.status(folders_.path(place));
        if (!status && status.error() == ENOENT) continue;
        if (!status) return refuse(status.error(), "looking at a file");
        walk.page.items.push_back({std::move(*key), status->size, status->modified});
    }
    return {};
}

Result<std::vector<std::string>> Lister::names(const std::string& folder, bool folders) {
    auto found = layer_.list(folders_.path(folder));
    if (!found && (found.error() == ENOENT || found.error() == ENOTDIR)) return std::vector<std::string>();
    if (!found) return refuse(found.error(), "listing a folder");
    std::vector<std::string> names;
    names.reserve(found->size());
    for (auto& name : *found)
        if (name.folder == folders && name.name != kScratch) names.push_back(std::move(name.name));
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace cadre::blobs::files
