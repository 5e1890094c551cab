// The time zone of a position.
#pragma once

#include <functional>
#include <string>

namespace cadre::gallery {

/// By degrees, north and east positive: its IANA name; empty where nobody knows. Called from several threads at once.
using ZoneAt = std::function<std::string(double lat, double lon)>;

}  // namespace cadre::gallery
