#include "api/answer_cache.h"

#include <utility>

namespace cadre::api {
namespace {
/// What an entry costs beside its texts: list node, hash node, control block; roughly.
constexpr std::size_t kOverhead = 256;
}  // namespace

AnswerCache::Body AnswerCache::get(const std::string& name, std::string_view version) {
    const std::lock_guard lock(mutex_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end() || found->second->version != version) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->body;
}

void AnswerCache::put(const std::string& name, std::string version, Body body) {
    const std::size_t bytes = kOverhead + name.size() + version.size() + body->size();
    const std::lock_guard lock(mutex_);
    if (const auto found = by_name_.find(name); found != by_name_.end()) drop(found->second);
    if (bytes > max_bytes_ / 8) return;
    while (bytes_ + bytes > max_bytes_) drop(std::prev(entries_.end()));
    entries_.push_front({name, std::move(version), std::move(body), bytes});
    by_name_.emplace(entries_.front().name, entries_.begin());
    bytes_ += bytes;
}

std::size_t AnswerCache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

void AnswerCache::drop(Entries::iterator entry) {
    bytes_ -= entry->bytes;
    by_name_.erase(entry->name);
    entries_.erase(entry);
}

}  // namespace cadre::api
