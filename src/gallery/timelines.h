// Views, as timelines; and who may read which.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gallery/access.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

/// The view that `scope` means for this viewer: "wall", "mine", … and what else is declared (catalog/families.h). An
/// album's is refused unless the viewer is known to see that album: Timelines::view_for() looks that up. That of a
/// share has its key for a name, and is for the viewer that Shares::visit() made. Errors: not_found (no such scope),
/// unauthenticated.
[[nodiscard]] Result<catalog::View> view_for(const Viewer& viewer, std::string_view scope);
/// By other declarations than the program's.
[[nodiscard]] Result<catalog::View> view_for(const Viewer& viewer, std::string_view scope,
                                             const catalog::Declarations& declared);

/// The channel on which changes of a view are told.
[[nodiscard]] std::string channel_of(const catalog::View& view,
                                     const catalog::Declarations& declared = catalog::declared());

/// A place as pages of a list name it, opaque to those who hand it back: "<local seconds>.<id>" in base64url. Its rank
/// is not in it, since letters and numbers of the file's name are in that, which is its owner's alone; cursors of
/// releases before had it. Nothing for what cursor_of() did not make.
[[nodiscard]] std::string cursor_of(const catalog::Place& place);
[[nodiscard]] std::optional<catalog::Place> parse_cursor(std::string_view cursor);

class Timelines {
public:
    explicit Timelines(Gallery& gallery) : gallery_(gallery) {}

    /// As the function of this name, by what the catalog knows of members.
    Task<catalog::View> view_for(Viewer viewer, std::string scope);

    Task<std::string> version(catalog::View view);
    Task<catalog::Timeline> timeline(catalog::View view);
    Task<catalog::MonthVersion> month_version(catalog::View view, catalog::Month month);
    /// Errors: not_found for a month without photos.
    Task<catalog::MonthRows> month(catalog::View view, catalog::Month month, std::uint32_t offset, std::uint32_t limit);
    /// Whole photos, newest first, below the cursor ("" from the top). Errors: invalid cursor.
    Task<catalog::Page<Photo>> list(catalog::View view, std::string cursor, std::uint32_t limit);
    /// The tags of a person's photos that are not in the trash, each with how many have it: Catalog::words().
    Task<catalog::Page<catalog::Word>> tags(Id person, std::string after, std::size_t limit);

private:
    Task<catalog::Rank> rank_at(catalog::View view, catalog::Place place);

    Gallery& gallery_;
};

}  // namespace cadre::gallery
