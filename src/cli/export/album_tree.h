// The albums that exported photos stand in, with those above them; and the list of a person's own.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "cli/export/xmp.h"
#include "gallery/album.h"

namespace cadre::cli {

/// The name of the list in an export. Never changes.
inline constexpr std::string_view kAlbumList = "cadre-albums.json";

/// Holds those that were met. The catalog outlives it.
class AlbumTree {
public:
    explicit AlbumTree(catalog::Catalog& catalog) : catalog_(catalog) {}

    /// Reads those that were not met before, and all above them.
    Task<void> meet(std::vector<Id> albums);
    /// An album that was met, with the titles of those above it and no place; nothing of one that is gone.
    [[nodiscard]] std::optional<AlbumOfPhoto> at(const Id& album) const;
    /// Of the albums that a person sees those of this title, whatever its case, or the one of this id; they are met.
    Task<std::vector<Id>> named(Id person, std::string title);
    /// An album and all that are nested in it; they are met.
    Task<std::set<Id>> with_nested(Id album);
    /// One that was met; null if it is gone.
    [[nodiscard]] const gallery::Album* find(const Id& album) const;
    /// A person's own albums, of `only` if it is given; they are met.
    Task<std::vector<Id>> owned_by(Id person, std::optional<std::set<Id>> only);
    /// kAlbumList: a person's own albums, of `only` if it is given, those above first, then by id: titles,
    /// descriptions, orders and covers. docs/reference/sidecars.md. "" where there are none.
    Task<std::string> list_of(Id person, std::optional<std::set<Id>> only);

private:
    /// Their own and those of which they are a member.
    Task<std::vector<Id>> seen_by(Id person);
    Task<std::map<Id, std::string>> hashes_of_covers(std::vector<Id> albums);

    catalog::Catalog& catalog_;
    std::map<Id, std::optional<gallery::Album>> albums_;  // nothing: gone
};

}  // namespace cadre::cli
