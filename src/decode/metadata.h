// EXIF, IPTC and XMP, by Exiv2, from the bytes.
#pragma once

#include "base/clock.h"
#include "decode/picture.h"
#include "media/metadata.h"

namespace cadre::decode {

/// Once, before the sandbox: Exiv2's own tables, and silence.
void start_exiv2();

/// What the file says, cleaned. Broken metadata is no error: what can't be read or is absurd is left out. `now` tells
/// which dates lie in the future.
[[nodiscard]] media::Metadata read_metadata(const Picture& picture, WallTime now);

}  // namespace cadre::decode
