// Timelines, and who may read which.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gallery/access.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

/// The scope that `name` ("wall", "mine", "trash", "favourites") means for this viewer.
/// Errors: invalid (no such scope), unauthenticated.
[[nodiscard]] Result<catalog::Scope> scope_for(const Viewer& viewer, std::string_view name);

/// A place as pages of a list name it, opaque to those who hand it back: "<local seconds>.<id>.<rank in hex>" in
/// base64url. Nothing for what cursor_of() did not make.
[[nodiscard]] std::string cursor_of(const catalog::Place& place);
[[nodiscard]] std::optional<catalog::Place> parse_cursor(std::string_view cursor);

class Timelines {
public:
    explicit Timelines(Gallery& gallery) : gallery_(gallery) {}

    Task<std::string> version(catalog::Scope scope);
    Task<catalog::Timeline> timeline(catalog::Scope scope);
    Task<catalog::MonthVersion> month_version(catalog::Scope scope, catalog::Month month);
    /// Errors: not_found for a month without photos.
    Task<catalog::MonthRows> month(catalog::Scope scope, catalog::Month month, std::uint32_t offset,
                                   std::uint32_t limit);
    /// Whole photos, newest first, below the cursor ("" from the top). Errors: invalid cursor.
    Task<catalog::Page<Photo>> list(catalog::Scope scope, std::string cursor, std::uint32_t limit);

private:
    Gallery& gallery_;
};

}  // namespace cadre::gallery
