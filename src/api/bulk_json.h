// What became of each of many photos.
#pragma once

#include <string>
#include <vector>

#include "api/json_writer.h"
#include "gallery/photos.h"

namespace cadre::api {

/// [{id, status, code, detail}, …]
void write_results(JsonWriter& out, const std::vector<gallery::BulkResult>& results, int done);
/// {results: [{id, status, code, detail}, …]}; `done` is the status of what was done.
[[nodiscard]] std::string results_json(const std::vector<gallery::BulkResult>& results, int done);

}  // namespace cadre::api
