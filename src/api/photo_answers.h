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
/// The same of several, in their order.
Task<std::vector<std::string>> photo_documents(Call& call, std::vector<gallery::Photo> photos);
/// {photos, next}
Task<std::string> photos_document(Call& call, std::vector<gallery::Photo> photos, std::string next);

/// The answer that has such documents in it: places are named in the language of who asks.
[[nodiscard]] http::Response in_the_askers_words(http::Response response);

/// The id in the path; not_found for what is no id.
[[nodiscard]] Result<Id> photo_id_of(const Call& call);

}  // namespace cadre::api
