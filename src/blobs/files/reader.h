// Opening and reading in the folder driver.
#pragma once

#include <memory>
#include <string>

#include "base/pool.h"
#include "blobs/files/descriptors.h"
#include "blobs/files/folders.h"

namespace cadre::blobs::files {

/// Whether a derivative is as long as it says of itself: the RIFF header of a WebP file (RFC 9649 section 2.3) counts
/// the bytes behind its first eight. Derivatives are not synced, so loss of power can leave them cut short or empty.
[[nodiscard]] bool has_its_length(FileLayer& layer, int file, std::uint64_t size);

/// Thread-safe.
class Reader {
public:
    Reader(Folders& folders, Descriptors& descriptors, FileLayer& layer)
        : folders_(folders), descriptors_(descriptors), layer_(layer) {}

    /// Blocks; runs on the pool. A derivative is kept open for the next who asks; one that is cut short is removed and
    /// not_found.
    Result<std::shared_ptr<const Descriptor>> open(const std::string& key);
    /// Blocks; runs on the pool.
    Result<std::string> get(const std::string& key);

    /// The bytes [offset, offset + length) of what is open; they are read on `pool`.
    [[nodiscard]] Object object(std::shared_ptr<const Descriptor> descriptor, std::uint64_t offset,
                                std::uint64_t length, Pool& pool) const;

private:
    Result<std::shared_ptr<const Descriptor>> open_file(const Place& place);

    Folders& folders_;
    Descriptors& descriptors_;
    FileLayer& layer_;
};

}  // namespace cadre::blobs::files
