#include "http/crowd.h"

#include <algorithm>

namespace cadre::http {
namespace {

/// Who has just come, or was answered a moment ago, is about to ask for something.
constexpr std::int64_t kIdleFor = 1'000;  // milliseconds

constexpr std::size_t kMostBeside = 128;

/// An IPv6 address counts by its first 64 bits: who has one has all of them.
std::array<std::uint8_t, 16> key_of(const asio::ip::address& address) {
    if (address.is_v4()) return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
    auto bytes = address.to_v6().to_bytes();
    if (!address.to_v6().is_v4_mapped()) std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return bytes;
}

}  // namespace

Crowd::Crowd(Bounds bounds) : bounds_(bounds), most_beside_(std::clamp<std::size_t>(bounds.all / 8, 1, kMostBeside)) {}

std::size_t Crowd::count_of(const Key& address) const {
    const auto found = by_address_.find(address);
    return found == by_address_.end() ? 0 : found->second;
}

void Crowd::enter(Guest& guest) {
    ++all_;
    ++by_address_[guest.address];
    guest.place = Guest::Place::guest;
}

void Crowd::leave(Guest& guest) {
    --all_;
    const auto counted = by_address_.find(guest.address);
    if (--counted->second == 0) by_address_.erase(counted);
}

template <class Fits>
std::shared_ptr<Guest> Crowd::let_go(std::int64_t now, Fits fits) {
    if (leaving_ >= most_beside_) return nullptr;
    std::shared_ptr<Guest> found;
    std::size_t most = 0;
    std::int64_t longest = 0;
    for (const auto& guest : guests_) {
        if (guest->place != Guest::Place::guest) continue;
        const auto since = guest->idle_since.load(std::memory_order_relaxed);
        if (since == 0 || now - since < kIdleFor || !fits(*guest)) continue;
        const auto count = count_of(guest->address);
        if (count < most || (count == most && now - since <= longest)) continue;
        found = guest;
        most = count;
        longest = now - since;
    }
    if (!found) return nullptr;
    leave(*found);
    ++leaving_;
    found->place = Guest::Place::leaving;
    return found;
}

Crowd::Admission Crowd::admit(const std::shared_ptr<Guest>& guest, const asio::ip::address& address, bool counted,
                              std::int64_t now) {
    const std::lock_guard lock(mutex_);
    guest->address = key_of(address);
    guest->idle_since.store(now, std::memory_order_relaxed);
    const auto own = count_of(guest->address);
    Admission admission{Verdict::welcome};
    bool fits = true;
    if (counted && own >= bounds_.an_address) {
        admission.leaves = let_go(now, [&](const Guest& other) { return other.address == guest->address; });
        fits = admission.leaves != nullptr;
    } else if (all_ >= bounds_.all) {
        // Nobody gives way to an address that has more than its own.
        admission.leaves = let_go(
            now, [&](const Guest& other) { return other.address == guest->address || count_of(other.address) > own; });
        fits = admission.leaves != nullptr;
    }
    if (fits) {
        enter(*guest);
    } else if (told_ < most_beside_) {
        ++told_;
        guest->place = Guest::Place::told;
        admission.verdict = Verdict::told;
    } else {
        admission.verdict = Verdict::turned_away;
        return admission;
    }
    guests_.insert(guest);
    return admission;
}

std::shared_ptr<Guest> Crowd::make_room(std::int64_t now) {
    const std::lock_guard lock(mutex_);
    return let_go(now, [](const Guest&) { return true; });
}

void Crowd::stays(Guest& guest) {
    const std::lock_guard lock(mutex_);
    if (guest.place != Guest::Place::leaving) return;
    --leaving_;
    enter(guest);
}

void Crowd::gone(const std::shared_ptr<Guest>& guest) {
    const std::lock_guard lock(mutex_);
    if (guests_.erase(guest) == 0) return;
    if (guest->place == Guest::Place::guest) leave(*guest);
    if (guest->place == Guest::Place::told) --told_;
    if (guest->place == Guest::Place::leaving) --leaving_;
    guest->place = Guest::Place::none;
}

}  // namespace cadre::http
