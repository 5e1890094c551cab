#include "cli/stores.h"

#include <fmt/format.h>

#include <filesystem>

#include "blobs/files/store.h"
#include "blobs/s3/store.h"
#include "catalog/redis/catalog.h"
#include "catalog/sqlite/catalog.h"
#include "events/local/bus.h"
#include "events/streams/bus.h"
#include "jobs/sqlite/queue.h"
#include "jobs/streams/queue.h"
#include "redis/url.h"

namespace cadre::cli {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

std::filesystem::path folder_of_blobs(const Settings& settings) {
    if (!settings.blobs.starts_with(kFiles)) return {};
    return settings.blobs.substr(kFiles.size());
}

Result<Index> open_solo(const Settings& settings, Access access, const Clock& clock, Random& random) {
    Index index;
    const std::filesystem::path data = settings.data;
    const std::filesystem::path catalog_db = settings.catalog.substr(kSqlite.size());
    CHECK_RESULT(make_folder(data));
    std::optional<blobs::files::FolderLock> for_now;  // a guest may be the first after a kill
    if (access == Access::owner) {
        TRY(auto lock, blobs::files::lock_folder(data));
        index.lock.emplace(std::move(lock));
    } else {
        for_now = blobs::files::lock_after_a_kill(data);
    }
    CHECK_RESULT(make_folder(catalog_db.parent_path()));
    const auto photographs = folder_of_blobs(settings);
    index.reserve = std::make_unique<blobs::files::Reserve>(
        std::vector<std::filesystem::path>{data, catalog_db.parent_path(), photographs}, photographs);
    index.reserve->make_room_to_start();
    const auto make_room = [reserve = index.reserve.get()] { return reserve->make_room(); };

    catalog::sqlite::Options catalog;
    catalog.catalog_db = catalog_db;
    catalog.volatile_db = catalog_db.parent_path() / "volatile.db";
    catalog.alone = index.lock || for_now;
    catalog.killed = for_now || (index.lock && index.lock->after_a_kill());
    catalog.make_room = make_room;
    TRY(index.catalog, catalog::sqlite::open(std::move(catalog), clock, random));
    jobs::sqlite::Options jobs;
    jobs.path = access == Access::owner ? data / "jobs.db" : ":memory:";
    jobs.limit = static_cast<std::size_t>(settings.job_limit);
    jobs.make_room = make_room;
    TRY(index.jobs, jobs::sqlite::open(std::move(jobs), clock, random));
    index.reserve->keep_room_to_start();
    index.events = events::local::make({}, clock, random);
    return index;
}

Result<Index> open_fleet(const Settings& settings, const Clock& clock, Random& random) {
    Index index;
    TRY(auto url, redis::parse_url(settings.catalog));
    redis::Options options;
    options.seeds = std::move(url.seeds);
    options.tls = url.tls;
    options.password = settings.redis_password;
    index.redis = std::make_unique<redis::Cluster>(std::move(options));
    const std::string prefix = url.prefix + ":";
    index.catalog = catalog::redis::open(*index.redis, {.prefix = prefix}, clock, random);
    jobs::streams::Options jobs;
    jobs.prefix = prefix;
    jobs.consumer = settings.name;
    jobs.limit = static_cast<std::size_t>(settings.job_limit);
    index.jobs = jobs::streams::open(*index.redis, std::move(jobs), clock, random);
    index.events = events::streams::open(*index.redis, {.prefix = prefix});
    return index;
}

}  // namespace

Result<Index> open_index(const Settings& settings, Access access, const Clock& clock, Random& random) {
    if (is_fleet(settings)) return open_fleet(settings, clock, random);
    return open_solo(settings, access, clock, random);
}

Result<std::unique_ptr<blobs::Store>> open_blobs(const std::string& url, const Settings& settings, const Clock& clock,
                                                 Pool& files, blobs::files::Reserve* reserve) {
    if (url.starts_with(kFiles))
        return blobs::files::open({.root = url.substr(kFiles.size()), .reserve = reserve}, files);
    blobs::s3::Options options;
    TRY(options.where, blobs::s3::parse_location(url));
    options.credentials.access_key = settings.s3_access_key;
    options.credentials.secret_key = settings.s3_secret_key;
    return blobs::s3::open(std::move(options), clock, files);
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
