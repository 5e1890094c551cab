// Listings of the folder driver: by first piece, shard, id, name, each in the order of its bytes. A page reads one
// folder at a time and holds no more than the names of the folders that it stands in and `limit` items.
#pragma once

#include <string>

#include "blobs/files/folders.h"

namespace cadre::blobs::files {

/// Thread-safe. Blocks; runs on the pool.
class Lister {
public:
    Lister(Folders& folders, FileLayer& layer) : folders_(folders), layer_(layer) {}

    /// As blobs::Store::list; the cursor is the last key of the page before.
    Result<Listing> list(const std::string& prefix, const std::string& cursor, std::size_t limit);

private:
    struct Walk;
    Result<void> walk_kind(Walk& walk, const std::string& kind);
    Result<void> walk_shard(Walk& walk, const std::string& kind, const std::string& shard);
    Result<void> walk_id(Walk& walk, Place place);
    Result<std::vector<std::string>> names(const std::string& folder, bool folders);

    Folders& folders_;
    FileLayer& layer_;
};

}  // namespace cadre::blobs::files
