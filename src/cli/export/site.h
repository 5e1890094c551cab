// A static gallery of what is exported: pages that a browser opens from a folder, with no server and no other host. A
// page for each month, as the person's own timeline shows it, and one for each of their albums; long ones have several.
// Memory holds one page, a line for each month and album, and of an album that begins with the oldest all.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/pool.h"
#include "cli/export/album_tree.h"
#include "cli/export/listing.h"
#include "cli/export/site_html.h"
#include "cli/export/target.h"
#include "gallery/gallery.h"
#include "gallery/photo.h"

namespace cadre::cli {

/// In the folder of a person. Never changes.
inline constexpr std::string_view kSiteFolder = "site";

/// A file's name, and what is to stand in it.
using NamedPage = std::pair<std::string, SitePage>;

class Site {
public:
    /// All of them outlive it.
    Site(gallery::Gallery& gallery, Target& target, Pool& pool)
        : gallery_(gallery), target_(target), pool_(pool), albums_(gallery.stores().catalog) {}

    /// Writes one person's into "site" in `folder` of the target; only `albums`, if they are given. Pictures that are
    /// there are not written again. Errors: no_space and unavailable, of the target; those of the stores.
    Task<void> person(Id person, std::string name, std::string folder, std::optional<std::set<Id>> albums);

    /// Photos that are in no page, since they have no pictures, or not yet.
    [[nodiscard]] std::uint64_t left_out() const { return left_out_.size(); }

private:
    Task<std::vector<SiteCard>> months(Id person);
    /// Of those that stand in no other one that is shown.
    Task<std::vector<SiteCard>> albums(std::vector<Id> shown);
    Task<SiteCard> album(const gallery::Album& album, SitePage like);
    /// The tiles of photos, with their pictures written.
    Task<std::vector<SiteTile>> tiles_of(const std::vector<catalog::Row>& rows);
    Task<std::optional<SiteTile>> tile_of(gallery::Photo photo);
    /// Whether it is there.
    Task<bool> copy(std::string blob, std::string name);
    Result<bool> write(const NamedPage& page);

    gallery::Gallery& gallery_;
    Target& target_;
    Pool& pool_;
    AlbumTree albums_;
    std::string root_;  // "…/site/"
    std::string name_;  // of the gallery
    std::set<Id> left_out_;
};

}  // namespace cadre::cli
