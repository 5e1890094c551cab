// The stores that the settings name, opened. What stands behind the interfaces is known here and nowhere else.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/settings.h"
#include "blobs/files/lock.h"
#include "blobs/files/reserve.h"
#include "blobs/store.h"
#include "catalog/catalog.h"
#include "events/bus.h"
#include "jobs/queue.h"
#include "redis/cluster.h"

namespace cadre::cli {

/// A store of blobs in a folder.
inline constexpr std::string_view kFiles = "files:";

/// Whether this process may write Solo's catalog alone, or may find a server at work on it. Fleet has no owner.
enum class Access {
    owner,  // holds the data folder's lock
    guest,  // may change users and tokens, and read all; its jobs go nowhere
};

/// The catalog, and the jobs and events that follow it.
struct Index {
    std::optional<blobs::files::FolderLock> lock;    // Solo's owner has it
    std::unique_ptr<blobs::files::Reserve> reserve;  // Solo's, for a full disk
    std::unique_ptr<redis::Cluster> redis;           // Fleet's; the others speak through it
    std::unique_ptr<catalog::Catalog> catalog;
    std::unique_ptr<jobs::Queue> jobs;
    std::unique_ptr<events::Bus> events;
};

/// Opens settings.catalog; Solo's is made if it is not there. Blocks on files only. `clock` and `random` outlive it.
/// Solo's databases that are damaged are set aside and begun anew, if no other process has them. Errors: invalid for a
/// URL that is not understood; a sentence each for a folder that cannot be written, one that another process owns, a
/// newer catalog, a disk that is full although everything was let go of.
[[nodiscard]] Result<Index> open_index(const Settings& settings, Access access, const Clock& clock, Random& random);

/// Opens "files:<folder>", made if it is not there, or "s3://…". `files` runs what blocks; it and `clock` outlive
/// the store, and so does `reserve`, which a folder may use on a full disk (null: it has none).
/// Errors: invalid for a URL that is not understood; a sentence for a folder that cannot be written.
[[nodiscard]] Result<std::unique_ptr<blobs::Store>> open_blobs(const std::string& url, const Settings& settings,
                                                               const Clock& clock, Pool& files,
                                                               blobs::files::Reserve* reserve = nullptr);

/// A new folder is nobody else's to look into.
[[nodiscard]] Result<void> make_folder(const std::filesystem::path& folder);

/// Refuses a "files:<folder>" that is not there, for commands that look at a library and make none: a mistyped --data,
/// or a disk that is not mounted, is no empty library. Errors: not_found.
[[nodiscard]] Result<void> require_blobs(const Settings& settings);

}  // namespace cadre::cli
