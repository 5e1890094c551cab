// The checksum of a piece of an upload, as tus names them. SHA-1 is there because tus asks for it: it guards against
// damage on the way, and against nobody.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

struct evp_md_ctx_st;

namespace cadre::gallery {

/// Of Tus-Checksum-Algorithm.
inline constexpr std::string_view kChecksums = "sha1,sha256";

/// Not thread-safe.
class PieceChecksum {
public:
    /// "sha1 <base64>", as in Upload-Checksum. Errors: invalid.
    [[nodiscard]] static Result<PieceChecksum> expecting(std::string_view text);

    void update(std::span<const std::uint8_t> bytes);
    /// Whether all that was given has the checksum; the object is spent.
    [[nodiscard]] bool matches();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    using Context = std::unique_ptr<evp_md_ctx_st, Free>;
    PieceChecksum(Context context, std::vector<std::uint8_t> expected);

    Context context_;
    std::vector<std::uint8_t> expected_;
};

}  // namespace cadre::gallery
