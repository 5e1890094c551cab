#include "find/alike.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace cadre::find {
namespace {

using Place = std::uint32_t;

constexpr int kHashParts = 4, kPartBits = 16;
constexpr std::size_t kPartValues = std::size_t{1} << kPartBits;
static_assert(kNearBits < 2 * kHashParts, "of so many bits one part has one at most");
constexpr double kAspects = 0.06;  // by how much width / height may differ: of it, as a part

std::uint16_t part_of(std::uint64_t hash, int part) { return static_cast<std::uint16_t>(hash >> (part * kPartBits)); }

std::uint64_t area(const Look& look) { return std::uint64_t{look.width} * look.height; }

int differing_bits(const Look& a, const Look& b) { return std::popcount(a.phash ^ b.phash); }

bool same_pixels(const Look& a, const Look& b) {
    return a.pixels == b.pixels && a.width == b.width && a.height == b.height;
}

/// Whether both have the same form: a crop changes it, and so does what has nothing to do with the other.
bool same_form(const Look& a, const Look& b) {
    const double one = static_cast<double>(a.width) * b.height, other = static_cast<double>(b.width) * a.height;
    return std::abs(one - other) <= kAspects * std::max(one, other);
}

/// One camera took them a moment apart: they show different moments, however alike they are.
bool takes(const Look& a, const Look& b) {
    return a.camera != 0 && a.camera == b.camera && a.taken != 0 && b.taken != 0 && a.taken != b.taken &&
           std::abs(a.taken - b.taken) <= kBurstGap;
}

bool look_alike(const Look& a, const Look& b) {
    return differing_bits(a, b) <= kNearBits && same_form(a, b) && !takes(a, b);
}

/// Some of the looks, to be asked which of them has nearly this hash. Buckets by each part of the hash, in the order
/// in which they were given.
class Index {
public:
    Index(std::span<const Look> looks, const std::vector<Place>& places) : hashes_(places.size()) {
        for (std::size_t i = 0; i < places.size(); ++i) hashes_[i] = looks[places[i]].phash;
        for (int part = 0; part < kHashParts; ++part) fill(tables_[static_cast<std::size_t>(part)], part);
    }

    /// Calls `found` with the numbers above `from` (of the places that were given) whose hash is near to that of
    /// `from`, some of them more than once. Returns how many were compared.
    template <class Found>
    std::uint64_t near(Place from, Found found) const {
        std::uint64_t compared = 0;
        const auto hash = hashes_[from];
        for (int part = 0; part < kHashParts; ++part) {
            const auto& table = tables_[static_cast<std::size_t>(part)];
            const auto value = part_of(hash, part);
            const auto look = [&](std::uint16_t at) {
                const auto* end = table.members.data() + table.begins[at + std::size_t{1}];
                const auto* member = std::upper_bound(table.members.data() + table.begins[at], end, from);
                compared += static_cast<std::uint64_t>(end - member);
                for (; member != end; ++member)
                    if (std::popcount(hashes_[*member] ^ hash) <= kNearBits) found(*member);
            };
            look(value);
            for (int bit = 0; bit < kPartBits; ++bit) look(static_cast<std::uint16_t>(value ^ (1U << bit)));
        }
        return compared;
    }

private:
    struct Table {
        std::vector<std::uint32_t> begins;  // of each value's members
        std::vector<Place> members;
    };
    void fill(Table& table, int part) const {
        table.begins.assign(kPartValues + 1, 0);
        for (const auto hash : hashes_) ++table.begins[part_of(hash, part) + std::size_t{1}];
        std::partial_sum(table.begins.begin(), table.begins.end(), table.begins.begin());
        auto next = table.begins;
        table.members.resize(hashes_.size());
        for (std::size_t i = 0; i < hashes_.size(); ++i)
            table.members[next[part_of(hashes_[i], part)]++] = static_cast<Place>(i);
    }

    std::vector<std::uint64_t> hashes_;
    std::array<Table, kHashParts> tables_;
};

/// Who leads each look's group: itself, where it is alone or leads.
class Groups {
public:
    explicit Groups(std::span<const Look> looks) : looks_(looks), leader_(looks.size()) {
        std::iota(leader_.begin(), leader_.end(), Place{0});
    }

