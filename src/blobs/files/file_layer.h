// The system calls under the folder driver, so that a test can cut the power between any two of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "blobs/store.h"

namespace cadre::blobs::files {

/// A value, or the errno of the call that failed.
template <class T>
using Outcome = tl::expected<T, int>;

struct Status {
    std::uint64_t size = 0;  // bytes
    WallTime modified;
    bool folder = false;
};

struct Name {
    std::string name;
    bool folder = false;
};

/// Each call does its whole work or says why not; interrupted and short calls are gone on with. Thread-safe.
class FileLayer {
public:
    virtual ~FileLayer() = default;

    /// A new file, open for writing; EEXIST if the name is taken.
    virtual Outcome<UniqueFd> create(const std::string& path) = 0;
    /// Appends to a file that create() gave.
    virtual Outcome<void> write(int file, std::string_view bytes) = 0;
    /// Appends the range, by reflink or in the kernel where the file system can. EINVAL if the source ends early.
    virtual Outcome<void> write(int file, FileRange source) = 0;
    virtual Outcome<void> sync(int file) = 0;
    virtual Outcome<void> sync_folder(const std::string& path) = 0;
    /// All of the file system that holds `path`.
    virtual Outcome<void> sync_all(const std::string& path) = 0;

    /// Replaces what has the name `to`.
    virtual Outcome<void> rename(const std::string& from, const std::string& to) = 0;
    virtual Outcome<void> link(const std::string& from, const std::string& to) = 0;
    virtual Outcome<void> unlink(const std::string& path) = 0;
    virtual Outcome<void> make_folder(const std::string& path) = 0;
    virtual Outcome<void> remove_folder(const std::string& path) = 0;
    /// flock(2) on a folder, held while the descriptor is open. EWOULDBLOCK if another holds it and `wait` is false.
    virtual Outcome<UniqueFd> lock_folder(const std::string& path, bool wait) = 0;

    /// A file, for reading.
    virtual Outcome<UniqueFd> open(const std::string& path) = 0;
    virtual Outcome<Status> status(int file) = 0;
    virtual Outcome<Status> status(const std::string& path) = 0;
    /// Fewer bytes than `into` holds only at the end of the file.
    virtual Outcome<std::size_t> read(int file, std::uint64_t offset, std::span<std::uint8_t> into) = 0;
    /// In no order.
    virtual Outcome<std::vector<Name>> list(const std::string& path) = 0;
};

/// The machine's own files.
class SystemFiles : public FileLayer {
public:
    Outcome<UniqueFd> create(const std::string& path) override;
    Outcome<void> write(int file, std::string_view bytes) override;
    Outcome<void> write(int file, FileRange source) override;
    Outcome<void> sync(int file) override;
    Outcome<void> sync_folder(const std::string& path) override;
    Outcome<void> sync_all(const std::string& path) override;
    Outcome<void> rename(const std::string& from, const std::string& to) override;
    Outcome<void> link(const std::string& from, const std::string& to) override;
    Outcome<void> unlink(const std::string& path) override;
    Outcome<void> make_folder(const std::string& path) override;
    Outcome<void> remove_folder(const std::string& path) override;
    Outcome<UniqueFd> lock_folder(const std::string& path, bool wait) override;
    Outcome<UniqueFd> open(const std::string& path) override;
    Outcome<Status> status(int file) override;
    Outcome<Status> status(const std::string& path) override;
    Outcome<std::size_t> read(int file, std::uint64_t offset, std::span<std::uint8_t> into) override;
    Outcome<std::vector<Name>> list(const std::string& path) override;
};

}  // namespace cadre::blobs::files
