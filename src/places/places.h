// Names for positions: the town, its region and its country, of the towns of GeoNames with at least 1,000 people; and
// the time zone there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"

namespace cadre::places {

/// Where a photo was taken, in words. A region may be unknown: then it is empty.
struct Place {
    std::string_view name;
    std::string_view region;
    std::string_view country;
    std::string_view country_code;  // ISO 3166-1 alpha-2, as "FR"
};

/// Each once in its list.
struct Names {
    std::vector<std::string> english, french;  // of the town and the region
    std::vector<std::string> countries;        // in both languages, and its code
    std::int64_t town = 0;                     // Places::town() knows it by this
};

/// Safe to ask from several threads at once. What it answers points into it.
class Places {
public:
    /// Reads what tools/places made, in some 35 ms, and holds 9 MB. Blocks. Errors: a sentence for a file that is not
    /// there or is none of its kind.
    [[nodiscard]] static Result<std::unique_ptr<const Places>> load(const std::filesystem::path& file);
    ~Places();

    /// The town whose people would say that they live there, at most 50 km away; degrees, north and east positive.
    [[nodiscard]] std::optional<Place> at(double lat, double lon, Language language) const;

    /// What it is called in every language: for those who look for it.
    [[nodiscard]] Names names_at(double lat, double lon) const;

    /// The town of which names_at() gave this number. It is made of the town's position: one that a newer file has no
    /// more is answered with what is there now.
    [[nodiscard]] std::optional<Place> town(std::int64_t number, Language language) const;

    /// The IANA name of the time zone there; empty at sea and where nobody knows. Cells are some 10 km wide where zones
    /// meet: of the people of the earth 3 in 1,000 live in one that is another zone's.
    [[nodiscard]] std::string_view zone_at(double lat, double lon) const;

private:
    struct Index;
    explicit Places(std::unique_ptr<Index> index);
    std::unique_ptr<Index> index_;
};

}  // namespace cadre::places
