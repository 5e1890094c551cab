// Numbers out of bytes, never from beyond their end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cadre::media {

using Bytes = std::span<const std::uint8_t>;

/// Big-endian; bytes beyond the end read as 0.
[[nodiscard]] constexpr std::uint32_t big_endian(Bytes bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = (value << 8) | (at + i < bytes.size() ? bytes[at + i] : 0U);
    return value;
}

/// Little-endian; bytes beyond the end read as 0.
[[nodiscard]] constexpr std::uint32_t little_endian(Bytes bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = (value << 8) | (at + i < bytes.size() ? bytes[at + i] : 0U);
    return value;
}

/// Whether `text` stands at `at`.
[[nodiscard]] constexpr bool has_at(Bytes bytes, std::size_t at, std::string_view text) {
    if (bytes.size() < at || bytes.size() - at < text.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (bytes[at + i] != static_cast<std::uint8_t>(text[i])) return false;
    }
    return true;
}

}  // namespace cadre::media
