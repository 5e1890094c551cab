// One process at a time may serve or rebuild a data folder.
#pragma once

#include <filesystem>

#include "base/fd.h"
#include "base/result.h"

namespace cadre::blobs::files {

/// Held while it lives; ends with the process, however that ends.
class FolderLock {
public:
    explicit FolderLock(UniqueFd file) : file_(std::move(file)) {}

private:
    UniqueFd file_;
};

/// Locks the file "lock" in `folder` (made if it is not there) and writes this process's number into it. Errors:
/// conflict with a sentence that names the process that holds it; unavailable if the folder cannot be written.
[[nodiscard]] Result<FolderLock> lock_folder(const std::filesystem::path& folder);

}  // namespace cadre::blobs::files
