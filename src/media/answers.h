// Reads what a decoder answered. A decoder has read hostile bytes and may be theirs by now: nothing that it says is
// believed before it was checked here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "media/decoders.h"
#include "media/protocol.h"

namespace cadre::media {

/// A picture's refusal by its decoder, as the caller is told it. `limits` are named in the sentence.
[[nodiscard]] Error refusal_error(Refusal refusal, std::int64_t width, std::int64_t height, const Limits& limits,
                                  std::string detail);

[[nodiscard]] Result<std::string> read_about(std::string_view answer);

/// Whether the answer is a refusal that came before any library had looked at the bytes.
[[nodiscard]] bool is_untouched(std::string_view answer);

/// Whether the decoder that refused so can go on.
[[nodiscard]] bool is_sound(const Error& error);

/// A refusal, well formed, is an Error of kind unsupported or unprocessable. What is not well formed at all is one of
/// kind internal: then the decoder can't be trusted with anything more.
[[nodiscard]] Result<Probe> read_probe(std::string_view answer, const Limits& limits);

/// A derive answer without its files.
struct DerivedFacts {
    struct Size {
        int width = 0;
        int height = 0;
    };
    int width = 0;
    int height = 0;
    bool incomplete = false;
    std::string thumbhash;
    std::string pixels;
    std::optional<std::uint64_t> phash;
    std::array<Size, std::size(kVariantSizes)> variants{};
};

/// As read_probe. The variants' sizes are those that the photo's own size gives, within a pixel of rounding.
[[nodiscard]] Result<DerivedFacts> read_derived(std::string_view answer, const Limits& limits);

}  // namespace cadre::media
