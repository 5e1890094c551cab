#include "base/unicode.h"

#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/utf8.h"

namespace cadre {
namespace {

struct Free {
    void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

/// Default_Ignorable_Code_Point that are letters, marks or not assigned, and the blank of Braille: what a category does
/// not tell.
constexpr std::array<std::pair<char32_t, char32_t>, 13> kUnseen = {{{0x034f, 0x034f},
                                                                    {0x115f, 0x1160},
                                                                    {0x17b4, 0x17b5},
                                                                    {0x180b, 0x180f},
                                                                    {0x2065, 0x2065},
                                                                    {0x2800, 0x2800},
                                                                    {0x3164, 0x3164},
                                                                    {0xfe00, 0xfe0f},
                                                                    {0xffa0, 0xffa0},
                                                                    {0xfff0, 0xfff8},
                                                                    {0xe0000, 0xe0fff},
                                                                    {0x2028, 0x2029},
                                                                    {0xfeff, 0xfeff}}};

bool is_unseen(char32_t c) {
    if (c == ' ') return false;
    for (const auto& [first, last] : kUnseen)
        if (c >= first && c <= last) return true;
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return true;
        default:
            return false;
    }
}

bool turns(char32_t c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

std::string mapped(std::string_view utf8, utf8proc_option_t options) {
    utf8proc_uint8_t* folded = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                   static_cast<utf8proc_ssize_t>(utf8.size()), &folded, options);
    const std::unique_ptr<utf8proc_uint8_t, Free> owner(folded);
    if (size < 0) return std::string(utf8);
    return {reinterpret_cast<const char*>(folded), static_cast<std::size_t>(size)};
}

/// Letters without an accent that Unicode does not take apart, folded already.
std::string_view written_as(char32_t letter) {
    switch (letter) {
        case 0xe6:
            return "ae";
        case 0xf0:
        case 0x111:
            return "d";
        case 0xf8:
            return "o";
        case 0xfe:
            return "th";
        case 0x131:
            return "i";
        case 0x142:
            return "l";
        case 0x153:
            return "oe";
        default:
            return {};
    }
}

}  // namespace

std::string fold_case(std::string_view utf8) {
    constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                             UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    return mapped(utf8, kOptions);
}

std::string composed(std::string_view utf8) {
    return mapped(utf8, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
}

std::string bare(std::string_view utf8) {
    constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                             UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);
    const auto folded = mapped(utf8, kOptions);
    std::string bare;
    for (std::string_view left = folded; !left.empty();) {
        const auto first = first_code_point(left);
        const std::size_t bytes = first ? first->bytes : 1;
        const auto written = first ? written_as(first->value) : std::string_view();
        bare += written.empty() ? left.substr(0, bytes) : written;
        left.remove_prefix(bytes);
    }
    return bare;
}

bool is_of_word(char32_t character) {
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool has_unseen(std::string_view utf8) {
    while (!utf8.empty()) {
        const auto first = first_code_point(utf8);
        if (!first || is_unseen(first->value)) return true;
        utf8.remove_prefix(first->bytes);
    }
    return false;
}

std::string without_turns(std::string_view utf8) {
    std::string kept;
    while (!utf8.empty()) {
        const auto first = first_code_point(utf8);
        const std::size_t bytes = first ? first->bytes : 1;
        if (!first || !turns(first->value)) kept += utf8.substr(0, bytes);
        utf8.remove_prefix(bytes);
    }
    return kept;
}

}  // namespace cadre
