#include "cli/finder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "base/log.h"
#include "find/sqlite/finder.h"

namespace cadre::cli {
namespace {

constexpr std::string_view kPrefix = "find-";
constexpr std::string_view kLock = ".lock";
constexpr std::string_view kSqlite = "sqlite:";

/// Whether somebody has the lock. If nobody has, `free` does until it is closed; without a file it is empty.
bool is_held(const std::filesystem::path& lock, UniqueFd& free) {
    free.reset(::open(lock.c_str(), O_RDONLY | O_CLOEXEC));
    return free && ::flock(free.get(), LOCK_EX | LOCK_NB) != 0;
}

/// What processes that are no more have left. Containers that share the folder have process numbers of their own, so a
/// lock tells which are alive: the kernel lets it go with the process.
void clear_leftovers(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(kPrefix)) continue;
        const auto lock = folder / (name.substr(0, name.find('.')) + std::string(kLock));
        UniqueFd free;
        if (is_held(lock, free)) continue;
        std::error_code ignored;
        std::filesystem::remove(entry.path(), ignored);
    }
}

/// The path of a lock of its own, which it has.
Result<std::pair<UniqueFd, std::filesystem::path>> make_lock(const std::filesystem::path& folder) {
    while (true) {
        std::string name = (folder / (std::string(kPrefix) + "XXXXXX" + std::string(kLock))).string();
        UniqueFd lock(::mkostemps(name.data(), static_cast<int>(kLock.size()), O_CLOEXEC));
        if (!lock)
            return fail(ErrorKind::internal, "A file of search cannot be made.",
                        std::string(folder) + ": " + std::generic_category().message(errno));
        struct stat about {};
        while (::flock(lock.get(), LOCK_EX) != 0 && errno == EINTR) {
        }
        // Somebody who clears up may have taken it away before it was locked.
        if (::fstat(lock.get(), &about) == 0 && about.st_nlink > 0)
            return std::pair(std::move(lock), std::filesystem::path(name));
    }
}

}  // namespace

Result<OwnFinder> open_finder(const Settings& settings) {
    OwnFinder own;
    find::sqlite::Options options;
    if (is_fleet(settings)) {
        const std::filesystem::path folder = settings.scratch;
        CHECK_RESULT(make_folder(folder));
        clear_leftovers(folder);
        TRY(auto lock, make_lock(folder));
        own.lock = std::move(lock.first);
        options.file = lock.second.replace_extension(".db");
    } else {
        const std::filesystem::path catalog = settings.catalog.substr(kSqlite.size());
        options.file = catalog.parent_path() / "find.db";
    }
    TRY(own.finder, find::sqlite::open(std::move(options)));
    return own;
}

}  // namespace cadre::cli
