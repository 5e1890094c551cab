// What a view shows of a photo, and at which place. Pure functions that every driver shares, so that a rebuilt catalog
// is the same as the one that was lost. In which views it stands: views.h.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/taken_at.h"
#include "catalog/entry.h"
#include "catalog/order.h"

namespace cadre::catalog {

/// 0001-01-01T00:00:00 and 9999-12-31T23:59:59 in seconds since 1970: the years that RFC 3339 can write, and the months
/// that have a name.
inline constexpr std::int64_t kEarliest = -62'135'596'800;
inline constexpr std::int64_t kLatest = 253'402'300'799;

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

/// What a view shows of a photo.
struct Row {
    Place place;
    std::string key;       // media key
    std::string taken_at;  // as base/taken_at.h writes it, without the offset of its place; "" where no date is known
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

/// Who may see a photo, and its media key.
struct Access {
    bool everybody = false;
    std::string key;
};
/// Nothing where it has none.
[[nodiscard]] std::optional<Access> access_of(const Truth& photo);

/// {"date", "offset"}: where the photo's date is from; null where nothing says so of the date that it has.
[[nodiscard]] const json::object* origin_of_date(const Truth& photo);
/// Whether a photo without a date stands where its file was modified, and not where it was sent.
[[nodiscard]] bool stands_by_modified(const Truth& photo);

/// Nothing for what no view shows: purged, or without owner or access.
[[nodiscard]] std::optional<Row> row_of(const Id& id, const Truth& photo);

/// 64 bits over all that a row shows. A month's version is the XOR of its rows' digests: independent of order.
[[nodiscard]] std::uint64_t digest_of(const Row& row);

/// width/height in thousandths, 1…100,000: a sum of them is exact in any order.
[[nodiscard]] std::uint32_t aspect_of(const Row& row);

}  // namespace cadre::catalog
