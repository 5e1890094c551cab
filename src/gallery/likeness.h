// What a photo is like: derived facts by which its look-alikes are found (find/alike.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "catalog/entry.h"
#include "media/decoders.h"

namespace cadre::gallery {

struct Likeness {
    std::string pixels;                  // a digest, base64url: the same for files that differ in metadata alone
    std::optional<std::uint64_t> phash;  // nothing for what is flat
};

/// The value of catalog::field::kLikeness.
[[nodiscard]] json::value likeness_fact(const media::Derived& derived);
/// Whether a release that knows of it has made the photo's derivatives.
[[nodiscard]] bool has_likeness(const catalog::Truth& truth);
/// Nothing where that is not known, or cannot be read.
[[nodiscard]] std::optional<Likeness> likeness_of(const catalog::Truth& truth);
/// The first 64 bits of such a digest.
[[nodiscard]] std::uint64_t short_digest_of(std::string_view pixels);

}  // namespace cadre::gallery
