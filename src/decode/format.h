// What a file is, by its first bytes alone.
#pragma once

#include <optional>
#include <string_view>

#include "decode/outcome.h"

namespace cadre::decode {

/// The accepted formats; all else never reaches a library.
enum class Format { jpeg, png, webp, gif, tiff, heic, avif };

[[nodiscard]] std::string_view name_of(Format format);

/// Looks at magic bytes; nothing if they are none of ours, or if there are none.
[[nodiscard]] std::optional<Format> format_of(Bytes bytes);

/// Whether a file that calls itself TIFF is a camera's RAW file (DNG, NEF, CR2, ARW and their like), of which libvips
/// would only show the preview: by the DNGVersion tag, Canon's mark, or a first page that is a reduced picture of
/// another one (TIFF 6.0, NewSubfileType).
[[nodiscard]] bool is_raw(Bytes tiff);

}  // namespace cadre::decode
