// Which entries of the catalog no blob knows, without holding the ids and without asking for each: the ids of a listing
// and those of the catalog's scan are summed up in some thousands of sums, and only where these differ is anything
// asked.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog.h"

namespace cadre::gallery {

/// What is younger than this when a listing begins may be known to one of listing and scan only: it is left out. So far
/// may clocks of machines differ.
inline constexpr std::chrono::minutes kYoung{10};

/// Whether an id was made at `before` or later. One of a far future was not: some clock was wrong when it was made.
[[nodiscard]] inline bool is_young(const Id& id, WallTime before) {
    const auto made = id.made_at();
    return made >= before && made <= before + std::chrono::days(2);
}

/// Sums of ids, 32 KiB. Two sets of ids have the same sums only if they are equal (or by an accident of 2^-60).
class Tally {
public:
    Tally() : sums_(std::make_unique<Sums>()) {}
    void add(const Id& id) { sum_of(id) += value_of(id); }
    void take(const Id& id) { sum_of(id) -= value_of(id); }
    /// Whether as much was taken as was added where this id is summed up.
    [[nodiscard]] bool even(const Id& id) { return sum_of(id) == 0; }
    [[nodiscard]] bool even() const;

private:
    static constexpr std::size_t kSums = 4096;
    using Sums = std::array<std::uint64_t, kSums>;
    static std::uint64_t value_of(const Id& id);
    std::uint64_t& sum_of(const Id& id);

    std::unique_ptr<Sums> sums_;
};

/// Scans the entries of a kind for those that a listing may not have shown. Not thread-safe.
class Leftovers {
public:
    /// `shown` has every id that the listing showed and that was made before `before`; younger ones are left out.
    Leftovers(catalog::Catalog& catalog, catalog::Kind kind, Tally shown, WallTime before)
        : catalog_(&catalog), kind_(kind), tally_(std::move(shown)), before_(before) {}

    /// Of the next page of the scan those that may be known to no blob: the caller looks.
    Task<std::vector<catalog::Ref>> next();
    [[nodiscard]] bool done() const { return done_; }

private:
    catalog::Catalog* catalog_;
    catalog::Kind kind_;
    Tally tally_;
    WallTime before_;
    std::string cursor_;
    bool summed_ = false;  // the first scan is through; a second one names what differs
    bool done_ = false;
};

}  // namespace cadre::gallery
