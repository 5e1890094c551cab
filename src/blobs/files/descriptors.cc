#include "blobs/files/descriptors.h"

namespace cadre::blobs::files {

std::shared_ptr<const Descriptor> Descriptors::find(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->second;
}

void Descriptors::keep(const std::string& key, std::shared_ptr<const Descriptor> descriptor) {
    std::list<Entry> leaving;  // closed after the lock is gone
    const std::lock_guard lock(mutex_);
    if (limit_ == 0) return;
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        const auto entry = found->second;
        by_key_.erase(found);
        leaving.splice(leaving.begin(), by_use_, entry);
    }
    by_use_.emplace_front(key, std::move(descriptor));
    by_key_.emplace(by_use_.front().first, by_use_.begin());
    if (by_key_.size() > limit_) {
        by_key_.erase(by_use_.back().first);
        leaving.splice(leaving.begin(), by_use_, std::prev(by_use_.end()));
    }
}

void Descriptors::forget(const std::string& key) {
    std::list<Entry> leaving;
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    const auto entry = found->second;
    by_key_.erase(found);
    leaving.splice(leaving.begin(), by_use_, entry);
}

}  // namespace cadre::blobs::files
