#include "cli/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/log.h"
#include "cli/version.h"

namespace cadre::cli {
namespace {

constexpr std::size_t kFileThreads = 8;  // they mostly wait for fsync
constexpr std::size_t kScratchThreads = 2;
constexpr std::size_t kCalls = 2048;    // waiting for a pool at once
constexpr std::size_t kPasswords = 64;  // waiting to be hashed, each some ten milliseconds

/// Whole seconds, as the kernel counts processor time.
std::chrono::seconds decoder_time(const Settings& settings) {
    return std::chrono::ceil<std::chrono::seconds>(settings.decoder_time);
}

gallery::Policy policy_of(const Settings& settings) {
    gallery::Policy policy;
    policy.max_upload = static_cast<std::uint64_t>(settings.max_upload);
    policy.max_pixels = static_cast<std::uint64_t>(settings.max_pixels);
    policy.decoder_time = decoder_time(settings);
    policy.decoder_memory = static_cast<std::uint64_t>(settings.decoder_memory);
    policy.version = kVersion;
    policy.trash_days = static_cast<int>(settings.trash_days);
    policy.scratch = settings.scratch;
    policy.scratch_bytes = static_cast<std::uint64_t>(settings.scratch_limit);
    return policy;
}

media::Options decoder_options(const Settings& settings) {
    media::Options options;
    options.program = settings.decoder;
    options.workers = static_cast<std::size_t>(settings.workers);
    options.guests = guests_of(settings);
    options.photo_cpu = decoder_time(settings);
    options.queue = static_cast<std::size_t>(settings.decoder_queue);
    options.memory = static_cast<std::uint64_t>(settings.decoder_memory);
    return options;
}

}  // namespace

std::size_t guests_of(const Settings& settings) {
    constexpr std::int64_t kMost = 4;
    return static_cast<std::size_t>(std::min(settings.workers, kMost));
}

Library::Library(std::string places)
    : files_(kFileThreads, kCalls),
      scratch_(kScratchThreads, kCalls),
      passwords_(1, kPasswords),
      places_file_(std::move(places)) {}

Library::~Library() {
    passwords_.stop();
    scratch_.stop();
    files_.stop();
}

Result<std::unique_ptr<Library>> Library::open(const Settings& settings, Access access) {
    std::unique_ptr<Library> library(new Library(settings.places));
    CHECK_RESULT(library->open_stores(settings, access));
    return library;
}

Result<void> Library::open_stores(const Settings& settings, Access access) {
    TRY(index_, open_index(settings, access, clock_, random_));
    TRY(blobs_, open_blobs(settings.blobs, settings, clock_, files_, index_.reserve.get()));
    CHECK_RESULT(make_folder(settings.scratch));
    decoders_ = media::make_sandboxed_decoders(decoder_options(settings));
    auto policy = policy_of(settings);
    policy.zone_at = [this](double lat, double lon) {
        const auto known = places();
        return known ? std::string((*known)->zone_at(lat, lon)) : std::string();
    };
    gallery_ =
        std::make_unique<gallery::Gallery>(gallery::Stores{*blobs_, *index_.catalog, *index_.jobs, *index_.events,
                                                           *decoders_, clock_, random_, scratch_, passwords_},
                                           std::move(policy));
    return {};
}

Result<const places::Places*> Library::places() {
    std::call_once(places_read_, [this] { places_ = places::Places::load(places_file_); });
    if (!places_) return fail(places_.error());
    return places_->get();
}

Task<void> Library::keep_reserve() {
    co_return co_await files_.run([this]() -> Result<void> {
        if (index_.reserve) index_.reserve->make();
        return {};
    });
}

Task<bool> Library::must_rebuild() {
    CO_TRY(const bool complete, co_await index_.catalog->complete());
    if (complete) co_return false;
    std::string everything, beginning;
    CO_TRY(const auto anything, co_await blobs_->list(std::move(everything), std::move(beginning), 1));
    if (!anything.items.empty()) co_return true;
    CO_TRY(auto mark, co_await index_.catalog->begin_rebuild(false));
    CO_CHECK(co_await index_.catalog->end_rebuild(std::move(mark)));
    co_return false;
}

Task<gallery::ReindexReport> Library::rebuild(gallery::Parts parts) {
    log::info("the catalog is rebuilt from the blobs");
    std::function<void(std::uint64_t)> progress = [](std::uint64_t records) {
        log::info("the catalog is being rebuilt", {{"records", records}});
    };
    CO_TRY(auto report, co_await gallery::reindex(*gallery_, std::move(progress), parts));
    for (const auto& damaged : report.damaged) log::error("facts cannot be read", {{"what", damaged}});
    log::info("the catalog is rebuilt", {{"records", report.records}, {"mended", report.mended}});
    co_return report;
}

Result<std::unique_ptr<Library>> open_beside_server(Loop& loop, const Settings& settings) {
    TRY(auto guest, Library::open(settings, Access::guest));
    if (is_fleet(settings)) {
        TRY(const bool rebuild, loop.wait_for(guest->must_rebuild()));
        if (!rebuild) return guest;
        return fail(
            ErrorKind::unavailable,
            "The catalog is not complete. A keeper, if one runs, is completing it now; so does `cadre reindex`.");
    }
    TRY(const bool complete, loop.wait_for(guest->gallery().stores().catalog.complete()));
    if (complete) return guest;
    guest.reset();
    {
        TRY(auto owner, Library::open(settings, Access::owner));
        TRY(const bool rebuild, loop.wait_for(owner->must_rebuild()));
        if (rebuild) CHECK_RESULT(loop.wait_for(owner->rebuild()));
    }
    return Library::open(settings, Access::guest);
}

}  // namespace cadre::cli
