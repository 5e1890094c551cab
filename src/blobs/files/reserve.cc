#include "blobs/files/reserve.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <system_error>

#include "base/disk.h"
#include "base/fd.h"
#include "base/log.h"
#include "blobs/files/layout.h"

namespace cadre::blobs::files {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kAtOnce = std::uint64_t{4} << 20;  // of derivatives
/// Below it a start could fail: databases make files of their own when they are opened.
constexpr std::uint64_t kToStart = std::uint64_t{512} << 10;
constexpr std::uint64_t kKeptToStart = std::uint64_t{1} << 20;

/// Bytes that the file takes; nothing where it is not there.
std::optional<std::uint64_t> taken_by(const fs::path& file) {
    struct stat found {};
    if (::lstat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(found.st_blocks) * 512;
}

bool make_file(const fs::path& file, std::uint64_t size) {
    const UniqueFd made(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (made && ::posix_fallocate(made.get(), 0, static_cast<off_t>(size)) == 0) return true;
    ::unlink(file.c_str());
    return false;
}

bool can_start(const fs::path& folder) {
    const auto disk = disk_space(folder.string());
    return !disk || (disk->available >= kToStart && disk->names >= 16);
}

}  // namespace

Reserve::Reserve(const std::vector<fs::path>& folders, fs::path blobs) : blobs_(std::move(blobs)) {
    std::set<dev_t> seen;
    for (const auto& folder : folders) {
        struct stat found {};
        if (::stat(folder.c_str(), &found) != 0 || !seen.insert(found.st_dev).second) continue;
        const auto path = folder / (folder == blobs_ ? "+reserve" : "reserve");
        files_.push_back({path, path.string() + ".start", found.st_dev, found.st_ino});
    }
}

Reserve::~Reserve() { keep_room_to_start(); }

/// Nothing is written below a mount point whose disk is gone, or into a folder that has taken the place of another.
bool Reserve::is_in_its_place(const File& file) {
    struct stat found {};
    return ::stat(file.path.parent_path().c_str(), &found) == 0 && found.st_dev == file.device &&
           found.st_ino == file.folder;
}

void Reserve::tell(std::function<void(const std::string&)> told) {
    const std::lock_guard lock(mutex_);
    told_ = std::move(told);
}

void Reserve::make() {
    const std::lock_guard lock(mutex_);
    for (const auto& file : files_) {
        const auto disk = disk_space(file.path.parent_path().string());
        if (!disk || !is_in_its_place(file)) continue;
        const auto size = kept_free(*disk);
        if (taken_by(file.path).value_or(0) >= size || disk->available < 3 * size) continue;
        if (!make_file(file.path, size)) log::debug("no room is kept for a full disk", {{"file", file.path.string()}});
    }
}

bool Reserve::let_go() {
    bool freed = false;
    for (const auto& file : files_) {
        const auto taken = taken_by(file.path);
        if (!taken || ::unlink(file.path.c_str()) != 0) continue;
        freed = true;
        log::warn("the disk is full: what was kept for that is let go of",
                  {{"file", file.path.string()}, {"bytes", *taken}});
    }
    return freed;
}

bool Reserve::make_room() {
    const std::lock_guard lock(mutex_);
    if (let_go()) return true;
    if (blobs_.empty()) return false;
    for (const char* variant : {"xl.webp", "l.webp", "m.webp", "s.webp"})
        if (drop_derivatives(variant)) return true;
    return false;
}

void Reserve::make_room_to_start() {
    for (const auto& file : files_) {
        const auto folder = file.path.parent_path();
        if (!can_start(folder)) ::unlink(file.to_start.c_str());
        while (!can_start(folder) && make_room()) {
        }
    }
}

void Reserve::keep_room_to_start() {
    const std::lock_guard lock(mutex_);
    for (const auto& file : files_) {
        if (!is_in_its_place(file)) continue;
        auto size = kKeptToStart;
        const auto taken = taken_by(file.to_start).value_or(0);
        while (taken < size && size >= kToStart / 4 && !make_file(file.to_start, size)) size /= 2;
    }
}

bool Reserve::drop_derivatives(const std::string& variant) {
    std::uint64_t freed = 0;
    std::uint64_t files = 0;
    std::error_code error;
    for (auto at = fs::recursive_directory_iterator(blobs_ / "media", error);
         !error && at != fs::recursive_directory_iterator() && freed < kAtOnce; at.increment(error)) {
        const auto& path = at->path();
        const auto name = path.filename().string();
        if (name != variant && !name.ends_with("," + variant)) continue;
        const auto taken = taken_by(path);
        if (!taken || ::unlink(path.c_str()) != 0) continue;
        freed += *taken;
        ++files;
        const auto id = path.parent_path();
        const auto shard = id.parent_path();
        if (const auto key = key_at({"media", shard.filename().string(), id.filename().string(), name}); key && told_)
            told_(*key);
    }
    if (files > 0)
        log::warn("the disk is full: derivatives are let go of, and made again when they are asked for",
                  {{"files", files}, {"bytes", freed}});
    return files > 0;
}

}  // namespace cadre::blobs::files
