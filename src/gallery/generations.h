// Generations of what search keeps, in the blob store: a replica that has no copy takes the newest one, instead of
// reading the whole catalog. They can be deleted at any time, and need not be right to the last change: each says where
// its maker stood, and who takes it hears or compares the rest (gallery/search.h).
//
// "find/<id>/<form>" is one: gallery/packed.h, whose head says where it stands. The newest two of a form stay.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/pool.h"
#include "find/finder.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

/// So old is the newest one when another is written.
inline constexpr std::chrono::hours kGenerationEvery{6};

/// Up to where a finder was told.
struct Standing {
    std::string place;  // of the events: all up to it are in it; "" if that is not known
    WallTime passed{};  // when it was last compared with the whole catalog
    /// Counted up when what it keeps was lost or replaced: a copy made meanwhile stands nowhere. Not kept.
    std::uint64_t life = 0;
};
/// Nothing while the finder is not known to have all.
using Stands = std::function<std::optional<Standing>()>;

/// Called by coroutines of one executor.
class Generations {
public:
    /// Both outlive it.
    Generations(Gallery& gallery, find::Finder& finder) : gallery_(gallery), finder_(finder), pool_(1, kCalls) {}

    /// Gives the finder the newest generation of its form that is whole. Nothing where there is none; the same one is
    /// not given twice until forget(). Damaged ones go. Errors: those of the stores.
    Task<std::optional<Standing>> take();
    /// What the finder keeps was made from the catalog.
    void forget() { taken_.clear(); }

    /// Writes one of what the finder keeps, if none is there or the newest is old, no other replica does, and it stands
    /// somewhere; old ones go. Errors: those of the stores and the finder.
    Task<void> keep(Stands stands);

private:
    static constexpr std::size_t kCalls = 4;
    struct Kept {
        std::string key;
        Id id;
        std::string form;
        std::uint64_t size = 0;
    };
    /// The newest first.
    Task<std::vector<Kept>> list();
    /// Those of the finder's form.
    [[nodiscard]] std::vector<Kept> own(const std::vector<Kept>& all) const;
    [[nodiscard]] bool is_due(const std::vector<Kept>& all) const;
    Task<void> clear_away(std::vector<Kept> all);
    Task<void> write(const Stands& stands);
    Task<Standing> fetch(std::string key, std::string to);

    Gallery& gallery_;
    find::Finder& finder_;
    std::string taken_;  // the key of the one that was
    Pool pool_;
};

}  // namespace cadre::gallery
