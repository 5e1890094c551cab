// In which language somebody wants to be answered.
#pragma once

#include "base/language.h"
#include "http/message.h"

namespace cadre::api {

/// What Accept-Language ("fr-CH, en;q=0.5") prefers; without it English.
[[nodiscard]] Language preferred_language(const http::Request& request);

}  // namespace cadre::api
