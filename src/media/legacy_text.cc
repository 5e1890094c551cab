#include "media/legacy_text.h"

#include <array>
#include <cstdint>
#include <string>

#include "base/utf8.h"

namespace cadre::media {
namespace {

using Upper = std::array<char16_t, 128>;  // of the bytes 0x80 … 0xff; 0: no character

constexpr Upper kWindows1252 = {
    0x20ac, 0x0000, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152,
    0x0000, 0x017d, 0x0000, 0x0000, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
    0x0161, 0x203a, 0x0153, 0x0000, 0x017e, 0x0178, 0x00a0, 0x00a1, 0x00a2, 0x00a3, 0x00a4, 0x00a5, 0x00a6,
    0x00a7, 0x00a8, 0x00a9, 0x00aa, 0x00ab, 0x00ac, 0x00ad, 0x00ae, 0x00af, 0x00b0, 0x00b1, 0x00b2, 0x00b3,
    0x00b4, 0x00b5, 0x00b6, 0x00b7, 0x00b8, 0x00b9, 0x00ba, 0x00bb, 0x00bc, 0x00bd, 0x00be, 0x00bf, 0x00c0,
    0x00c1, 0x00c2, 0x00c3, 0x00c4, 0x00c5, 0x00c6, 0x00c7, 0x00c8, 0x00c9, 0x00ca, 0x00cb, 0x00cc, 0x00cd,
    0x00ce, 0x00cf, 0x00d0, 0x00d1, 0x00d2, 0x00d3, 0x00d4, 0x00d5, 0x00d6, 0x00d7, 0x00d8, 0x00d9, 0x00da,
    0x00db, 0x00dc, 0x00dd, 0x00de, 0x00df, 0x00e0, 0x00e1, 0x00e2, 0x00e3, 0x00e4, 0x00e5, 0x00e6, 0x00e7,
    0x00e8, 0x00e9, 0x00ea, 0x00eb, 0x00ec, 0x00ed, 0x00ee, 0x00ef, 0x00f0, 0x00f1, 0x00f2, 0x00f3, 0x00f4,
    0x00f5, 0x00f6, 0x00f7, 0x00f8, 0x00f9, 0x00fa, 0x00fb, 0x00fc, 0x00fd, 0x00fe, 0x00ff,
};
constexpr Upper kMacRoman = {
    0x00c4, 0x00c5, 0x00c7, 0x00c9, 0x00d1, 0x00d6, 0x00dc, 0x00e1, 0x00e0, 0x00e2, 0x00e4, 0x00e3, 0x00e5,
    0x00e7, 0x00e9, 0x00e8, 0x00ea, 0x00eb, 0x00ed, 0x00ec, 0x00ee, 0x00ef, 0x00f1, 0x00f3, 0x00f2, 0x00f4,
    0x00f6, 0x00f5, 0x00fa, 0x00f9, 0x00fb, 0x00fc, 0x2020, 0x00b0, 0x00a2, 0x00a3, 0x00a7, 0x2022, 0x00b6,
    0x00df, 0x00ae, 0x00a9, 0x2122, 0x00b4, 0x00a8, 0x2260, 0x00c6, 0x00d8, 0x221e, 0x00b1, 0x2264, 0x2265,
    0x00a5, 0x00b5, 0x2202, 0x2211, 0x220f, 0x03c0, 0x222b, 0x00aa, 0x00ba, 0x03a9, 0x00e6, 0x00f8, 0x00bf,
    0x00a1, 0x00ac, 0x221a, 0x0192, 0x2248, 0x2206, 0x00ab, 0x00bb, 0x2026, 0x00a0, 0x00c0, 0x00c3, 0x00d5,
    0x0152, 0x0153, 0x2013, 0x2014, 0x201c, 0x201d, 0x2018, 0x2019, 0x00f7, 0x25ca, 0x00ff, 0x0178, 0x2044,
    0x20ac, 0x2039, 0x203a, 0xfb01, 0xfb02, 0x2021, 0x00b7, 0x201a, 0x201e, 0x2030, 0x00c2, 0x00ca, 0x00c1,
    0x00cb, 0x00c8, 0x00cd, 0x00ce, 0x00cf, 0x00cc, 0x00d3, 0x00d4, 0x0000, 0x00d2, 0x00da, 0x00db, 0x00d9,
    0x0131, 0x02c6, 0x02dc, 0x00af, 0x02d8, 0x02d9, 0x02da, 0x00b8, 0x02dd, 0x02db, 0x02c7,
};

std::u32string decoded(std::string_view bytes, const Upper& upper) {
    std::u32string text;
    text.reserve(bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        text += byte < 0x80 ? static_cast<char32_t>(byte) : static_cast<char32_t>(upper[byte - 0x80U]);
    }
    return text;
}

std::string utf8_of(const std::u32string& text) {
    std::string utf8;
    for (const char32_t c : text)
        if (c != 0) utf8 += to_utf8(c);
    return utf8;
}

bool is_one_of(char32_t c, std::u32string_view set) { return set.find(c) != std::u32string_view::npos; }

bool is_lower(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= 0xdf && c <= 0xff && c != 0xf7) || is_one_of(c, U"œšžƒıﬁﬂ");
}
bool is_upper(char32_t c) {
    return (c >= U'A' && c <= U'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) || is_one_of(c, U"ŒŠŽŸ");
}
bool is_letter(char32_t c) { return is_lower(c) || is_upper(c); }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_gap(char32_t c) { return c == 0 || c == U' ' || c == U'\n' || c == U'\r' || c == U'\t'; }

/// How well a letter stands between its neighbours: never one alone, and no capital within a word of small ones.
int score_letter(char32_t before, char32_t c, char32_t after) {
    if (!is_letter(before) && !is_letter(after)) return is_one_of(c, U"àÀ") ? 1 : -2;
    if (is_upper(c) && (is_lower(before) || (is_letter(before) && is_lower(after)))) return -3;
    if (is_lower(c) && is_upper(after)) return -3;
    if (is_one_of(c, U"œŒ")) return is_one_of(after, U"uiUI") ? 4 : 1;  // cœur, œil
    if (is_one_of(c, U"ŒŠšŽžŸÿƒıﬁﬂðÐþÞýÝ")) return 1;  // in other languages than these code pages were used for, mostly
    return 3;
}

int score_punctuation(char32_t before, char32_t c, char32_t after) {
    if (c == 0x2019) return is_letter(before) && (is_letter(after) || is_gap(after)) ? 4 : is_digit(after) ? 2 : -1;
    if (is_one_of(c, U"‘“„‚«‹¿¡")) return is_gap(before) || is_one_of(before, U"(“«") ? 3 : -2;
    if (is_one_of(c, U"”»›")) return is_gap(after) || is_one_of(after, U".,;:!?)") ? 3 : -2;
    if (is_one_of(c, U"–—")) return is_gap(before) == is_gap(after) ? 2 : -1;
    if (c == U'…') return is_letter(before) || is_gap(before) ? 2 : -1;
    if (is_one_of(c, U"€£¥¢°%‰½¼¾²³ºª")) return is_digit(before) || is_digit(after) || is_gap(after) ? 2 : -1;
    if (is_one_of(c, U"©®™•§¶·") || c == 0xa0) return 1;
    return -1;  // signs of mathematics, accents by themselves
}

int score(const std::u32string& text) {
    int sum = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t c = text[i];
        if (c == 0) sum -= 4;
        if (c < 0x80) continue;
        const char32_t before = i > 0 ? text[i - 1] : U' ';
        const char32_t after = i + 1 < text.size() ? text[i + 1] : U' ';
        sum += is_letter(c) ? score_letter(before, c, after) : score_punctuation(before, c, after);
    }
    return sum;
}

/// Characters of more than one byte, single bytes that are none, and whether the last character is cut.
struct Shape {
    std::size_t characters = 0;
    std::size_t strays = 0;
    std::size_t cut = 0;  // bytes of the beginning of a character at the end
};

/// How many bytes a character takes that begins with this one; 1 if none does.
std::size_t size_of(std::uint8_t first) {
    return first >= 0xc2 && first < 0xe0   ? 2
           : first >= 0xe0 && first < 0xf0 ? 3
           : first >= 0xf0 && first < 0xf5 ? 4
                                           : 1;
}

Shape shape_of(std::string_view bytes) {
    Shape shape;
    while (!bytes.empty()) {
        if (const auto c = first_code_point(bytes)) {
            if (c->bytes > 1) ++shape.characters;
            bytes.remove_prefix(c->bytes);
            continue;
        }
        bool tail = bytes.size() < size_of(static_cast<std::uint8_t>(bytes[0]));
        for (const char c : bytes.substr(1)) tail = tail && (static_cast<std::uint8_t>(c) & 0xc0) == 0x80;
        if (tail) {
            shape.cut = bytes.size();
            return shape;
        }
        ++shape.strays;
        bytes.remove_prefix(1);
    }
    return shape;
}

/// UTF-8 with single bytes of Windows-1252 in it.
std::string mended(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const auto c = first_code_point(bytes);
        const auto length = c ? c->bytes : 1;
        text += c ? std::string(bytes.substr(0, length)) : utf8_of(decoded(bytes.substr(0, 1), kWindows1252));
        bytes.remove_prefix(length);
    }
    return text;
}

}  // namespace

std::string to_utf8_text(std::string_view bytes) {
    const auto shape = shape_of(bytes);
    if (shape.strays == 0 && shape.cut == 0) return std::string(bytes);
    // A beginning at the end is a cut character only where others were whole: "Caf\xe9" is no UTF-8.
    if (shape.characters > shape.strays) return mended(bytes.substr(0, bytes.size() - shape.cut));
    const auto windows = decoded(bytes, kWindows1252);
    const auto mac = decoded(bytes, kMacRoman);
    return utf8_of(score(mac) > score(windows) ? mac : windows);
}

}  // namespace cadre::media
