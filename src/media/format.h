// What a file is, by its first bytes alone. All that the server itself reads of a picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace cadre::media {

/// The accepted formats; all else never reaches a library, nor a decoder.
enum class Format { jpeg, png, webp, gif, tiff, heic, avif };

[[nodiscard]] std::string_view name_of(Format format);

/// So many bytes are enough.
inline constexpr std::size_t kMagic = 256;

/// Looks at magic bytes; nothing if they are none of ours, or if there are none.
[[nodiscard]] std::optional<Format> format_of(std::span<const std::uint8_t> bytes);

}  // namespace cadre::media
