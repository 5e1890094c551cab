// What `cadre export` writes into sidecars and no other program has a name for: docs/reference/sidecars.md.
#pragma once

#include "cli/import/packet.h"
#include "cli/import/sidecar.h"

namespace cadre::cli {

/// Whether the sidecar says all there is to say of a photo. Not one of a later form, of which only what is common
/// counts.
[[nodiscard]] bool is_own(const xmp::Packet& packet);

/// Takes what it says over what was read as other programs' sidecars are. The packet's text is as it was written, with
/// all its spaces.
void read_own(const xmp::Packet& packet, Said& said);

}  // namespace cadre::cli
