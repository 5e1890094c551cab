// A picture that is refused is a value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "media/protocol.h"

namespace cadre::decode {

using Bytes = std::span<const std::uint8_t>;

struct Refused {
    media::Refusal reason = media::Refusal::damaged;
    std::string detail;  // for the server's log
    int width = 0;       // where it is about them
    int height = 0;
    bool untouched = false;  // no library has looked at the bytes
};

template <class T>
using Outcome = tl::expected<T, Refused>;

[[nodiscard]] inline tl::unexpected<Refused> refuse(media::Refusal reason, std::string detail, int width = 0,
                                                    int height = 0) {
    return tl::unexpected<Refused>(Refused{reason, std::move(detail), width, height, false});
}

}  // namespace cadre::decode
