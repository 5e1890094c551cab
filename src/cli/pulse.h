// A sign of life of processes that listen nowhere: a file whose age says when the process last did what it should.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "worker/runner.h"

namespace cadre::cli {

/// Older than this, and whoever waits for it may be killed: six beats missed.
inline constexpr std::chrono::seconds kPulseLasts{30};

/// Touches the file every five seconds, on the runner's thread, so that it ages when that thread hangs.
[[nodiscard]] worker::Chore pulse(std::string file);
/// How long ago it was touched. Errors: it is not there.
[[nodiscard]] Result<std::chrono::seconds> pulse_age(const std::string& file);

}  // namespace cadre::cli
