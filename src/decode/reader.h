// Numbers out of bytes, never from beyond their end.
#pragma once

#include "decode/outcome.h"
#include "media/reader.h"

namespace cadre::decode {

using media::big_endian;
using media::has_at;
using media::little_endian;

}  // namespace cadre::decode
