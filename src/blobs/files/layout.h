// Where the folder driver keeps a key, and back. One key, one place: neither two keys in one nor a key outside the
// root.
//
//   photos/0190a1b2-…-89ab/f/1.json   photos/9ab/0190a1b2-…-89ab/f,1.json
//   settings/f/1.json                 settings/=f/f/1.json
//
// The first piece of the key is a folder, in it the shards, in a shard a folder for each second piece (an id, mostly),
// in that the objects: all pieces that are left, joined by commas, or "=" if none is. A shard has the name of the last
// three digits of a UUID, and for all else of "=" and the last two characters. Commas, "=" and "+" occur in no key.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cadre::blobs::files {

/// The folder of temporary files, beside the keys' first pieces.
inline constexpr std::string_view kScratch = "+scratch";

struct Place {
    std::string kind;   // "photos"
    std::string shard;  // "9ab"
    std::string id;     // the second piece
    std::string name;   // "f,1.json"
    bool operator==(const Place&) const = default;

    /// "photos/9ab/<id>"
    [[nodiscard]] std::string folder() const;
};

/// Errors: invalid, if it is not of the form that blobs/store.h asks for.
[[nodiscard]] Result<Place> place_of(std::string_view key);

/// Nothing if no key lives there.
[[nodiscard]] std::optional<std::string> key_at(const Place& place);

/// What a listing asks for: the leading pieces that are fixed, and what the names in the folder begin with.
struct Prefix {
    std::string kind;  // "" in all three: any
    std::string shard;
    std::string id;
    std::string name;
};

/// Errors: invalid, if it is neither empty nor whole pieces of a key with "/" at the end.
[[nodiscard]] Result<Prefix> parse_prefix(std::string_view prefix);

}  // namespace cadre::blobs::files
