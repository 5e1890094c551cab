// What the server and cadre-decode say to each other over a SOCK_SEQPACKET pair. A request is this struct, with the
// descriptors it names by SCM_RIGHTS; an answer is one message of JSON:
//   probe    {"format", "width", "height", "progressive", "incomplete", "metadata": {…}}
//   derive   {"width", "height", "incomplete", "thumbhash": base64, "pixels": base64url, "phash": 16 hex digits
//            or absent, "variants": [{"width", "height"} × 4]}
//   about    {"about": the libraries and their versions}
//   either   {"refused": one of kRefusals, "detail": text for the log, "width", "height", "untouched": whether no
//   library
//             had looked at it}
// Both ends come from one build, so that the struct needs no versions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cadre::media {

/// The descriptor at which cadre-decode finds its end of the pair.
inline constexpr int kDecoderSocket = 3;

/// How cadre-decode ends when the kernel refuses it one of its walls.
inline constexpr int kExitNoSandbox = 3;

/// Longest answer, in bytes; cadre-decode drops keywords to stay below it.
inline constexpr std::size_t kMaxAnswer = 96 * 1024;

/// Bounds of text, in bytes of UTF-8.
inline constexpr std::size_t kMaxName = 200;  // make, model, lens
inline constexpr std::size_t kMaxTitle = 1000;
inline constexpr std::size_t kMaxCaption = 10'000;
inline constexpr std::size_t kMaxKeyword = 200;
inline constexpr std::size_t kMaxKeywords = 200;
inline constexpr std::size_t kMaxDetail = 1000;
inline constexpr std::size_t kMaxAbout = 300;

/// A digest of pixels, in bytes.
inline constexpr std::size_t kPixelsDigest = 16;

/// Longest edge that any accepted format can have.
inline constexpr std::int64_t kMaxEdge = 10'000'000;

enum class Operation : std::uint32_t {
    probe = 1,   // one descriptor: the picture
    derive = 2,  // five: the picture, then one for each of kVariantSizes
    about = 3,   // none
};

struct Request {
    Operation operation = Operation::probe;
    std::uint32_t cpu_seconds = 0;
    std::int64_t max_pixels = 0;
    std::int64_t max_progressive_pixels = 0;
    std::uint32_t rotation = 0;  // derive: degrees clockwise from upright, 0, 90, 180 or 270
};

/// Why a picture is refused.
enum class Refusal {
    unsupported,
    raw,
    truncated,
    damaged,
    too_many_pixels,
    too_many_progressive_pixels,
    memory,
    too_dear,    // small, but so built that reading it takes very long
    overloaded,  // the system gave the decoder no thread
    library,     // the libraries of this server can't read it, and nothing says that it is damaged
};
inline constexpr std::array<std::string_view, 10> kRefusals = {
    "unsupported", "raw",      "truncated",  "damaged", "too_many_pixels", "too_many_progressive_pixels",
    "memory",      "too_dear", "overloaded", "library",
};
[[nodiscard]] constexpr std::string_view name_of(Refusal refusal) {
    return kRefusals[static_cast<std::size_t>(refusal)];
}

}  // namespace cadre::media
