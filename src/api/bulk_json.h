// What became of each of many photos.
#pragma once

#include <string>
#include <vector>

#include "gallery/photos.h"

namespace cadre::api {

/// {results: [{id, status, code, detail}, …]}; `done` is the status of what was done.
[[nodiscard]] std::string results_json(const std::vector<gallery::BulkResult>& results, int done);

}  // namespace cadre::api
