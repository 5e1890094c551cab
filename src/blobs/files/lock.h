// One process at a time may serve or rebuild a data folder.
#pragma once

#include <filesystem>
#include <optional>

#include "base/fd.h"
#include "base/result.h"

namespace cadre::blobs::files {

/// Held while it lives; ends with the process, however that ends.
class FolderLock {
public:
    FolderLock(UniqueFd file, bool killed) : file_(std::move(file)), killed_(killed) {}
    FolderLock(FolderLock&&) = default;
    FolderLock& operator=(FolderLock&&) = default;
    ~FolderLock();

    /// Whether who held it before never let go of it: it was killed, or the machine went down.
    [[nodiscard]] bool after_a_kill() const { return killed_; }

private:
    UniqueFd file_;
    bool killed_ = false;
};

/// Locks the file "lock" in `folder` (made if it is not there) and writes this process's number into it, which goes
/// when the lock is let go of. Errors:
/// conflict with a sentence that names the process that holds it; unavailable if the folder cannot be written.
[[nodiscard]] Result<FolderLock> lock_folder(const std::filesystem::path& folder);

/// The same where the last holder was killed and nobody has it now; else nothing.
[[nodiscard]] std::optional<FolderLock> lock_after_a_kill(const std::filesystem::path& folder);

}  // namespace cadre::blobs::files
