// Why a photo failed, as it is stored: a code. What older releases stored is understood.
#pragma once

#include <string>

#include "base/codes.h"
#include "catalog/entry.h"

namespace cadre::gallery {

/// Of a photo that failed. Releases before this one stored a sentence in `failure`, and some of them a word besides, in
/// `failure_code`; what none of them stored is picture_unreadable.
[[nodiscard]] Code failure_of(const catalog::Truth& truth);

/// The code's sentences in English, for who has no catalogue of their own.
[[nodiscard]] std::string sentence_of(Code code);

}  // namespace cadre::gallery