    void join_equal() {
        std::vector<Place> places(looks_.size());
        std::iota(places.begin(), places.end(), Place{0});
        const auto key = [&](Place place) {
            const auto& look = looks_[place];
            return std::tuple(look.pixels, look.width, look.height, place);
        };
        std::ranges::sort(places, {}, key);
        for (std::size_t i = 1; i < places.size(); ++i)
            if (same_pixels(looks_[places[i - 1]], looks_[places[i]])) leader_[places[i]] = leader_[places[i - 1]];
    }

    /// The largest lead: what was made smaller or cropped is near to them.
    void join_near() {
        std::vector<Place> places;
        for (Place place = 0; place < looks_.size(); ++place)
            if (leads(place) && looks_[place].phash != 0) places.push_back(place);
        // Of one size in their own order. (std::stable_sort calls what clang's library has deprecated.)
        std::ranges::sort(
            places, [&](Place a, Place b) { return std::pair(area(looks_[b]), a) < std::pair(area(looks_[a]), b); });
        const Index index(looks_, places);
        std::uint64_t compared = 0;
        for (Place i = 0; i < places.size() && compared < kMostCompared; ++i) {
            const auto leader = places[i];
            if (!leads(leader)) continue;
            compared += index.near(i, [&](Place other) {
                const auto place = places[other];
                if (leads(place) && look_alike(looks_[leader], looks_[place])) leader_[place] = leader;
            });
        }
    }

    /// Groups of all that were joined. Each look was joined to a leader at most twice: to the one of equal pixels, and
    /// that one to another.
    [[nodiscard]] std::vector<AlikeGroup> joined() const {
        std::map<Place, AlikeGroup> groups;
        for (Place place = 0; place < looks_.size(); ++place) {
            const auto leader = leader_[leader_[place]];
            if (leader == place) continue;
            auto& group = groups[leader];
            group.members.push_back(place);
            if (!same_pixels(looks_[leader], looks_[place])) group.kind = AlikeKind::near;
        }
        std::vector<AlikeGroup> all;
        for (auto& [leader, group] : groups) {
            group.members.push_back(leader);
            add(all, std::move(group));
        }
        return all;
    }

    /// Takes of those that lead: a copy of a take is no take of its own.
    void add_bursts(std::vector<AlikeGroup>& all) const {
        std::vector<Place> places;
        for (Place place = 0; place < looks_.size(); ++place)
            if (const auto& look = looks_[place];
                leads(place) && look.phash != 0 && look.camera != 0 && look.taken != 0)
                places.push_back(place);
        std::ranges::sort(places, {},
                          [&](Place place) { return std::tuple(looks_[place].camera, looks_[place].taken, place); });
        AlikeGroup burst{AlikeKind::burst, {}};
        for (const auto place : places) {
            if (!burst.members.empty() && !goes_on(burst, place)) {
                add(all, std::move(burst));
                burst = {AlikeKind::burst, {}};
            }
            burst.members.push_back(place);
        }
        add(all, std::move(burst));
    }

private:
    [[nodiscard]] bool leads(Place place) const { return leader_[place] == place; }

    [[nodiscard]] bool goes_on(const AlikeGroup& burst, Place place) const {
        const auto &first = looks_[burst.members.front()], &last = looks_[burst.members.back()], &next = looks_[place];
        return first.camera == next.camera && next.taken - last.taken <= kBurstGap && same_form(first, next) &&
               differing_bits(first, next) <= kBurstBits;
    }

    static void add(std::vector<AlikeGroup>& all, AlikeGroup group) {
        std::ranges::sort(group.members);
        for (std::size_t i = 0; i + 1 < group.members.size(); i += kMostAlike) {
            const auto from = group.members.begin() + static_cast<std::ptrdiff_t>(i);
            const auto count = std::min(kMostAlike, group.members.size() - i);
            all.push_back({group.kind, {from, from + static_cast<std::ptrdiff_t>(count)}});
        }
    }

    std::span<const Look> looks_;
    std::vector<Place> leader_;
};

}  // namespace

std::vector<AlikeGroup> groups_of(std::span<const Look> looks) {
    Groups groups(looks);
    groups.join_equal();
    groups.join_near();
    auto all = groups.joined();
    groups.add_bursts(all);
    return all;
}

}  // namespace cadre::find
