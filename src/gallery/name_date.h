// The date that a camera, a phone or a program wrote into a file's name.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/taken_at.h"

namespace cadre::gallery {

/// "IMG-20240601-WA0001.jpg" (WhatsApp: a day), "signal-2024-06-01-12-34-56-789.jpg", "PXL_20240601_103355123.jpg"
/// (UTC), "Screenshot 2024-06-01 at 3.04.05 PM.png", "Screenshot from 2024-06-01 12-34-56.png", "20240601_123456.jpg",
/// "mmexport1717200000123.jpg" (milliseconds since 1970), and what is made like these. Nothing where the digits are no
/// date, belong to a longer number, or lie before 1900 or after tomorrow.
[[nodiscard]] std::optional<TakenAt> date_in_name(std::string_view filename, WallTime now);

}  // namespace cadre::gallery
