// Writes a person's photos into a folder: the originals, byte for byte, and what the gallery says of them. Memory does
// not grow with the library but for names: some bytes for each photo of one year, each without a date, and each place
// in an album.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/pool.h"
#include "cli/export/album_tree.h"
#include "cli/export/names.h"
#include "cli/export/target.h"
#include "cli/export/xmp.h"
#include "gallery/gallery.h"
#include "gallery/reindex.h"

namespace cadre::cli {

struct ExportOptions {
    bool sidecars = false;
    bool trash = false;                  // also what is in the trash
    bool by_album = false;               // what stands in albums lies in folders of their titles
    std::optional<std::set<Id>> albums;  // only what stands in one of them
};

struct ExportReport {
    std::uint64_t photos = 0;
    std::uint64_t written = 0;   // originals
    std::uint64_t bytes = 0;     // of them
    std::uint64_t there = 0;     // originals that were there, byte for byte
    std::uint64_t sidecars = 0;  // that were written
    std::uint64_t findings = 0;  // originals that are damaged or missing
};

class Exporter {
public:
    /// All of them outlive it. `say` is called for what is found, `progress` after every few photos.
    Exporter(gallery::Gallery& gallery, Target& target, Pool& pool, ExportOptions options,
             std::function<void(const gallery::Finding&)> say, std::function<void(const ExportReport&)> progress)
        : gallery_(gallery),
          target_(target),
          pool_(pool),
          options_(std::move(options)),
          say_(std::move(say)),
          progress_(std::move(progress)),
          albums_(gallery.stores().catalog) {}

    /// Writes one person's photos into `folder` of the target ("" for itself). Goes on where it was broken off: what is
    /// there with the right bytes is not written again, and nothing else that is there is overwritten but sidecars.
    /// Errors: no_space and unavailable, of the target; those of the stores.
    Task<void> person(Id person, std::string folder);

    [[nodiscard]] const ExportReport& report() const { return report_; }

private:
    struct Place {
        std::string name;    // in the target
        bool there = false;  // the original lies there
    };
    /// A photo on its way out.
    struct Item {
        Exported exported;
        std::int64_t modified = 0;  // seconds since 1970, UTC
        std::vector<Place> places;  // never empty; what follows the first are links to it
        [[nodiscard]] bool there() const { return places.front().there; }
    };

    [[nodiscard]] std::vector<catalog::View> views_for(const Id& person) const;
    Task<std::vector<Item>> read(const std::vector<catalog::Row>& rows, Id person);
    [[nodiscard]] std::vector<std::string> folders_of(const gallery::Photo& photo);
    Task<void> place(Item& item);
    Task<Place> place_in(const gallery::Photo& photo, std::string folder);
    Task<void> write(Item& item);
    Task<void> copy(Item& item);
    Result<void> link(Item& item);
    Result<void> write_sidecars(Item& item);
    Task<void> missing(Item& item);
    void found(gallery::Finding::Kind kind, const Item& item, std::string sentence);

    gallery::Gallery& gallery_;
    Target& target_;
    Pool& pool_;
    const ExportOptions options_;
    const std::function<void(const gallery::Finding&)> say_;
    const std::function<void(const ExportReport&)> progress_;

    ExportReport report_;
    std::string folder_;           // of the person, "" or with "/" at its end
    int year_ = 0;                 // of the last photo with a date
    std::set<std::string> dated_;  // its folders
    NamesGiven names_;
    AlbumTree albums_;
};

}  // namespace cadre::cli
