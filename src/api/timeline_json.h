// The library by month, as the contract shows it.
#pragma once

#include <string>

#include "api/json_writer.h"
#include "catalog/catalog.h"

namespace cadre::api {

/// {version, total, months: [{month, count, days: [[day, count, sum of width/height], …]}]}
[[nodiscard]] std::string timeline_json(const catalog::Timeline& timeline);

/// The columns of these photos, as members of the object that is open.
void write_columns(JsonWriter& out, const std::vector<catalog::Row>& rows, bool favourites);

/// The columns of a month, the first of which is its photo number `offset`. `favourites`: whether they tell what its
/// owner marked as one.
[[nodiscard]] std::string month_json(const catalog::MonthRows& month, std::uint32_t offset, bool favourites);

/// A month's layout: what a page needs to draw all of its photos as empty tiles, one byte of each kind a photo.
struct Layout {
    std::string aspects, days;
    void add(const catalog::Row& row);
};
[[nodiscard]] std::string layout_json(const catalog::MonthVersion& month, const Layout& layout);

}  // namespace cadre::api
