#include "cli/stores.h"

#include <fmt/format.h>

#include <filesystem>

#include "blobs/files/store.h"
#include "catalog/sqlite/catalog.h"
#include "events/local/bus.h"
#include "jobs/sqlite/queue.h"

namespace cadre::cli {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kFiles = "files:";

Result<Index> open_solo(const Settings& settings, Access access, const Clock& clock, Random& random) {
    Index index;
    const std::filesystem::path data = settings.data;
    const std::filesystem::path catalog_db = settings.catalog.substr(kSqlite.size());
    CHECK_RESULT(make_folder(data));
    if (access == Access::owner) {
        TRY(auto lock, blobs::files::lock_folder(data));
        index.lock.emplace(std::move(lock));
    }
    CHECK_RESULT(make_folder(catalog_db.parent_path()));
    TRY(index.catalog,
        catalog::sqlite::open({.catalog_db = catalog_db, .volatile_db = catalog_db.parent_path() / "volatile.db"},
                              clock, random));
    jobs::sqlite::Options jobs;
    jobs.path = access == Access::owner ? data / "jobs.db" : ":memory:";
    jobs.limit = static_cast<std::size_t>(settings.job_limit);
    TRY(index.jobs, jobs::sqlite::open(std::move(jobs), clock, random));
    index.events = events::local::make({}, clock, random);
    return index;
}

Error no_driver(const std::string& url) {
    return {ErrorKind::unsupported,
            fmt::format("This version of Cadre has no driver for “{}” yet.", url.substr(0, url.find(':') + 1))};
}

}  // namespace

Result<Index> open_index(const Settings& settings, Access access, const Clock& clock, Random& random) {
    if (is_fleet(settings)) return fail(no_driver(settings.catalog));
    return open_solo(settings, access, clock, random);
}

Result<std::unique_ptr<blobs::Store>> open_blobs(const std::string& url, const Settings& settings, Pool& files) {
    if (url.starts_with(kFiles)) return blobs::files::open({.root = url.substr(kFiles.size())}, files);
    return fail(no_driver(settings.blobs));
}

Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (std::filesystem::create_directories(folder, error))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error)
        return fail(ErrorKind::unavailable,
                    fmt::format("The folder {} cannot be made: {}.", folder.string(), error.message()));
    return {};
}

Result<void> require_blobs(const Settings& settings) {
    if (!settings.blobs.starts_with(kFiles)) return {};
    const std::string folder = settings.blobs.substr(kFiles.size());
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) return {};
    return fail(
        ErrorKind::not_found,
        fmt::format("There is no library: the folder {} is not there. --data or --blobs says where it is.", folder));
}

}  // namespace cadre::cli
