// The library of a data folder, opened: stores, decoders, and the gallery over them. What serve, reindex, verify, user
// and token share.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/settings.h"
#include "blobs/files/lock.h"
#include "gallery/gallery.h"
#include "gallery/reindex.h"

namespace cadre::cli {

/// Whether this process alone serves or rebuilds the library, or may find a server at work on it.
enum class Access {
    owner,  // holds the folder's lock
    guest,  // may change users and tokens, and read all; its jobs go nowhere
};

class Library {
public:
    /// Opens, and makes what is not there. Blocks. Errors: a sentence each for a folder that cannot be written, one
    /// that another process owns, a newer catalog; unsupported for stores that this version has no driver for.
    [[nodiscard]] static Result<std::unique_ptr<Library>> open(const Settings& settings, Access access);
    /// Stops the pools. Runs before the io_contexts go whose coroutines wait on them.
    ~Library();

    [[nodiscard]] gallery::Gallery& gallery() { return *gallery_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }

    /// Whether the catalog lacks what the blobs hold. If they hold nothing it is complete from here on.
    Task<bool> must_rebuild();
    /// Makes the catalog from the blobs, and says in the log how far it is. Returns what was found.
    Task<gallery::ReindexReport> rebuild();

private:
    Library();
    Result<void> open_stores(const Settings& settings, Access access);

    SystemClock clock_;
    SystemRandom random_;
    std::optional<blobs::files::FolderLock> lock_;
    Pool files_;    // of the blob store
    Pool scratch_;  // of uploads under way
    Pool passwords_;
    std::unique_ptr<blobs::Store> blobs_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<jobs::Queue> jobs_;
    std::unique_ptr<events::Bus> events_;
    std::unique_ptr<media::Decoders> decoders_;
    std::unique_ptr<gallery::Gallery> gallery_;
};

/// Opens it as a guest for a command that changes users or tokens, whether or not a server runs. A catalog that is gone
/// is first made again, if no server is there to do that.
[[nodiscard]] Result<std::unique_ptr<Library>> open_beside_server(const Settings& settings);

}  // namespace cadre::cli
