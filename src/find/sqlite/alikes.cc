#include "find/sqlite/alikes.h"

#include <algorithm>
#include <tuple>

namespace cadre::find::sqlite {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostKept = 32;  // persons
/// What took longer is answered for so many times as long, whatever changes: somebody who adds photos all the time and
/// looks at the look-alikes costs a twentieth of one core.
constexpr auto kLong = 1s;
constexpr int kTimesAsLong = 20;

/// The photo that came last, and the kind: a photo stands in one group of a kind.
auto order_of(const AlikePhotos& group) { return std::pair(group.ids.back(), group.kind); }

std::string cursor_of(const AlikePhotos& group) {
    return std::to_string(static_cast<int>(group.kind)) + group.ids.back().text();
}

std::optional<std::pair<Id, AlikeKind>> parse_cursor(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '2') return std::nullopt;
    const auto id = parse_id(text.substr(1));
    if (!id) return std::nullopt;
    return std::pair(*id, static_cast<AlikeKind>(text.front() - '0'));
}

std::vector<AlikePhotos> make_groups(const std::vector<Id>& ids, const std::vector<Look>& looks) {
    std::vector<AlikePhotos> groups;
    for (const auto& group : groups_of(looks)) {
        AlikePhotos photos{group.kind, {}};
        for (const auto member : group.members) photos.ids.push_back(ids[member]);
        groups.push_back(std::move(photos));
    }
    std::ranges::sort(groups, std::greater<>(), order_of);
    return groups;
}

}  // namespace

void Alikes::forget() {
    const std::lock_guard lock(mutex_);
    ++era_;
    made_.clear();
    last_change_.clear();
}

void Alikes::touched(const std::vector<std::int64_t>& persons) {
    if (persons.empty()) return;
    const std::lock_guard lock(mutex_);
    ++change_;
    for (const auto person : persons) last_change_[person] = change_;
}

std::shared_ptr<const Alikes::Made> Alikes::kept(std::int64_t person) {
    const auto found = made_.find(person);
    if (found == made_.end()) return nullptr;
    const auto& made = *found->second;
    const auto changed = last_change_.find(person);
    const bool outdated = changed != last_change_.end() && changed->second > made.change;
    const bool dear = made.took > kLong && std::chrono::steady_clock::now() - made.at < made.took * kTimesAsLong;
    return outdated && !dear ? nullptr : found->second;
}

void Alikes::keep(std::int64_t person, std::uint64_t era, std::shared_ptr<const Made> made) {
    const std::lock_guard lock(mutex_);
    if (era != era_) return;
    made_[person] = std::move(made);
    if (made_.size() <= kMostKept) return;
    made_.erase(std::ranges::min_element(made_, {}, [](const auto& one) { return one.second->at; }));
}

std::shared_ptr<const Alikes::Made> Alikes::groups(Lookup& lookup, const Id& owner) {
    const auto begun = std::chrono::steady_clock::now();
    const auto person = lookup.person(owner);
    auto made = std::make_shared<Made>();
    std::uint64_t era = 0;
    {
        const std::lock_guard lock(mutex_);
        if (auto known = kept(person)) return known;
        era = era_;
        made->change = change_;  // before the looks are read: what changes meanwhile is read again
    }
    std::vector<Id> ids;
    std::vector<Look> looks;
    lookup.looks(person, ids, looks);
    made->groups = make_groups(ids, looks);
    made->at = std::chrono::steady_clock::now();
    made->took = made->at - begun;
    keep(person, era, made);
    return made;
}

Result<AlikePage> Alikes::page(Lookup& lookup, const AlikeWish& wish) {
    const auto after = parse_cursor(wish.cursor);
    if (!after && !wish.cursor.empty())
        return fail(ErrorKind::invalid, "This cursor was not given out by this server.");
    const auto made = groups(lookup, wish.owner);
    AlikePage page;
    for (const auto& group : made->groups) {
        if (after && order_of(group) >= *after) continue;
        if (std::ranges::find(wish.kinds, group.kind) == wish.kinds.end()) continue;
        if (page.groups.size() == wish.limit) {
            page.next = cursor_of(page.groups.back());
            break;
        }
        page.groups.push_back(group);
    }
    return page;
}

std::vector<AlikePhotos> Alikes::of(Lookup& lookup, const Id& owner, const Id& photo) {
    const auto made = groups(lookup, owner);
    std::vector<AlikePhotos> found;
    for (const auto& group : made->groups)
        if (std::ranges::binary_search(group.ids, photo)) found.push_back(group);
    return found;
}

}  // namespace cadre::find::sqlite
