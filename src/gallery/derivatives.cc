#include "gallery/derivatives.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/encoding.h"
#include "base/log.h"
#include "base/number.h"
#include "gallery/announcer.h"
#include "gallery/archive_contents.h"
#include "gallery/leftovers.h"
#include "gallery/likeness.h"
#include "gallery/photos.h"
#include "gallery/scratch.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Ref;
using catalog::Truth;

constexpr std::size_t kCopyPiece = std::size_t{1} << 20;
constexpr std::size_t kScanPage = 500;
constexpr int kPagesAtOnce = 20;  // of requeue_forgotten

std::vector<std::string> media_blobs(const std::string& key) {
    std::vector<std::string> keys;
    for (const auto& rule : kVariantRules) keys.push_back(media_blob(key, rule.name));
    return keys;
}

/// What a job of kind rekey is about.
struct Moved {
    Id id;
    std::string old_key;
    int old_rotation = 0;
};

std::optional<Moved> read_moved(std::string_view subject) {
    const auto first = subject.find(' ');
    if (first == std::string_view::npos) return std::nullopt;
    const auto id = parse_id(subject.substr(0, first));
    if (!id) return std::nullopt;
    subject.remove_prefix(first + 1);
    const auto second = std::min(subject.find(' '), subject.size());  // a release before this one wrote none
    Moved moved{*id, std::string(subject.substr(0, second))};
    if (second < subject.size()) moved.old_rotation = parse_number<int>(subject.substr(second + 1)).value_or(0);
    return moved;
}

Changes failed(const Error& error, std::string reader) {
    Changes changes;
    changes[std::string(field::kState)] = "failed";
    changes[std::string(field::kFailure)] = json::value(name_of(code_of(error)));
    changes[std::string(kFailureCode)] = nullptr;
    changes[std::string(kFailedBy)] = json::value(std::move(reader));
    return changes;
}

Changes not_failed(std::string_view state) {
    Changes changes;
    changes[std::string(field::kState)] = json::value(state);
    for (const auto name : {field::kFailure, kFailureCode, kFailedBy}) changes[std::string(name)] = nullptr;
    return changes;
}

/// What is known of a photo once its derivatives are there; `crc32` is that of the largest.
Changes facts_of(const Photo& photo, const media::Derived& derived, std::uint32_t crc32) {
    Changes facts = not_failed("ready");
    json::array variants;
    for (const auto& variant : derived.variants)
        variants.push_back(json::array{json::value(variant.name), variant.width, variant.height});
    facts[std::string(field::kVariants)] = std::move(variants);
    facts[std::string(field::kLarge)] = large_fact(photo.media_key, derived.variants.back().size, crc32);
    const bool on_its_side = photo.rotation % 180 != 0;
    facts[std::string(field::kWidth)] = on_its_side ? derived.height : derived.width;
    facts[std::string(field::kHeight)] = on_its_side ? derived.width : derived.height;
    // Said where it is so, and taken back where it was: most photos need neither.
    if (photo.rotation != 0 || photo.turned != 0) facts[std::string(field::kTurned)] = photo.rotation;
    if (derived.incomplete || photo.incomplete)
        facts[std::string(field::kIncomplete)] = derived.incomplete ? json::value(true) : json::value(nullptr);
    facts[std::string(field::kThumbhash)] = json::value(base64(as_bytes(derived.thumbhash)));
    facts[std::string(field::kLikeness)] = likeness_fact(derived);
    return facts;
}

}  // namespace

media::Limits limits_of(const Policy& policy) {
    media::Limits limits;
    limits.max_pixels = static_cast<std::int64_t>(policy.max_pixels);
    limits.cpu = policy.decoder_time;
    limits.wall = policy.decoder_time;
    return limits;
}

bool Derivatives::is_passing(const Error& error) {
    return error.kind != ErrorKind::unsupported && error.kind != ErrorKind::unprocessable &&
           error.kind != ErrorKind::too_large;
}

Task<bool> Derivatives::all_there(std::string key) {
    for (auto& blob : media_blobs(key)) {
        auto object = co_await gallery_.stores().blobs.open(std::move(blob));
        if (!object && object.error().kind == ErrorKind::not_found) co_return false;
        if (!object) co_return fail(std::move(object).error());
    }
    co_return true;
}

Task<std::shared_ptr<const UniqueFd>> Derivatives::fetch_original(Id id) {
    const auto& stores = gallery_.stores();
    std::string key = Ledger::prefix({Kind::photo, id}) + "original";
    CO_TRY(auto object, co_await stores.blobs.open(std::move(key)));
    if (object.file) co_return std::move(object.file);

    CO_TRY(auto copy, open_scratch(gallery_.policy().scratch));
    std::vector<std::uint8_t> piece(kCopyPiece);
    for (;;) {
        CO_TRY(const std::size_t got, co_await object.read(piece));
        if (got == 0) break;
        const std::span<const std::uint8_t> bytes(piece.data(), got);
        CO_CHECK(co_await stores.pool.run([&copy, bytes] { return write_all(copy.get(), bytes); }));
    }
    co_return std::make_shared<const UniqueFd>(std::move(copy));
}

