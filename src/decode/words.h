// What people wrote into a picture: title, caption, keywords, rating.
#pragma once

#include "decode/tags.h"
#include "media/metadata.h"

namespace cadre::decode {

/// Fills these four. `metadata` has the camera's make and model already.
void read_words(const Tags& tags, media::Metadata& metadata);

}  // namespace cadre::decode
