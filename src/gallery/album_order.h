// An album's own order: at which points photos stand that somebody moves between others. What such a point is:
// catalog/sequence.h.
#pragma once

#include <optional>
#include <vector>

#include "catalog/sequence.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

/// Where photos are to go.
struct AlbumSpot {
    enum class Side { before, after, beginning, end };
    Side side = Side::beginning;
    Id photo;  // of before and after: next to which
};

/// A photo, and the point at which it stands or is to stand.
struct Placed {
    Id photo;
    catalog::Point point;
    bool operator==(const Placed&) const = default;
};

/// What stands on both sides of a spot, nearest first, without what is to go there.
struct Around {
    std::vector<Placed> before, behind;
    bool first = true, last = true;          // nothing stands beyond what is named here
    std::optional<catalog::Point> lowest{};  // of what is to go there, as it stands now
};

/// The points at which `photos` stand between the two sides, in this order. Where none are left there, as between two
/// of a burst, some of the nearest get others as well: those stand before and behind `photos` in the answer. Nothing
/// where more has to be known of what stands around.
[[nodiscard]] std::optional<std::vector<Placed>> place_between(const std::vector<Id>& photos, const Around& around);

/// The same, from what the catalog shows of the album. Errors: invalid (the photo next to which they are to go does not
/// stand in the album, or is to move itself), unavailable (the order changes all the time).
Task<std::vector<Placed>> plan_move(catalog::Catalog& catalog, Id album, std::vector<Id> photos, AlbumSpot spot);

}  // namespace cadre::gallery
