// The library that the settings name, opened: stores, decoders, and the gallery over them. What serve, worker, keeper,
// reindex, verify, user and token share.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/settings.h"
#include "cli/blocking.h"
#include "cli/stores.h"
#include "gallery/gallery.h"
#include "gallery/reindex.h"
#include "places/places.h"

namespace cadre::cli {

class Library {
public:
    /// Opens, and makes what is not there. Blocks. Errors: those of open_blobs() and open_index(); a sentence for a
    /// folder that cannot be written. Stores on other machines are not asked for: they may be away, and come back.
    [[nodiscard]] static Result<std::unique_ptr<Library>> open(const Settings& settings, Access access);
    /// Stops the pools. Runs before the io_contexts go whose coroutines wait on them.
    ~Library();

    [[nodiscard]] gallery::Gallery& gallery() { return *gallery_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }
    /// Null in Solo.
    [[nodiscard]] redis::Cluster* redis() { return index_.redis.get(); }

    /// What names positions, read when it is first asked for, by any thread. Errors: a sentence for a file that cannot
    /// be read; then photos have no offset of their place either.
    [[nodiscard]] Result<const places::Places*> places();

    /// Makes what Solo keeps for a full disk, where it is not there and there is room for it.
    Task<void> keep_reserve();
    /// Whether the catalog lacks what the blobs hold. If they hold nothing it is complete from here on.
    Task<bool> must_rebuild();
    /// Makes the catalog from the blobs, and says in the log how far it is. Returns what was found.
    Task<gallery::ReindexReport> rebuild(gallery::Parts parts = gallery::Parts::all);

private:
    explicit Library(std::string places);
    Result<void> open_stores(const Settings& settings, Access access);

    SystemClock clock_;
    SystemRandom random_;
    Pool files_;    // of the blob store
    Pool scratch_;  // of uploads under way
    Pool passwords_;
    Index index_;  // before the blobs, which use its reserve
    std::unique_ptr<blobs::Store> blobs_;
    std::unique_ptr<media::Decoders> decoders_;
    std::unique_ptr<gallery::Gallery> gallery_;
    const std::string places_file_;
    std::once_flag places_read_;
    Result<std::unique_ptr<const places::Places>> places_;
};

/// How many jobs more than `workers` may run at once, each of somebody of whom none runs.
[[nodiscard]] std::size_t guests_of(const Settings& settings);

/// Opens it as a guest for a command that changes users or tokens, whether or not a server runs. Solo's catalog that is
/// gone is first made again, if no server is there to do that; Fleet's is the keeper's, and this waits for nobody.
[[nodiscard]] Result<std::unique_ptr<Library>> open_beside_server(Loop& loop, const Settings& settings);

}  // namespace cadre::cli
