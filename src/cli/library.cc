#include "cli/library.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>

#include "base/log.h"
#include "blobs/files/store.h"
#include "catalog/sqlite/catalog.h"
#include "cli/blocking.h"
#include "events/local/bus.h"
#include "jobs/sqlite/queue.h"

namespace cadre::cli {
namespace {

constexpr std::size_t kFileThreads = 8;  // they mostly wait for fsync
constexpr std::size_t kScratchThreads = 2;
constexpr std::size_t kCalls = 2048;    // waiting for a pool at once
constexpr std::size_t kPasswords = 64;  // waiting to be hashed, each some ten milliseconds

/// What follows "scheme:".
Result<std::filesystem::path> place(const std::string& url, std::string_view scheme) {
    if (!url.starts_with(scheme) || url.substr(scheme.size(), 1) != ":")
        return fail(ErrorKind::unsupported,
                    fmt::format("This version of Cadre has no driver for “{}” yet; {}: is what it has.",
                                url.substr(0, url.find(':') + 1), scheme));
    return std::filesystem::path(url.substr(scheme.size() + 1));
}

/// A new one is nobody else's to look into.
Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (std::filesystem::create_directories(folder, error))
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error)
        return fail(ErrorKind::unavailable,
                    fmt::format("The folder {} cannot be made: {}.", folder.string(), error.message()));
    return {};
}

gallery::Policy policy_of(const Settings& settings) {
    gallery::Policy policy;
    policy.max_upload = static_cast<std::uint64_t>(settings.max_upload);
    policy.max_pixels = static_cast<std::uint64_t>(settings.max_pixels);
    policy.trash_days = static_cast<int>(settings.trash_days);
    policy.scratch = settings.scratch;
    policy.scratch_bytes = static_cast<std::uint64_t>(settings.scratch_limit);
    return policy;
}

media::Options decoder_options(const Settings& settings) {
    media::Options options;
    options.program = settings.decoder;
    options.workers = static_cast<std::size_t>(settings.workers);
    options.queue = static_cast<std::size_t>(settings.decoder_queue);
    options.memory = static_cast<std::uint64_t>(settings.decoder_memory);
    return options;
}

}  // namespace

Library::Library() : files_(kFileThreads, kCalls), scratch_(kScratchThreads, kCalls), passwords_(1, kPasswords) {}

Library::~Library() {
    passwords_.stop();
    scratch_.stop();
    files_.stop();
}

Result<std::unique_ptr<Library>> Library::open(const Settings& settings, Access access) {
    std::unique_ptr<Library> library(new Library);
    CHECK_RESULT(library->open_stores(settings, access));
    return library;
}

Result<void> Library::open_stores(const Settings& settings, Access access) {
    TRY(const auto catalog_db, place(settings.catalog, "sqlite"));
    TRY(const auto photographs, place(settings.blobs, "files"));
    const std::filesystem::path data = settings.data;
    CHECK_RESULT(make_folder(data));
    if (access == Access::owner) {
        TRY(auto lock, blobs::files::lock_folder(data));
        lock_.emplace(std::move(lock));
    }
    CHECK_RESULT(make_folder(settings.scratch));
    CHECK_RESULT(make_folder(catalog_db.parent_path()));

    TRY(catalog_,
        catalog::sqlite::open({.catalog_db = catalog_db, .volatile_db = catalog_db.parent_path() / "volatile.db"},
                              clock_, random_));
    TRY(blobs_, blobs::files::open({.root = photographs}, files_));
    jobs::sqlite::Options jobs;
    jobs.path = access == Access::owner ? data / "jobs.db" : ":memory:";
    jobs.limit = static_cast<std::size_t>(settings.job_limit);
    TRY(jobs_, jobs::sqlite::open(std::move(jobs), clock_, random_));
    events_ = events::local::make({}, clock_, random_);
    decoders_ = media::make_sandboxed_decoders(decoder_options(settings));
    gallery_ = std::make_unique<gallery::Gallery>(
        gallery::Stores{*blobs_, *catalog_, *jobs_, *events_, *decoders_, clock_, random_, scratch_, passwords_},
        policy_of(settings));
    return {};
}

Task<bool> Library::must_rebuild() {
    CO_TRY(const bool complete, co_await catalog_->complete());
    if (complete) co_return false;
    std::string everything, beginning;
    CO_TRY(const auto anything, co_await blobs_->list(std::move(everything), std::move(beginning), 1));
    if (!anything.items.empty()) co_return true;
    CO_TRY(auto mark, co_await catalog_->begin_rebuild(false));
    CO_CHECK(co_await catalog_->end_rebuild(std::move(mark)));
    co_return false;
}

Task<gallery::ReindexReport> Library::rebuild() {
    log::info("the catalog is rebuilt from the blobs");
    std::function<void(std::uint64_t)> progress = [](std::uint64_t records) {
        log::info("the catalog is being rebuilt", {{"records", records}});
    };
    CO_TRY(auto report, co_await gallery::reindex(*gallery_, std::move(progress)));
    for (const auto& damaged : report.damaged) log::error("facts cannot be read", {{"what", damaged}});
    log::info("the catalog is rebuilt", {{"records", report.records}, {"mended", report.mended}});
    co_return report;
}

Result<std::unique_ptr<Library>> open_beside_server(const Settings& settings) {
    TRY(auto guest, Library::open(settings, Access::guest));
    TRY(const bool complete, wait_for(guest->gallery().stores().catalog.complete()));
    if (complete) return guest;
    guest.reset();
    {
        TRY(auto owner, Library::open(settings, Access::owner));
        TRY(const bool rebuild, wait_for(owner->must_rebuild()));
        if (rebuild) CHECK_RESULT(wait_for(owner->rebuild()));
    }
    return Library::open(settings, Access::guest);
}

}  // namespace cadre::cli
