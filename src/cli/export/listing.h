// All photos of a person, from the newest, some at a time.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "catalog/catalog.h"

namespace cadre::cli {

/// Reads several views as one; what stands in several of them comes once. Holds a page of each. What moves from one to
/// another meanwhile may come twice, and is not missed. The catalog outlives it.
class Listing {
public:
    Listing(catalog::Catalog& catalog, const std::vector<catalog::View>& views);

    /// The next rows; none when there are no more.
    Task<std::vector<catalog::Row>> next();

private:
    struct Source {
        catalog::View view;
        std::deque<catalog::Row> rows;
        std::optional<catalog::Place> after;
        bool ended = false;
    };
    /// The one whose next row stands highest; null if none has one.
    Source* highest();

    catalog::Catalog& catalog_;
    std::vector<Source> sources_;
    std::optional<catalog::Place> last_;  // that was given
};

/// The views that together hold each photo of a person once; those in the trash if `trash`.
[[nodiscard]] std::vector<catalog::View> views_of(const Id& person, bool trash);

}  // namespace cadre::cli
