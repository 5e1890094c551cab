#include "gallery/derivatives.h"

#include "base/encoding.h"
#include "base/log.h"
#include "gallery/announcer.h"
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

Changes failed(const std::string& sentence) {
    Changes changes;
    changes[std::string(field::kState)] = "failed";
    changes[std::string(field::kFailure)] = json::value(sentence);
    return changes;
}

}  // namespace

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
    if (photo.state == State::ready) {
        CO_TRY(const bool there, co_await all_there(photo.media_key));
        if (there) co_return Result<void>();
    }
    auto original = co_await fetch_original(id);
    if (!original && original.error().kind == ErrorKind::not_found) {
        log::error("an original is missing", {{"photo", id.text()}});
        co_return co_await say(id, failed("The original file is missing from the store."));
    }
    if (!original) co_return fail(std::move(original).error());

    media::Limits limits;
    limits.max_pixels = static_cast<std::int64_t>(gallery_.policy().max_pixels);
    auto derived = co_await stores.decoders.derive((*original)->get(), limits, photo.owner.text());
    if (derived) co_return co_await keep(std::move(photo), std::move(*derived));
    if (is_passing(derived.error())) co_return fail(std::move(derived).error());
    if (photo.state == State::ready) {  // it could be read once: a limit of today is no reason to take it away
        log::error("derivatives could not be made again", {{"photo", id.text()}, {"why", derived.error().message}});
        co_return Result<void>();
    }
    co_return co_await say(id, failed(derived.error().message));
}

/// Derivatives first, then the word that they are there; and away with them if the key changed meanwhile.
Task<void> Derivatives::keep(Photo photo, media::Derived derived) {
    const auto& stores = gallery_.stores();
    std::vector<blobs::Put> puts;
    json::array variants;
    for (const auto& variant : derived.variants) {
        puts.push_back({media_blob(photo.media_key, variant.name),
                        blobs::FileRange{variant.file.get(), 0, variant.size}, blobs::Durability::disposable});
        variants.push_back(json::array{json::value(variant.name), variant.width, variant.height});
    }
    CO_CHECK(co_await stores.blobs.put(std::move(puts)));
    Changes facts;
    facts[std::string(field::kState)] = "ready";
    facts[std::string(field::kFailure)] = nullptr;
    facts[std::string(field::kWidth)] = derived.width;
    facts[std::string(field::kHeight)] = derived.height;
    facts[std::string(field::kThumbhash)] = json::value(base64(as_bytes(derived.thumbhash)));
    facts[std::string(field::kVariants)] = std::move(variants);
    CO_CHECK(co_await say(photo.id, std::move(facts)));

    CO_TRY(const auto entry, co_await stores.catalog.get({Kind::photo, photo.id}));
    const bool purged = !entry || entry->truth.purged;
    if (!purged && photo_of(photo.id, entry->truth).media_key == photo.media_key) co_return Result<void>();
    CO_CHECK(co_await remove_media(photo.media_key));
    if (!purged) CO_CHECK(co_await stores.jobs.push(jobs::make_job(job::kDerive, photo.id.text())));
    co_return Result<void>();
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
    const auto space = subject.find(' ');
    const auto id = parse_id(std::string_view(subject).substr(0, space));
    if (space == std::string::npos || !id) co_return Result<void>();
    const std::string old_key = subject.substr(space + 1);

    CO_TRY(const auto entry, co_await stores.catalog.get({Kind::photo, *id}));
    if (!entry || entry->truth.purged) co_return co_await remove_media(old_key);
    const Photo photo = photo_of(*id, entry->truth);
    if (photo.media_key == old_key) co_return Result<void>();
    bool missing = false;
    for (const auto& rule : kVariantRules) {
        auto copied = co_await stores.blobs.copy(media_blob(old_key, rule.name), media_blob(photo.media_key, rule.name),
                                                 blobs::Durability::disposable);
        if (!copied && copied.error().kind != ErrorKind::not_found) co_return fail(std::move(copied).error());
        if (!copied) missing = true;
    }
    if (missing) CO_CHECK(co_await derive(*id));
    CO_CHECK(co_await remove_media(old_key));

    // It may have changed again while this copied: what was put under a key that is no longer current goes too.
    CO_TRY(const auto now, co_await stores.catalog.get({Kind::photo, *id}));
    const bool purged = !now || now->truth.purged;
    if (purged || photo_of(*id, now->truth).media_key != photo.media_key)
        co_return co_await remove_media(photo.media_key);
    co_return Result<void>();
}

Task<void> Derivatives::remove_media(std::string key) {
    if (!is_media_key(key)) co_return Result<void>();
    co_return co_await gallery_.stores().blobs.remove(media_blobs(key));
}

Task<bool> Derivatives::requeue_if_forgotten(Id id, const Truth& truth, Millis age) {
    const auto& stores = gallery_.stores();
    if (truth.purged || id.made_at() > stores.clock.now() - age) co_return false;
    // Not photo_of(): most photos are ready, and a sweep looks at all of them.
    const auto state = truth.string(field::kState);
    if (state == "ready" || state == "failed") co_return false;
    CO_TRY(const bool held, co_await stores.jobs.holds(job::kDerive, id.text()));
    if (held) co_return false;
    CO_CHECK(co_await stores.jobs.push(jobs::make_job(job::kDerive, id.text())));
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
