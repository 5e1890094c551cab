#include "base/utf8.h"

#include <cstdint>

namespace cadre {
namespace {

struct Decoded {
    std::uint32_t code_point = 0;
    std::size_t size = 0;  // bytes; 0 if this is not UTF-8
};

Decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return {first, 1};
    const std::size_t size = first >= 0xf0 && first < 0xf5   ? 4
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xc2 && first < 0xe0 ? 2
                                                             : 0;
    if (size == 0 || text.size() < size) return {};
    std::uint32_t value = first & (0xffu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        value = (value << 6) | (byte(i) & 0x3f);
    }
    const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value < 0xe000;
    if (overlong || surrogate || value > 0x10ffff) return {};
    return {value, size};
}

}  // namespace

std::optional<std::size_t> utf8_length(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const auto decoded = decode(text);
        if (decoded.size == 0) return std::nullopt;
        text.remove_prefix(decoded.size);
        ++count;
    }
    return count;
}

bool has_control(std::string_view utf8, bool allow_line_feeds) {
    while (!utf8.empty()) {
        const auto decoded = decode(utf8);
        if (decoded.size == 0) return true;
        const auto c = decoded.code_point;
        const bool line = c == '\n' || c == '\r' || c == '\t';
        if ((c < 0x20 && !(line && allow_line_feeds)) || (c >= 0x7f && c < 0xa0)) return true;
        utf8.remove_prefix(decoded.size);
    }
    return false;
}

std::string_view cut_utf8(std::string_view utf8, std::size_t bytes) {
    if (utf8.size() <= bytes) return utf8;
    while (bytes > 0 && (static_cast<std::uint8_t>(utf8[bytes]) & 0xc0) == 0x80) --bytes;
    return utf8.substr(0, bytes);
}

}  // namespace cadre
