// One request, one answer.
#pragma once

#include <string>

#include "base/clock.h"
#include "decode/channel.h"
#include "decode/outcome.h"
#include "decode/picture.h"

namespace cadre::decode {

/// Does what the request asks, writes the derivatives to its outputs, and says in JSON (media/protocol.h) what came
/// out. Nothing that a picture does to the libraries goes further than here, short of the process's end.
[[nodiscard]] std::string answer(const Job& job, const Clock& clock);

}  // namespace cadre::decode
