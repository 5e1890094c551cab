// Who one is, as GET /api/v1/me, a log-in and the page's first data say it.
#pragma once

#include <string>

#include "gallery/access.h"

namespace cadre::api {

/// {user, setup_needed, version}
[[nodiscard]] std::string me_json(const std::optional<gallery::User>& user, bool setup_needed,
                                  std::string_view version);

}  // namespace cadre::api
