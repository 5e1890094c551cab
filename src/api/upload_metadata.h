// Upload-Metadata of tus: names and values in base64.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cadre::api {

/// "filename d29ybGQ=,is_draft". Errors: invalid.
[[nodiscard]] Result<std::map<std::string, std::string, std::less<>>> parse_upload_metadata(std::string_view text);

}  // namespace cadre::api
