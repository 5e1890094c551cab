#include "media/text.h"

#include "base/utf8.h"
#include "media/legacy_text.h"

namespace cadre::media {
namespace {

/// C0, C1, DEL; marks and overrides of direction, which could make a title read as something else; U+FEFF; line and
/// paragraph separators; non-characters.
bool is_unfit(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

}  // namespace

std::string clean_text(std::string_view bytes, std::size_t max_bytes, LineBreaks line_breaks) {
    std::string converted;
    std::string_view text = bytes;
    if (!utf8_length(bytes)) text = converted = to_utf8_text(bytes);
    std::string clean;
    bool space = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto [c, length] = *first_code_point(text.substr(at));
        const auto character = text.substr(at, length);
        at += length;
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
        if (clean.size() + (gap ? 1 : 0) + length > max_bytes) break;
        if (gap) clean += ' ';
        clean += character;
        space = false;
    }
    while (!clean.empty() && clean.back() == '\n') clean.pop_back();
    return clean;
}

}  // namespace cadre::media