Task<void> Derivatives::derive(Id id) {
    const auto& stores = gallery_.stores();
    CO_TRY(const auto entry, co_await stores.catalog.get({Kind::photo, id}));
    if (!entry || entry->truth.purged) co_return Result<void>();
    Photo photo = photo_of(id, entry->truth);
    if (photo.state == State::ready && photo.turned == photo.rotation && has_likeness(entry->truth) &&
        large_key(entry->truth) == photo.media_key) {
        CO_TRY(const bool there, co_await all_there(photo.media_key));
        if (there) co_return Result<void>();
    }
    if (photo.state == State::failed) {
        CO_TRY(const auto today, co_await reader());
        if (entry->truth.string(kFailedBy) == today) co_return Result<void>();
    }
    auto original = co_await fetch_original(id);
    if (!original && original.error().kind == ErrorKind::not_found) {
        Error missing{Code::original_missing, "The original file is missing from the store."};
        missing.detail = original.error().detail;
        co_return co_await fail_photo(std::move(photo), std::move(missing));
    }
    if (!original) co_return fail(std::move(original).error());

    auto derived = co_await stores.decoders.derive((*original)->get(), limits_of(gallery_.policy()), photo.owner.text(),
                                                   photo.rotation);
    if (derived) co_return co_await keep(std::move(photo), std::move(*derived));
    if (is_passing(derived.error())) co_return fail(std::move(derived).error());
    co_return co_await fail_photo(std::move(photo), std::move(derived).error());
}

Task<void> Derivatives::fail_photo(Photo photo, Error error) {
    const bool was_ready = photo.state == State::ready;
    log::warn(
        was_ready ? "derivatives could not be made again" : "a photo failed",
        {{"photo", photo.id.text()}, {"owner", photo.owner.text()}, {"why", error.message}, {"detail", error.detail}});
    if (was_ready) co_return Result<void>();  // it could be read once: a limit of today is no reason to take it away
    CO_TRY(auto today, co_await reader());
    co_return co_await say(photo.id, failed(error, std::move(today)));
}

Task<std::string> Derivatives::reader() {
    {
        const std::lock_guard lock(mutex_);
        if (!reader_.empty()) co_return reader_;
    }
    const auto& policy = gallery_.policy();
    CO_TRY(const auto libraries, co_await gallery_.stores().decoders.about());
    auto reader = fmt::format("cadre {}, {}, {} s, {} MiB, {} pixels", policy.version, libraries,
                              policy.decoder_time.count(), policy.decoder_memory >> 20U, policy.max_pixels);
    const std::lock_guard lock(mutex_);
    reader_ = reader;
    co_return reader;
}

Task<Photo> Derivatives::retry(Viewer viewer, Id id) {
    CO_TRY(auto photo, co_await gallery_.photos().get(viewer, id));
    CO_CHECK(require(viewer, Action::edit, photo));
    if (photo.state != State::failed) co_return photo;
    // In this order: a job that finds it failed by today's versions leaves it so.
    CO_CHECK(co_await say(id, not_failed("processing")));
    co_await gallery_.afterwards().queue(jobs::make_job(job::kDerive, id.text(), photo.owner.text()));
    co_return co_await gallery_.photos().get(std::move(viewer), id);
}

Task<bool> Derivatives::requeue_if_outdated(Id id, const Truth& truth) {
    if (truth.purged || truth.string(field::kState) != "failed") co_return false;
    {
        const std::lock_guard lock(mutex_);
        if (!reader_.empty() && truth.string(kFailedBy) == reader_) co_return false;
    }
    CO_CHECK(
        co_await gallery_.stores().jobs.push(jobs::make_job(job::kDerive, id.text(), truth.string(field::kOwner))));
    co_return true;
}

Task<void> Derivatives::give_up(Id id, Error error) {
    if (code_of(error) != Code::decoder_interrupted) co_return Result<void>();
    CO_TRY(const auto entry, co_await gallery_.stores().catalog.get({Kind::photo, id}));
    if (!entry || entry->truth.purged) co_return Result<void>();
    Photo photo = photo_of(id, entry->truth);
    co_return co_await fail_photo(std::move(photo), std::move(error));
}

