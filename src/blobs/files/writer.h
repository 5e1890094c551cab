// Everything that changes the folder: put, remove, copy. Blocks; runs on the pool.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "blobs/files/descriptors.h"
#include "blobs/files/folders.h"
#include "blobs/files/scratch.h"

namespace cadre::blobs::files {

/// Thread-safe.
class Writer {
public:
    Writer(Folders& folders, Scratch& scratch, Descriptors& descriptors, FileLayer& layer)
        : folders_(folders), scratch_(scratch), descriptors_(descriptors), layer_(layer) {}

    Result<void> put(const std::vector<Put>& puts);
    Result<void> remove(const std::vector<std::string>& keys);
    /// The object `from` is open as `source`.
    Result<void> copy(const std::string& from, const Descriptor& source, const std::string& to, Durability durability);

private:
    struct Staged {
        std::string key;
        Place place;
        Scratch::File file;
        Durability durability = Durability::synced;
    };

    Result<Staged> stage(const Put& put);
    Result<void> land(Staged& staged);

    Folders& folders_;
    Scratch& scratch_;
    Descriptors& descriptors_;
    FileLayer& layer_;
};

}  // namespace cadre::blobs::files
