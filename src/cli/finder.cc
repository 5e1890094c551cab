#include "cli/finder.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>

#include "find/sqlite/finder.h"

namespace cadre::cli {
namespace {

constexpr std::string_view kPrefix = "find-";
constexpr std::string_view kSqlite = "sqlite:";

/// Of processes that are no more; a number that was given again to this process is one of them.
void clear_leftovers(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(kPrefix)) continue;
        int process = 0;
        std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), process);
        const bool alive = ::kill(process, 0) == 0 || errno == EPERM;
        if (process <= 0 || (process != ::getpid() && alive)) continue;
        std::error_code ignored;
        std::filesystem::remove(entry.path(), ignored);
    }
}

}  // namespace

Result<std::unique_ptr<find::Finder>> open_finder(const Settings& settings) {
    find::sqlite::Options options;
    if (is_fleet(settings)) {
        const std::filesystem::path folder = settings.scratch;
        CHECK_RESULT(make_folder(folder));
        clear_leftovers(folder);
        options.file = folder / fmt::format("{}{}.db", kPrefix, ::getpid());
    } else {
        const std::filesystem::path catalog = settings.catalog.substr(kSqlite.size());
        options.file = catalog.parent_path() / "find.db";
    }
    return find::sqlite::open(std::move(options));
}

}  // namespace cadre::cli
