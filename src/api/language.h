// The languages that people can be answered in.
#pragma once

#include "http/message.h"

namespace cadre::api {

enum class Language { en, fr };

/// Which of them Accept-Language ("fr-CH, en;q=0.5") prefers; without it English.
[[nodiscard]] Language preferred_language(const http::Request& request);

}  // namespace cadre::api
