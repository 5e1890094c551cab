#include "blobs/files/layout.h"

#include <algorithm>

#include "base/id.h"
#include "blobs/keys.h"

namespace cadre::blobs::files {
namespace {

constexpr std::string_view kNothingLeft = "=";

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
    TRY(const auto pieces, parse_key(key));
    const auto id = pieces[1];
    return Place{std::string(pieces.front()), shard_of(id), std::string(id),
                 pieces.size() == 2 ? std::string(kNothingLeft) : join(pieces, 2, ',')};
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
    TRY(const auto pieces, parse_prefix_pieces(prefix));
    if (pieces.empty()) return Prefix{};
    Prefix parsed{std::string(pieces.front()), {}, {}, {}};
    if (pieces.size() == 1) return parsed;
    parsed.id = pieces[1];
    parsed.shard = shard_of(parsed.id);
    if (pieces.size() > 2) parsed.name = join(pieces, 2, ',') + ",";
    return parsed;
}

}  // namespace cadre::blobs::files
