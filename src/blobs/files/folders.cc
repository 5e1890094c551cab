#include "blobs/files/folders.h"

#include <cerrno>
#include <functional>
#include <vector>

namespace cadre::blobs::files {
namespace {

std::string parent_of(const std::string& folder) {
    const auto slash = folder.rfind('/');
    return slash == std::string::npos ? std::string() : folder.substr(0, slash);
}

}  // namespace

std::string Folders::path(const std::string& folder) const { return folder.empty() ? root_ : root_ + "/" + folder; }

std::string Folders::path(const Place& place) const { return root_ + "/" + place.folder() + "/" + place.name; }

std::shared_mutex& Folders::guard(const Place& place) {
    return guards_[std::hash<std::string>{}(place.kind + "/" + place.id) % guards_.size()];
}

Outcome<void> Folders::make(const Place& place) { return make(place.folder()); }

Outcome<void> Folders::make(const std::string& folder) {
    // From the bottom up: mostly only the last is missing, and a parent must be marked only if it gains one.
    const auto parent = parent_of(folder);
    const Making making(*this, parent);
    auto made = layer_.make_folder(path(folder));
    if (!made && made.error() == ENOENT && !parent.empty()) {
        if (auto above = make(parent); !above) return above;
        made = layer_.make_folder(path(folder));
    }
    if (!made && made.error() == EEXIST) return {};
    return made;
}

Outcome<void> Folders::prune(const Place& place) {
    auto removed = layer_.remove_folder(path(place.folder()));
    if (!removed && (removed.error() == ENOTEMPTY || removed.error() == EEXIST || removed.error() == ENOENT)) return {};
    return removed;
}

Folders::Making::Making(Folders& folders, const std::string& parent) : folders_(folders), parent_(parent) {
    const std::lock_guard lock(folders_.mutex_);
    ++folders_.gained_[parent_].making;
}

Folders::Making::~Making() {
    const std::lock_guard lock(folders_.mutex_);
    auto& gain = folders_.gained_[parent_];
    --gain.making;
    gain.number = ++folders_.gains_;
}

Outcome<void> Folders::sync(const Place& place) {
    std::vector<std::string> folders{place.folder()};  // children before their parents
    {
        const std::lock_guard lock(mutex_);
        for (const auto& parent : {place.kind + "/" + place.shard, place.kind, std::string()})
            if (gained_.contains(parent)) folders.push_back(parent);
    }
    for (const auto& folder : folders)
        if (auto synced = sync(folder); !synced) return synced;
    return {};
}

Outcome<void> Folders::sync(const std::string& folder) {
    std::uint64_t covered = 0;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = gained_.find(folder); found != gained_.end()) covered = found->second.number;
    }
    auto synced = layer_.sync_folder(path(folder));
    if (!synced && synced.error() == ENOENT) return {};  // pruned: what was put was removed meanwhile
    if (!synced) return synced;
    const std::lock_guard lock(mutex_);
    const auto found = gained_.find(folder);
    if (found != gained_.end() && found->second.making == 0 && found->second.number == covered) gained_.erase(found);
    return {};
}

}  // namespace cadre::blobs::files
