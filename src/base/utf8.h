// Whether text that people wrote is text, character by character.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cadre {

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 0;  // 1…4, that it takes in UTF-8
};

/// The first character; nothing if there is none, or the text does not begin with UTF-8 (RFC 3629).
[[nodiscard]] std::optional<CodePoint> first_code_point(std::string_view text);

/// A code point as UTF-8; "" for surrogates and what lies above U+10FFFF.
[[nodiscard]] std::string to_utf8(char32_t code_point);

/// The number of code points, or nothing if the bytes are not UTF-8 (RFC 3629).
[[nodiscard]] std::optional<std::size_t> utf8_length(std::string_view text);

/// Whether it has a control character (C0, DEL, C1); line feeds and tabs may be allowed.
[[nodiscard]] bool has_control(std::string_view utf8, bool allow_line_feeds);

/// What is left of `utf8` when it is cut to at most `bytes` bytes between two characters.
[[nodiscard]] std::string_view cut_utf8(std::string_view utf8, std::size_t bytes);

}  // namespace cadre
