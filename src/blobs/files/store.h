// The blob store as a folder. Key "photos/<id>/f/1.json" is the file <root>/photos/<last 3 digits of id>/<id>/f,1.json
// (blobs/files/layout.h), so that no folder has more than some thousands of entries at ten million photos.
//
// A put is: temporary file, write, fsync, rename, fsync of the folder and of each parent that gained a folder. The
// objects of one call share the folders' fsyncs: an original and a fact under a new id cost four, a fact beside others
// two. A removal is not synced: what was removed may come back whole through loss of power. One process writes at a
// time (blobs/files/lock.h).
//
// On a full disk, small objects (facts, tombs) may use what is kept for them: blobs/files/reserve.h. Where the root is
// gone (its disk unmounted, the folder renamed) every call answers unavailable, and writes nothing where it was; when
// it is back, all goes on.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "base/pool.h"
#include "blobs/files/file_layer.h"
#include "blobs/files/reserve.h"
#include "blobs/store.h"

namespace cadre::blobs::files {

struct Options {
    std::filesystem::path root;  // made if it is not there
    std::size_t open_files =
        4096;                    // descriptors of derivatives kept open; at most an eighth of what the process may have
    FileLayer* layer = nullptr;  // outlives the store; null: the machine's own files
    Reserve* reserve = nullptr;  // outlives the store; null: a full disk takes nothing more
};

/// Makes what is there durable, clears what was half written, and opens it. `pool` runs all that blocks and outlives
/// the store. Blocks. Errors: unavailable with a sentence, if the folder cannot be made or written.
[[nodiscard]] Result<std::unique_ptr<Store>> open(Options options, Pool& pool);

}  // namespace cadre::blobs::files
