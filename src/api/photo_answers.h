// Photos as documents, with their owners' names.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/call.h"
#include "api/photo_json.h"

namespace cadre::api {

/// The document of one photo, as the call's viewer may see it.
Task<std::string> photo_document(Call& call, gallery::Photo photo, bool duplicate = false);
/// {photos, next}
Task<std::string> photos_document(Call& call, std::vector<gallery::Photo> photos, std::string next);

/// The id in the path; not_found for what is no id.
[[nodiscard]] Result<Id> photo_id_of(const Call& call);

}  // namespace cadre::api
