#include "blobs/files/file_layer.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace cadre::blobs::files {
namespace {

constexpr mode_t kFileMode = 0600;  // photographs are private
constexpr mode_t kFolderMode = 0700;

tl::unexpected<int> failed() { return tl::unexpected<int>(errno); }

Outcome<void> done_or_errno(int returned) {
    if (returned != 0) return failed();
    return {};
}

/// Opens, calls, closes: for the calls that want a descriptor of a folder.
template <class Call>
Outcome<void> with_open(const std::string& path, int flags, Call call) {
    const UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC));
    if (!file) return failed();
    return done_or_errno(call(file.get()));
}

Outcome<Status> status_from(int returned, const struct stat& found) {
    if (returned != 0) return failed();
    const auto modified = std::chrono::seconds(found.st_mtim.tv_sec) + std::chrono::nanoseconds(found.st_mtim.tv_nsec);
    return Status{static_cast<std::uint64_t>(found.st_size), WallTime(std::chrono::duration_cast<Millis>(modified)),
                  S_ISDIR(found.st_mode)};
}

/// What copy_file_range cannot copy is read and written; true if it can and did.
Outcome<bool> copy_in_kernel(int file, FileRange& source) {
    while (source.length > 0) {
        auto from = static_cast<off_t>(source.offset);
        const auto chunk = static_cast<std::size_t>(std::min<std::uint64_t>(source.length, 1U << 30U));
        const auto copied = ::copy_file_range(source.fd, &from, file, nullptr, chunk, 0);
        if (copied < 0) {
            if (errno == EINTR) continue;
            if (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS) return false;
            return failed();
        }
        if (copied == 0) return false;  // the end, or a file system that says so wrongly: reading will tell
        source.offset += static_cast<std::uint64_t>(copied);
        source.length -= static_cast<std::uint64_t>(copied);
    }
    return true;
}

}  // namespace

Outcome<UniqueFd> SystemFiles::create(const std::string& path) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
    if (!file) return failed();
    return file;
}

Outcome<void> SystemFiles::write(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return failed();
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Outcome<void> SystemFiles::write(int file, FileRange source) {
    const auto copied = copy_in_kernel(file, source);
    if (!copied) return tl::unexpected<int>(copied.error());
    constexpr std::size_t kBuffer = 256 * 1024;
    const auto buffer = std::make_unique<std::uint8_t[]>(*copied ? 0 : kBuffer);
    while (source.length > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(source.length, kBuffer));
        const auto got = read(source.fd, source.offset, {buffer.get(), wanted});
        if (!got) return tl::unexpected<int>(got.error());
        if (*got == 0) return tl::unexpected<int>(EINVAL);
        if (auto written = write(file, {reinterpret_cast<const char*>(buffer.get()), *got}); !written) return written;
        source.offset += *got;
        source.length -= *got;
    }
    return {};
}

Outcome<void> SystemFiles::sync(int file) { return done_or_errno(::fdatasync(file)); }

Outcome<void> SystemFiles::sync_folder(const std::string& path) {
    return with_open(path, O_RDONLY | O_DIRECTORY, ::fsync);
}

Outcome<void> SystemFiles::sync_all(const std::string& path) {
    return with_open(path, O_RDONLY | O_DIRECTORY, ::syncfs);
}

Outcome<void> SystemFiles::rename(const std::string& from, const std::string& to) {
    return done_or_errno(std::rename(from.c_str(), to.c_str()));
}

Outcome<void> SystemFiles::link(const std::string& from, const std::string& to) {
    return done_or_errno(::link(from.c_str(), to.c_str()));
}

Outcome<void> SystemFiles::unlink(const std::string& path) { return done_or_errno(::unlink(path.c_str())); }

Outcome<void> SystemFiles::make_folder(const std::string& path) {
    return done_or_errno(::mkdir(path.c_str(), kFolderMode));
}

Outcome<void> SystemFiles::remove_folder(const std::string& path) { return done_or_errno(::rmdir(path.c_str())); }

Outcome<UniqueFd> SystemFiles::lock_folder(const std::string& path, bool wait) {
    UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return failed();
    while (::flock(folder.get(), LOCK_EX | (wait ? 0 : LOCK_NB)) != 0) {
        if (errno != EINTR) return failed();
    }
    return folder;
}

Outcome<UniqueFd> SystemFiles::open(const std::string& path) {
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file) return failed();
    return file;
}

Outcome<Status> SystemFiles::status(int file) {
    struct stat found {};
    return status_from(::fstat(file, &found), found);
}

Outcome<Status> SystemFiles::status(const std::string& path) {
    struct stat found {};
    return status_from(::lstat(path.c_str(), &found), found);
}

Outcome<std::size_t> SystemFiles::read(int file, std::uint64_t offset, std::span<std::uint8_t> into) {
    std::size_t total = 0;
    while (total < into.size()) {
        const auto got = ::pread(file, into.data() + total, into.size() - total, static_cast<off_t>(offset + total));
        if (got < 0) {
            if (errno == EINTR) continue;
            return failed();
        }
        if (got == 0) break;
        total += static_cast<std::size_t>(got);
    }
    return total;
}

Outcome<std::vector<Name>> SystemFiles::list(const std::string& path) {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
    if (!folder) return failed();
    std::vector<Name> names;
    while (true) {
        errno = 0;
        const auto* entry = ::readdir(folder.get());
        if (entry == nullptr) break;
        const std::string_view name(entry->d_name);
        if (name == "." || name == "..") continue;
        auto is_folder = entry->d_type == DT_DIR;
        if (entry->d_type == DT_UNKNOWN) {
            const auto found = status(path + "/" + std::string(name));
            is_folder = found && found->folder;
        }
        names.push_back({std::string(name), is_folder});
    }
    if (errno != 0) return failed();
    return names;
}

}  // namespace cadre::blobs::files