/// Derivatives first, then the word that they are there. What was made for a key that is no longer the photo's is
/// neither kept nor told: another worker may have said since what the photo is like as it lies now.
Task<void> Derivatives::keep(Photo photo, media::Derived derived) {
    const auto& stores = gallery_.stores();
    std::vector<blobs::Put> puts;
    for (const auto& variant : derived.variants)
        puts.push_back({media_blob(photo.media_key, variant.name),
                        blobs::FileRange{variant.file.get(), 0, variant.size}, blobs::Durability::disposable});
    CO_CHECK(co_await stores.blobs.put(std::move(puts)));
    const auto& large = derived.variants.back();
    CO_TRY(const auto crc32,
           co_await stores.pool.run([&large] { return crc32_of_file(large.file.get(), large.size); }));

    CO_TRY(auto key, co_await key_now(photo.id));
    if (key == photo.media_key) {
        CO_CHECK(co_await say(photo.id, facts_of(photo, derived, crc32)));
        CO_TRY(key, co_await key_now(photo.id));
        if (key == photo.media_key) co_return Result<void>();
    }
    CO_CHECK(co_await remove_media(photo.media_key));
    if (!key.empty())
        CO_CHECK(co_await stores.jobs.push(jobs::make_job(job::kDerive, photo.id.text(), photo.owner.text())));
    co_return Result<void>();
}

Task<std::string> Derivatives::key_now(Id id) {
    CO_TRY(const auto entry, co_await gallery_.stores().catalog.get({Kind::photo, id}));
    if (!entry || entry->truth.purged) co_return std::string();
    co_return photo_of(id, entry->truth).media_key;
}

/// Adds derived facts and tells who watches. A photo that was purged meanwhile is no error.
Task<void> Derivatives::say(Id id, Changes derived) {
    const auto& stores = gallery_.stores();
    const Ref ref{Kind::photo, id};
    CO_TRY(const auto before, co_await stores.catalog.get(ref));
    auto entry = co_await gallery_.ledger().derive(ref, std::move(derived));
    if (!entry && entry.error().kind == ErrorKind::not_found) co_return Result<void>();
    if (!entry) co_return fail(std::move(entry).error());
    Truth was;
    if (before) was = before->truth;
    co_await gallery_.announcer().photo_changed(id, std::move(was), std::move(entry->truth));
    co_return Result<void>();
}

Task<void> Derivatives::rekey(std::string subject) {
    const auto& stores = gallery_.stores();
    const auto moved = read_moved(subject);
    if (!moved) co_return Result<void>();
    const auto& [id, old_key, old_rotation] = *moved;

    CO_TRY(const auto entry, co_await stores.catalog.get({Kind::photo, id}));
    if (!entry || entry->truth.purged) co_return co_await remove_media(old_key);
    const Photo photo = photo_of(id, entry->truth);
    if (photo.media_key == old_key) co_return Result<void>();
    bool missing = photo.rotation != old_rotation;
    for (const auto& rule : kVariantRules) {
        if (missing) break;
        auto copied = co_await stores.blobs.copy(media_blob(old_key, rule.name), media_blob(photo.media_key, rule.name),
                                                 blobs::Durability::disposable);
        if (!copied && copied.error().kind != ErrorKind::not_found) co_return fail(std::move(copied).error());
        if (!copied) missing = true;
    }
    if (missing) CO_CHECK(co_await derive(id));
    CO_CHECK(co_await remove_media(old_key));

    // It may have changed again while this copied: what was put under a key that is no longer current goes too.
    CO_TRY(const auto now, co_await stores.catalog.get({Kind::photo, id}));
    const bool purged = !now || now->truth.purged;
    if (purged || photo_of(id, now->truth).media_key != photo.media_key)
        co_return co_await remove_media(photo.media_key);
    co_return Result<void>();
}

Task<void> Derivatives::remove_media(std::string key) {
    if (!is_media_key(key)) co_return Result<void>();
    co_return co_await gallery_.stores().blobs.remove(media_blobs(key));
}

Task<bool> Derivatives::requeue_if_forgotten(Id id, const Truth& truth, Millis age) {
    const auto& stores = gallery_.stores();
    // One of the future is not young: some clock was wrong when it was made.
    if (truth.purged || is_young(id, stores.clock.now() - age + Millis(1))) co_return false;
    // Not photo_of(): most photos are ready, and a sweep looks at all of them.
    const auto state = truth.string(field::kState);
    if (state == "ready" || state == "failed") co_return false;
    CO_TRY(const bool held, co_await stores.jobs.holds(job::kDerive, id.text()));
    if (held) co_return false;
    CO_CHECK(co_await stores.jobs.push(jobs::make_job(job::kDerive, id.text(), truth.string(field::kOwner))));
    co_return true;
}

Task<std::size_t> Derivatives::requeue_forgotten(Millis age) {
    const auto& stores = gallery_.stores();
    std::size_t count = 0;
    for (int pages = 0; pages < kPagesAtOnce; ++pages) {
        CO_TRY(auto page, co_await stores.catalog.scan(Kind::photo, looked_at_, kScanPage));
        for (const auto& listed : page.items) {
            CO_TRY(const bool queued, co_await requeue_if_forgotten(listed.id, listed.entry.truth, age));
            if (queued) ++count;
        }
        looked_at_ = std::move(page.next);
        if (looked_at_.empty()) break;
    }
    co_return count;
}

}  // namespace cadre::gallery
