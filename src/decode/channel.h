// cadre-decode's end of the socket (media/protocol.h).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "media/protocol.h"

namespace cadre::decode {

struct Job {
    media::Request request;
    UniqueFd picture;
    std::vector<UniqueFd> outputs;
};

/// Whether a socket stands at kDecoderSocket; lets a wait there end after so many seconds.
[[nodiscard]] bool open_channel(long idle_seconds);

/// Waits for the next request. Nothing when the server has gone or had nothing to ask for a while.
[[nodiscard]] std::optional<Job> next_job();

void send_answer(std::string_view answer);

}  // namespace cadre::decode
