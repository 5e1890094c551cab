// How a photo stands in the index: which timelines show it, where, and with what. Pure functions that every driver
// shares, so that a rebuilt catalog is the same as the one that was lost.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/taken_at.h"
#include "catalog/entry.h"
#include "catalog/order.h"

namespace cadre::catalog {

/// A timeline: everybody's wall, or one person's photos, trash or favourites.
struct Scope {
    enum class Name { wall, mine, trash, favourites };
    Name name = Name::wall;
    Id owner{};  // all zero for the wall
    auto operator<=>(const Scope&) const = default;
};

struct Month {
    int year = 1970;
    int month = 1;
    auto operator<=>(const Month&) const = default;
    /// "2024-05"
    [[nodiscard]] std::string text() const;
};
[[nodiscard]] std::optional<Month> parse_month(std::string_view text);

/// A photo's place: local seconds, then its rank among those of the same second, then id. Timelines run from the
/// largest to the smallest.
struct Place {
    std::int64_t at = 0;  // seconds since 1970 on the photo's own clock
    Rank rank{};
    Id id;
    auto operator<=>(const Place&) const = default;
};
[[nodiscard]] Month month_of(const Place& place);

/// What a timeline shows of a photo.
struct Row {
    Place place;
    std::string key;       // media key
    std::string taken_at;  // as base/taken_at.h writes it, "" where no date is known
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::string thumbhash;  // base64, "" until ready
    std::string title;
    bool favourite = false;
    std::string state;  // "processing", "ready", "failed"
    bool operator==(const Row&) const = default;
};

/// How a person turned a photo, clockwise from upright: 0, 90, 180 or 270 degrees.
[[nodiscard]] int rotation_of(const Truth& photo);
/// For which rotation its derived facts were made.
[[nodiscard]] int turned_of(const Truth& photo);

/// Nothing for what no timeline shows: purged, or without owner or access.
[[nodiscard]] std::optional<Row> row_of(const Id& id, const Truth& photo);

/// The timelines that show it: wall (public, ready, not in the trash); mine (not in the trash); trash; favourites.
[[nodiscard]] std::vector<Scope> scopes_of(const Truth& photo);

/// 64 bits over all that a row shows. A month's version is the XOR of its rows' digests: independent of order.
[[nodiscard]] std::uint64_t digest_of(const Row& row);

/// width/height in thousandths, 1…100,000: a sum of them is exact in any order.
[[nodiscard]] std::uint32_t aspect_of(const Row& row);

/// Look-ups beside the timelines. The numbers are stored.
enum class Index {
    photo_by_hash,  // key_of_hash(owner, sha256)
    photo_by_key,   // current media key
    user_by_name,   // fold_name(name)
    token_by_hash,  // SHA-256 of the token, hex
    tokens_of,      // user's id
};
/// Grows when lookups_of() gives another answer for users and tokens that are there already: then a driver, or
/// gallery::Accounts::tell_again(), enters them anew.
inline constexpr int kLookupsVersion = 3;
[[nodiscard]] std::vector<std::pair<Index, std::string>> lookups_of(const Ref& ref, const Truth& truth);
[[nodiscard]] std::string key_of_hash(const Id& owner, std::string_view sha256_hex);
/// Names that fold to the same are the same name: see fold_case().
[[nodiscard]] std::string fold_name(std::string_view name);

}  // namespace cadre::catalog
