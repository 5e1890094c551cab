#include "blobs/files/layout.h"

#include <algorithm>

#include "base/id.h"

namespace cadre::blobs::files {
namespace {

constexpr std::size_t kLongestKey = 200;
constexpr std::string_view kNothingLeft = "=";

bool allowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

bool is_piece(std::string_view piece) {
    return !piece.empty() && piece != "." && piece != ".." && std::all_of(piece.begin(), piece.end(), allowed);
}

/// The pieces between slashes; nothing if one of them is not allowed.
std::optional<std::vector<std::string_view>> split(std::string_view text) {
    std::vector<std::string_view> pieces;
    while (true) {
        const auto slash = text.find('/');
        const auto piece = text.substr(0, slash);
        if (!is_piece(piece)) return std::nullopt;
        pieces.push_back(piece);
        if (slash == std::string_view::npos) return pieces;
        text.remove_prefix(slash + 1);
    }
}

std::string join(const std::vector<std::string_view>& pieces, std::size_t from, char separator) {
    std::string joined;
    for (std::size_t i = from; i < pieces.size(); ++i) {
        if (i > from) joined += separator;
        joined += pieces[i];
    }
    return joined;
}

std::string shard_of(std::string_view id) {
    if (parse_id(id)) return std::string(id.substr(id.size() - 3));
    return "=" + std::string(id.substr(id.size() - std::min<std::size_t>(id.size(), 2)));
}

}  // namespace

std::string Place::folder() const { return kind + "/" + shard + "/" + id; }

Result<Place> place_of(std::string_view key) {
    const auto pieces = key.size() <= kLongestKey ? split(key) : std::nullopt;
    if (!pieces || pieces->size() < 2)
        return fail(ErrorKind::invalid, "That is not the key of an object.", std::string(key.substr(0, kLongestKey)));
    const auto id = (*pieces)[1];
    return Place{std::string(pieces->front()), shard_of(id), std::string(id),
                 pieces->size() == 2 ? std::string(kNothingLeft) : join(*pieces, 2, ',')};
}

std::optional<std::string> key_at(const Place& place) {
    auto key = place.kind + "/" + place.id;
    if (place.name != kNothingLeft) {
        if (place.name.find('/') != std::string::npos) return std::nullopt;
        auto rest = place.name;
        std::replace(rest.begin(), rest.end(), ',', '/');
        key += "/" + rest;
    }
    const auto back = place_of(key);
    if (!back || *back != place) return std::nullopt;
    return key;
}

Result<Prefix> parse_prefix(std::string_view prefix) {
    if (prefix.empty()) return Prefix{};
    const auto broken = [&] {
        return fail(ErrorKind::invalid, "That is not the prefix of a key.", std::string(prefix.substr(0, kLongestKey)));
    };
    if (prefix.back() != '/' || prefix.size() > kLongestKey) return broken();
    const auto pieces = split(prefix.substr(0, prefix.size() - 1));
    if (!pieces) return broken();
    Prefix parsed{std::string(pieces->front()), {}, {}, {}};
    if (pieces->size() == 1) return parsed;
    parsed.id = (*pieces)[1];
    parsed.shard = shard_of(parsed.id);
    if (pieces->size() > 2) parsed.name = join(*pieces, 2, ',') + ",";
    return parsed;
}

}  // namespace cadre::blobs::files
