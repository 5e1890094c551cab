// The families of views and the look-ups that this program keeps: their numbers here, what each means in families.cc.
// To add one, add its number and its declaration; docs/explanation/views.md shows it step by step.
#pragma once

#include <string>
#include <string_view>

#include "catalog/views.h"

namespace cadre::catalog {

/// The numbers are stored and never used again for something else.
enum class Family : std::uint8_t {
    wall = 0,        // what everybody may see
    mine = 1,        // a person's photos that are neither archived nor in the trash
    trash = 2,       // those that are
    favourites = 3,  // of a person's photos those that they marked
    album = 4,       // what stands in an album and not in the trash
    tag = 5,         // of a person's photos those that have a tag
    share = 6,       // what was chosen for a share and is not in the trash
    archive = 7,     // of a person's photos those that they archived
    sequence = 8,    // what stands in an album, in the album's own order
};

/// The numbers are stored and never used again for something else.
enum class Index : std::uint8_t {
    photo_by_hash = 0,  // key_of_hash(owner, sha256)
    photo_by_key = 1,   // current media key
    user_by_name = 2,   // fold_name(name)
    token_by_hash = 3,  // SHA-256 of the token, hex
    tokens_of = 4,      // user's id
    albums_of = 5,      // user's id: their own, and those of which they are a member
    albums_in = 6,      // id of the album above
    share_by_key = 7,   // SHA-256 of the key, hex
    shares_of = 8,      // user's id
};

[[nodiscard]] const Declarations& declared();

/// By what is declared.
[[nodiscard]] inline Postings postings_of(const Ref& ref, const Truth& truth) {
    return declared().postings_of(ref, truth);
}
[[nodiscard]] inline std::vector<std::pair<Index, std::string>> lookups_of(const Ref& ref, const Truth& truth) {
    return declared().lookups_of(ref, truth);
}

[[nodiscard]] std::string key_of_hash(const Id& owner, std::string_view sha256_hex);
/// Names that fold to the same are the same name: see fold_case().
[[nodiscard]] std::string fold_name(std::string_view name);

}  // namespace cadre::catalog
