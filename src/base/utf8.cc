#include "base/utf8.h"

#include <cstdint>

namespace cadre {
std::optional<CodePoint> first_code_point(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return CodePoint{first, 1};
    const std::size_t size = first >= 0xf0 && first < 0xf5   ? 4
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xc2 && first < 0xe0 ? 2
                                                             : 0;
    if (size == 0 || text.size() < size) return std::nullopt;
    char32_t value = first & (0xffu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
        value = (value << 6) | (byte(i) & 0x3fu);
    }
    const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value < 0xe000;
    if (overlong || surrogate || value > 0x10ffff) return std::nullopt;
    return CodePoint{value, size};
}

std::string to_utf8(char32_t c) {
    const auto tail = [c](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xc0 | (c >> 6)), tail(0)};
    if (c >= 0xd800 && c <= 0xdfff) return {};
    if (c < 0x10000) return {static_cast<char>(0xe0 | (c >> 12)), tail(6), tail(0)};
    if (c <= 0x10ffff) return {static_cast<char>(0xf0 | (c >> 18)), tail(12), tail(6), tail(0)};
    return {};
}

std::optional<std::size_t> utf8_length(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const auto first = first_code_point(text);
        if (!first) return std::nullopt;
        text.remove_prefix(first->bytes);
        ++count;
    }
    return count;
}

bool has_control(std::string_view utf8, bool allow_line_feeds) {
    while (!utf8.empty()) {
        const auto first = first_code_point(utf8);
        if (!first) return true;
        const auto c = first->value;
        const bool line = c == '\n' || c == '\r' || c == '\t';
        if ((c < 0x20 && !(line && allow_line_feeds)) || (c >= 0x7f && c < 0xa0)) return true;
        utf8.remove_prefix(first->bytes);
    }
    return false;
}

std::string_view cut_utf8(std::string_view utf8, std::size_t bytes) {
    if (utf8.size() <= bytes) return utf8;
    while (bytes > 0 && (static_cast<std::uint8_t>(utf8[bytes]) & 0xc0) == 0x80) --bytes;
    return utf8.substr(0, bytes);
}

}  // namespace cadre
