// JSON that is looked through and let go: its values lie in the caller's memory, which goes as a whole.
#pragma once

#include "base/json.h"

namespace cadre {

/// parse_json(), with all that is read in `memory`. It must outlive the value.
[[nodiscard]] Result<json::value> parse_json_in(json::storage_ptr memory, std::string_view text);

}  // namespace cadre
