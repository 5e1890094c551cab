#include "media/dear.h"

namespace cadre::media {

void Dear::note(const std::string& owner, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    std::erase_if(until_, [now](const auto& one) { return one.second <= now; });
    until_[owner] = now + kFor;
}

bool Dear::holds(const std::string& owner, Clock::time_point now) const {
    const std::lock_guard lock(mutex_);
    const auto found = until_.find(owner);
    return found != until_.end() && now < found->second;
}

}  // namespace cadre::media
