// Timelines and months, encoded: for their own addresses and for the data in the page.
#pragma once

#include "api/encoded.h"
#include "catalog/rows.h"

namespace cadre::api {

/// A part of a month.
struct Slice {
    catalog::Month month;
    std::uint32_t offset = 0;
    std::uint32_t limit = 1000;
};

Task<Encoded> encoded_timeline(Context& context, catalog::View view, http::Coding coding);
/// A month without photos is an empty one.
Task<Encoded> encoded_month(Context& context, catalog::View view, Slice slice, http::Coding coding);

/// Whether a shared cache of the gallery's own may keep what this request asks for: it carries nothing personal.
[[nodiscard]] bool is_anonymous(const http::Request& request);
/// How long, in seconds: X-Accel-Expires.
inline constexpr std::string_view kSharedFor = "1";

}  // namespace cadre::api
