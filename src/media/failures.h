// Why a picture could not be read, as words that never change; and the errors where no decoder says it: its decoder
// ended, or took too long.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace cadre::media {

/// The word of an error of Decoders, which its detail begins with; empty if it has none. Refusals have their names
/// (protocol.h).
[[nodiscard]] std::string_view code_of(const Error& error);
/// "memory: out of memory"
[[nodiscard]] std::string with_code(std::string_view code, std::string_view detail);

inline constexpr std::string_view kBrokeOff = "crashed";      // it took its decoder down with it
inline constexpr std::string_view kTookTooLong = "time";      // it wanted more time than one photo may have
inline constexpr std::string_view kKilled = "interrupted";    // somebody killed the decoder: try again
inline constexpr std::string_view kNoSandbox = "no_sandbox";  // no decoder can run here

[[nodiscard]] Error broke_off(std::string detail);
[[nodiscard]] Error took_too_long(std::string detail);
[[nodiscard]] Error killed(std::string detail);
[[nodiscard]] Error no_sandbox(std::string detail);
/// What an errno says where the process has run out of descriptors or memory: it passes. Throws for any other.
[[nodiscard]] Error short_of_means(int error, const char* what);
/// A probe that had too little of the processor.
[[nodiscard]] Error too_busy();

}  // namespace cadre::media
