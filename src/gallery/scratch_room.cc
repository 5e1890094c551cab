#include "gallery/scratch_room.h"

#include <algorithm>

namespace cadre::gallery {
namespace {

constexpr std::chrono::seconds kRetryAfter{5};

tl::unexpected<Error> busy(const char* sentence) {
    Error error{ErrorKind::unavailable, sentence};
    error.retry_after = kRetryAfter;
    return fail(std::move(error));
}

}  // namespace

Result<void> ScratchRoom::Part::grow(std::uint64_t bytes) {
    const std::lock_guard lock(room_.mutex_);
    const auto free = room_.limit_ - room_.taken_;
    if (bytes > free) return busy("Too many uploads are under way. Try again in a moment.");
    const auto known = room_.by_person_.find(person_);
    const auto held = known == room_.by_person_.end() ? 0 : known->second;
    const bool first = held == 0 && room_.limit_ / 2 < room_.largest_;
    if (!first && held + bytes > free - bytes)
        return busy("You have too many uploads under way at once. Try again when one of them has ended.");
    room_.by_person_[person_] = held + bytes;
    room_.taken_ += bytes;
    room_.awaited_ += bytes;
    reserved_ += bytes;
    return {};
}

void ScratchRoom::Part::wrote(std::uint64_t bytes) {
    const std::lock_guard lock(room_.mutex_);
    written_ += bytes;
    room_.awaited_ -= bytes;
}

ScratchRoom::Part::~Part() {
    const std::lock_guard lock(room_.mutex_);
    room_.taken_ -= reserved_;
    room_.awaited_ -= reserved_ - written_;
    const auto known = room_.by_person_.find(person_);
    if (known == room_.by_person_.end()) return;
    known->second -= reserved_;
    if (known->second == 0) room_.by_person_.erase(known);
}

std::uint64_t ScratchRoom::step() const {
    return std::min(std::clamp(limit_ / 64, std::uint64_t{64} << 10, std::uint64_t{16} << 20), largest_);
}

std::uint64_t ScratchRoom::awaited() const {
    const std::lock_guard lock(mutex_);
    return awaited_;
}

}  // namespace cadre::gallery
