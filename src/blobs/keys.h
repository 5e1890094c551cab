// The form of keys and prefixes that blobs/store.h asks for, checked alike by every driver.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cadre::blobs {

inline constexpr std::size_t kLongestKey = 200;

/// The pieces between slashes; nothing if one of them is empty, "." or "..", or has a character that is not allowed.
[[nodiscard]] inline std::optional<std::vector<std::string_view>> pieces_of(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    };
    std::vector<std::string_view> pieces;
    while (true) {
        const auto slash = text.find('/');
        const auto piece = text.substr(0, slash);
        if (piece.empty() || piece == "." || piece == ".." || !std::all_of(piece.begin(), piece.end(), allowed))
            return std::nullopt;
        pieces.push_back(piece);
        if (slash == std::string_view::npos) return pieces;
        text.remove_prefix(slash + 1);
    }
}

/// The pieces of a key, at least two. Errors: invalid.
[[nodiscard]] inline Result<std::vector<std::string_view>> parse_key(std::string_view key) {
    auto pieces = key.size() <= kLongestKey ? pieces_of(key) : std::nullopt;
    if (!pieces || pieces->size() < 2)
        return fail(ErrorKind::invalid, "That is not the key of an object.", std::string(key.substr(0, kLongestKey)));
    return std::move(*pieces);
}

/// The pieces of a listing's prefix, none where it is empty. Errors: invalid, if it is not whole pieces with "/" at the
/// end.
[[nodiscard]] inline Result<std::vector<std::string_view>> parse_prefix_pieces(std::string_view prefix) {
    if (prefix.empty()) return std::vector<std::string_view>{};
    std::optional<std::vector<std::string_view>> pieces;
    if (prefix.back() == '/' && prefix.size() <= kLongestKey) pieces = pieces_of(prefix.substr(0, prefix.size() - 1));
    if (!pieces)
        return fail(ErrorKind::invalid, "That is not the prefix of a key.", std::string(prefix.substr(0, kLongestKey)));
    return std::move(*pieces);
}

}  // namespace cadre::blobs
