// How dates are asked to change, in a change of one photo and of many.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/input.h"
#include "gallery/photo.h"

namespace cadre::api {

/// `taken_at` of many photos, each its own; empty where all get the same.
using Dates = std::vector<std::optional<std::string>>;

/// Reads taken_at, taken_precision, taken_from, shift_taken_at, time_zone, keep and camera_time_zone. `dates`: taken_at
/// may be a list; null: it may not.
void read_dates(Fields& fields, gallery::PhotoChange& change, Dates* dates = nullptr);

}  // namespace cadre::api
