#include "media/text.h"

#include <optional>

namespace cadre::media {
namespace {

/// Reads the code point at `at` and moves past it; nothing if it is malformed, overlong or a surrogate.
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    if (first < 0x80) {
        ++at;
        return first;
    }
    std::size_t length = 0;
    char32_t value = 0;
    char32_t smallest = 0;
    if (first >= 0xc2 && first <= 0xdf) {
        length = 2, value = first & 0x1fU, smallest = 0x80;
    } else if (first >= 0xe0 && first <= 0xef) {
        length = 3, value = first & 0x0fU, smallest = 0x800;
    } else if (first >= 0xf0 && first <= 0xf4) {
        length = 4, value = first & 0x07U, smallest = 0x10000;
    } else {
        return std::nullopt;
    }
    if (text.size() - at < length) return std::nullopt;
    for (std::size_t i = 1; i < length; ++i) {
        const unsigned char next = byte(at + i);
        if ((next & 0xc0U) != 0x80) return std::nullopt;
        value = (value << 6) | (next & 0x3fU);
    }
    if (value < smallest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return std::nullopt;
    at += length;
    return value;
}

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (!next_code_point(text, at)) return false;
    }
    return true;
}

std::string from_latin1(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) text += utf8(static_cast<unsigned char>(c));
    return text;
}

/// C0, C1, DEL; marks and overrides of direction, which could make a title read as something else; U+FEFF; line and
/// paragraph separators; non-characters.
bool is_unfit(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

}  // namespace

std::string utf8(char32_t c) {
    const auto tail = [c](int shift) { return static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xc0 | (c >> 6)), tail(0)};
    if (c >= 0xd800 && c <= 0xdfff) return {};
    if (c < 0x10000) return {static_cast<char>(0xe0 | (c >> 12)), tail(6), tail(0)};
    if (c <= 0x10ffff) return {static_cast<char>(0xf0 | (c >> 18)), tail(12), tail(6), tail(0)};
    return {};
}

std::string clean_text(std::string_view bytes, std::size_t max_bytes, LineBreaks line_breaks) {
    const std::string latin1 = is_utf8(bytes) ? std::string() : from_latin1(bytes);
    const std::string_view text = latin1.empty() ? bytes : std::string_view(latin1);
    std::string clean;
    bool space = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = at;
        const char32_t c = *next_code_point(text, at);
        if (c == '\n' && line_breaks == LineBreaks::keep) {
            if (!clean.empty() && clean.size() < max_bytes) clean += '\n';
            space = false;
            continue;
        }
        if (c == ' ' || is_unfit(c)) {
            space = true;
            continue;
        }
        const bool gap = space && !clean.empty() && clean.back() != '\n';
        if (clean.size() + (gap ? 1 : 0) + (at - start) > max_bytes) break;
        if (gap) clean += ' ';
        clean.append(text.substr(start, at - start));
        space = false;
    }
    while (!clean.empty() && clean.back() == '\n') clean.pop_back();
    return clean;
}

}  // namespace cadre::media
