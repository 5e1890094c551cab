// Bytes as text: hex, base64 and base64url (RFC 4648).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cadre {

[[nodiscard]] inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Lower case.
[[nodiscard]] std::string hex(std::span<const std::uint8_t> bytes);
/// Nothing if a character is not a hex digit or the length is odd.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

/// RFC 4648 section 4, padded.
[[nodiscard]] std::string base64(std::span<const std::uint8_t> bytes);
/// RFC 4648 section 5, without padding.
[[nodiscard]] std::string base64url(std::span<const std::uint8_t> bytes);
/// Takes either alphabet, padded or not; nothing if it is neither.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace cadre
