#include "gallery/filename.h"

#include <vector>

#include "base/utf8.h"

namespace cadre::gallery {
namespace {

constexpr std::size_t kMaxExtension = 32;  // bytes with the dot; what is longer is no extension

/// Controls, and the marks with which "photo<U+202E>gpj.exe" looks like a picture.
bool is_unfit(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f || c == 0x2028 ||
           c == 0x2029 || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

std::string clean_piece(std::string_view piece) {
    std::string clean;
    while (const auto c = first_code_point(piece)) {
        if (!is_unfit(c->value)) clean += piece.substr(0, c->bytes);
        piece.remove_prefix(c->bytes);
    }
    if (clean == "." || clean == "..") clean.clear();
    return clean;
}

std::string shorten(std::string name) {
    if (name.size() <= kMaxFilename) return name;
    const auto dot = name.rfind('.');
    const bool has_extension = dot != std::string::npos && dot > 0 && name.size() - dot <= kMaxExtension;
    const std::string extension = has_extension ? name.substr(dot) : std::string();
    const std::string_view stem = std::string_view(name).substr(0, name.size() - extension.size());
    return std::string(cut_utf8(stem, kMaxFilename - extension.size())) + extension;
}

}  // namespace

std::string clean_filename(std::string_view name) {
    if (!utf8_length(name)) return {};
    const auto slash = name.find_last_of("/\\");
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    return shorten(clean_piece(name));
}

std::string clean_folder(std::string_view path) {
    if (!utf8_length(path)) return {};
    std::string kept;
    for (std::size_t end = path.size(); end > 0;) {
        const auto slash = path.rfind('/', end - 1);
        const auto begin = slash == std::string_view::npos ? 0 : slash + 1;
        const auto piece = shorten(clean_piece(path.substr(begin, end - begin)));
        end = begin == 0 ? 0 : begin - 1;
        if (piece.empty()) continue;
        if (piece.size() + 1 + kept.size() > kMaxFolder) break;
        kept = kept.empty() ? piece : piece + "/" + kept;
    }
    return kept;
}

}  // namespace cadre::gallery
