#include "cli/export/target.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "base/encoding.h"

namespace cadre::cli {
namespace {

constexpr std::string_view kOwn = ".cadre-export";
constexpr std::size_t kFoldersKnown = 10'000;  // then it is asked again

tl::unexpected<Error> refuse(int error, const std::filesystem::path& path) {
    if (error == ENOSPC || error == EDQUOT)
        return fail(ErrorKind::no_space, fmt::format("There is no room left for {}.", path.string()));
    return fail(ErrorKind::unavailable,
                fmt::format("{} cannot be written: {}.", path.string(), std::generic_category().message(error)));
}

Result<void> write_all(int file, std::span<const std::uint8_t> bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const auto wrote = ::write(file, bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return refuse(errno, path);
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    }
    return {};
}

/// Some file systems know no earlier or later times: then it is when the file was written.
void set_time(int file, std::int64_t seconds) {
    const std::array<timespec, 2> times = {timespec{0, UTIME_OMIT}, timespec{static_cast<std::time_t>(seconds), 0}};
    (void)::futimens(file, times.data());
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const UniqueFd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return refuse(errno, folder);
    // Some network file systems cannot, and keep names by themselves.
    if (::fsync(opened.get()) != 0 && errno != EINVAL && errno != ENOTSUP) return refuse(errno, folder);
    return {};
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Draft::~Draft() {
    if (file_) ::unlink(path_.c_str());
}

Result<void> Draft::write(std::span<const std::uint8_t> bytes) { return write_all(file_.get(), bytes, path_); }
Result<void> Draft::write(std::string_view text) { return write(bytes_of(text)); }

Result<void> Draft::finish(std::optional<std::int64_t> modified) {
    if (modified) set_time(file_.get(), *modified);
    if (::fsync(file_.get()) != 0) return refuse(errno, path_);
    return {};
}

Result<Target> Target::open(std::filesystem::path root) {
    std::error_code error;
    const auto own = root / kOwn;
    std::filesystem::create_directories(own, error);
    if (error) return refuse(error.value(), root);
    UniqueFd lock(::open(own.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock) return refuse(errno, own);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return fail(ErrorKind::conflict, fmt::format("Another export is writing to {}.", root.string()));
    for (const auto& left : std::filesystem::directory_iterator(own, error))
        std::filesystem::remove(left.path(), error);
    return Target(std::move(root), std::move(lock));
}

Target::~Target() {
    if (lock_) ::rmdir((root_ / kOwn).c_str());
}

Target::There Target::compare(const std::string& name, std::uint64_t size, std::string_view sha256) const {
    const auto path = root_ / name;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return errno == ENOENT ? There::nothing : There::other;
    if (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) != size) return There::other;
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file) return There::other;
    Sha256 hash;
    std::vector<std::uint8_t> piece(kPiece);
    for (;;) {
        const auto got = ::read(file.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return There::other;
        if (got == 0) break;
        hash.update(std::span(piece).first(static_cast<std::size_t>(got)));
    }
    return hex(hash.finish()) == sha256 ? There::same : There::other;
}

std::optional<std::uint64_t> Target::size_of(const std::string& name) const {
    struct stat status {};
    if (::lstat((root_ / name).c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
}

Result<Draft> Target::draft() {
    auto path = root_ / kOwn / std::to_string(++drafts_);
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file) return refuse(errno, path);
    return Draft(std::move(file), std::move(path));
}

Result<void> Target::make_folder(const std::filesystem::path& folder) {
    if (made_.contains(folder)) return {};
    std::error_code error;
    std::vector<std::filesystem::path> missing;
    for (auto above = folder; above != root_ && !std::filesystem::exists(above, error); above = above.parent_path())
        missing.push_back(above);
    std::filesystem::create_directories(folder, error);
    if (error) return refuse(error.value(), folder);
    for (const auto& made : missing) touched_.insert(made.parent_path());
    if (made_.size() == kFoldersKnown) made_.clear();
    made_.insert(folder);
    return {};
}

Result<void> Target::keep(Draft draft, const std::string& name) {
    const auto path = root_ / name;
    CHECK_RESULT(make_folder(path.parent_path()));
    if (::rename(draft.path_.c_str(), path.c_str()) != 0) return refuse(errno, path);
    draft.file_.reset();
    touched_.insert(path.parent_path());
    return {};
}

Result<bool> Target::put(const std::string& name, std::string_view text) {
    if (compare(name, text.size(), sha256_hex(text)) == There::same) return false;
    TRY(auto made, draft());
    CHECK_RESULT(made.write(text));
    CHECK_RESULT(made.finish(std::nullopt));
    CHECK_RESULT(keep(std::move(made), name));
    return true;
}

Result<bool> Target::link(const std::string& name, const std::string& second) {
    const auto path = root_ / second;
    CHECK_RESULT(make_folder(path.parent_path()));
    if (::link((root_ / name).c_str(), path.c_str()) == 0) {
        touched_.insert(path.parent_path());
        return true;
    }
    if (errno == ENOSPC || errno == EDQUOT || errno == EIO || errno == EROFS) return refuse(errno, path);
    return false;
}

Result<void> Target::sync() {
    for (const auto& folder : touched_) CHECK_RESULT(sync_folder(folder));
    touched_.clear();
    return {};
}

}  // namespace cadre::cli
