#include "gallery/archive_contents.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/concurrently.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "base/log.h"
#include "gallery/albums.h"
#include "gallery/crc32.h"
#include "gallery/zip_names.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Kind;
using catalog::Truth;

constexpr std::size_t kReadAtOnce = 4;
constexpr std::size_t kReadPiece = std::size_t{256} << 10;

/// Known of the bytes that go in.
struct Summed {
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
};

std::optional<std::uint32_t> as_crc32(const json::value& value) {
    if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() > 0xffff'ffff) return std::nullopt;
    return static_cast<std::uint32_t>(value.get_int64());
}

std::optional<Summed> original_known(const Truth& truth, const Photo& photo) {
    const auto* value = truth.find(field::kCrc32);
    const auto crc32 = value == nullptr ? std::nullopt : as_crc32(*value);
    if (!crc32) return std::nullopt;
    return Summed{photo.size, *crc32};
}

/// Not that of another key, nor one from before the derivatives were made again by a release that writes none.
std::optional<Summed> large_known(const Truth& truth, const Photo& photo) {
    const auto& derived = truth.derived.fields;
    const auto large = derived.find(field::kLarge);
    const auto variants = derived.find(field::kVariants);
    if (large == derived.end() || variants == derived.end() || large->second.stamp < variants->second.stamp)
        return std::nullopt;
    const auto* parts = large->second.value.if_array();
    if (parts == nullptr || parts->size() < 3 || !(*parts)[1].is_int64()) return std::nullopt;
    const auto crc32 = as_crc32((*parts)[2]);
    if (!crc32 || large_key(truth) != photo.media_key || (*parts)[1].get_int64() <= 0) return std::nullopt;
    return Summed{static_cast<std::uint64_t>((*parts)[1].get_int64()), *crc32};
}

/// "2024-05-01 12.30.59", or as much of it as is known.
std::string dated(const TakenAt& taken) {
    auto text = text_of(taken).substr(0, 19);
    std::ranges::replace(text, 'T', ' ');
    std::ranges::replace(text, ':', '.');
    return text;
}

/// By its title, else by its date: for who may not know the file's name, which is its owner's alone.
std::string public_name(const Photo& photo) {
    auto title = photo.title;
    for (const char c : {'/', '\\'}) std::ranges::replace(title, c, '_');
    auto name = safe_name(title);
    if (name.empty() && photo.taken_at) name = dated(*photo.taken_at);
    return name.empty() ? "photo" : name;
}

std::string name_of(const Photo& photo, const Viewer& seer, ArchiveContent content) {
    const bool detailed = may(seer, Action::see_details, photo);
    if (content == ArchiveContent::originals && detailed) return original_name(photo);
    const auto filename = detailed ? safe_name(photo.filename) : std::string();
    auto name = filename.empty() ? public_name(photo) : std::string(stem_of(filename));
    name += content == ArchiveContent::large ? ".webp" : extension_of(photo.content_type);
    return safe_name(name);
}

void set_time(ArchiveEntry& entry, const Truth& truth, const std::optional<TakenAt>& taken, const Photo& photo) {
    std::int64_t offset = 0;  // seconds east of UTC
    if (const auto modified = truth.integer(field::kModified)) {
        entry.modified = std::chrono::floor<std::chrono::seconds>(Millis(*modified)).count();
        offset = std::clamp<std::int64_t>(truth.integer(field::kModifiedOffset).value_or(0), -1440, 1440) * 60;
    } else if (taken) {
        offset = std::int64_t{taken->time.offset_minutes.value_or(0)} * 60;
        entry.modified = taken->time.seconds - offset;
    } else {
        entry.modified = std::chrono::floor<std::chrono::seconds>(photo.uploaded_at.time_since_epoch()).count();
    }
    entry.dos_time = dos_time_of(entry.modified + offset);
}

}  // namespace

std::string_view extension_of(std::string_view content_type) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kKnown = {{{"image/jpeg", ".jpg"},
                                                                                      {"image/png", ".png"},
                                                                                      {"image/webp", ".webp"},
                                                                                      {"image/gif", ".gif"},
                                                                                      {"image/heic", ".heic"},
                                                                                      {"image/heif", ".heif"},
                                                                                      {"image/avif", ".avif"},
                                                                                      {"image/tiff", ".tiff"}}};
    for (const auto& [type, extension] : kKnown)
        if (type == content_type) return extension;
    return "";
}

std::string original_name(const Photo& photo) {
    auto filename = safe_name(photo.filename);
    return filename.empty() ? safe_name(public_name(photo) + std::string(extension_of(photo.content_type))) : filename;
}

struct ArchiveContents::Candidate {
    Photo photo;
    const Truth* truth = nullptr;
    std::optional<Summed> summed;  // nothing: it has to be read
    bool missing = false;          // the file
};

json::value large_fact(std::string_view media_key, std::uint64_t size, std::uint32_t crc32) {
    return json::array{json::value(media_key), static_cast<std::int64_t>(size), static_cast<std::int64_t>(crc32)};
}

std::string_view large_key(const Truth& truth) {
    const auto* large = truth.find(field::kLarge);
    const auto* parts = large == nullptr ? nullptr : large->if_array();
    if (parts == nullptr || parts->empty() || !parts->front().is_string()) return {};
    return parts->front().get_string();
}

Result<std::uint32_t> crc32_of_file(int file, std::uint64_t size) {
    Crc32 sum;
    std::vector<std::uint8_t> piece(std::min<std::uint64_t>(size, kReadPiece));
    for (std::uint64_t at = 0; at < size;) {
        const auto got =
            ::pread(file, piece.data(), std::min<std::uint64_t>(piece.size(), size - at), static_cast<off_t>(at));
        if (got <= 0) return fail(ErrorKind::unavailable, "A file could not be read again.", "pread for a CRC-32");
        sum.update(std::span(piece).first(static_cast<std::size_t>(got)));
        at += static_cast<std::uint64_t>(got);
    }
    return sum.value();
}

/// With the albums noted by which photos of others are seen.
Task<Viewer> ArchiveContents::seer(const std::vector<std::optional<catalog::Entry>>& entries) {
    if (viewer_.share) co_return viewer_;
    std::set<Id> albums;
    for (const auto& entry : entries) {
        if (!entry || entry->truth.purged || entry->truth.string(field::kOwner) == viewer_.user->id.text()) continue;
        for (const auto member : catalog::members_of(entry->truth, field::kAlbumPrefix))
            if (const auto id = parse_id(member)) albums.insert(*id);
    }
    std::vector<Id> asked(albums.begin(), albums.end());
    co_return co_await gallery_.albums().with_albums(viewer_, std::move(asked));
}

Task<std::vector<ArchiveItem>> ArchiveContents::of(std::vector<Id> photos, bool named) {
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(Kind::photo, photos));
    CO_TRY(const auto seer, co_await this->seer(entries));
    const bool large = content_ == ArchiveContent::large;
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < photos.size(); ++i) {
        const bool there = entries[i] && !entries[i]->truth.purged;
        Candidate candidate;
        if (there) candidate = {photo_of(photos[i], entries[i]->truth), &entries[i]->truth, std::nullopt, false};
        auto right = there ? require(seer, large ? Action::see : Action::download, candidate.photo)
                           : Result<void>(fail(Code::photo_not_found, "There is no such photo."));
        if (!right && named) {
            right.error().message += " (" + photos[i].text() + ")";
            co_return fail(std::move(right).error());
        }
        if (!right) continue;
        const auto& photo = candidate.photo;
        if (large && (photo.state != State::ready || photo.turned != photo.rotation)) continue;
        candidate.summed = large ? large_known(*candidate.truth, photo) : original_known(*candidate.truth, photo);
        candidates.push_back(std::move(candidate));
    }
    std::vector<Candidate*> unknown;
    for (auto& candidate : candidates)
        if (!candidate.summed) unknown.push_back(&candidate);
    CO_CHECK(co_await each(unknown.size(), kReadAtOnce, [&](std::size_t i) { return sum_up(*unknown[i]); }));
    std::vector<ArchiveItem> items;
    for (const auto& candidate : candidates)
        if (!candidate.missing) items.push_back(item_of(candidate, seer));
    co_return items;
}

/// Reads the file, and keeps what was found as a derived fact.
Task<void> ArchiveContents::sum_up(Candidate& candidate) {
    const auto& stores = gallery_.stores();
    if (stores.clock.monotonic() >= until_) {
        Error later{Code::archive_in_the_making,
                    "Photos of this archive have to be read once before it can be made. Ask again in a moment."};
        later.retry_after = std::chrono::seconds(1);
        co_return fail(std::move(later));
    }
    const auto& photo = candidate.photo;
    const catalog::Ref ref{Kind::photo, photo.id};
    const bool large = content_ == ArchiveContent::large;
    std::string key = large ? media_blob(photo.media_key, "xl") : Ledger::prefix(ref) + "original";
    auto object = co_await stores.blobs.open(std::move(key));
    candidate.missing = true;
    if (!object && object.error().kind == ErrorKind::not_found) co_return Result<void>();
    if (!object) co_return fail(std::move(object).error());
    Summed summed;
    Crc32 sum;
    Sha256 hash;
    std::vector<std::uint8_t> piece(kReadPiece);
    for (;;) {
        CO_TRY(const std::size_t got, co_await object->read(piece));
        if (got == 0) break;
        const auto bytes = std::span(piece).first(got);
        summed.size += got;
        CO_CHECK(co_await stores.pool.run([&]() -> Result<void> {
            sum.update(bytes);
            if (!large) hash.update(bytes);
            return {};
        }));
    }
    if (!large && (summed.size != photo.size || hex(hash.finish()) != photo.sha256)) {
        log::error("an original is not what was sent", {{"photo", photo.id.text()}});
        co_return Result<void>();
    }
    summed.crc32 = sum.value();
    candidate.missing = false;
    candidate.summed = summed;
    Changes fact;
    if (large)
        fact[std::string(field::kLarge)] = large_fact(photo.media_key, summed.size, summed.crc32);
    else
        fact[std::string(field::kCrc32)] = static_cast<std::int64_t>(summed.crc32);
    auto kept = co_await gallery_.ledger().derive(ref, std::move(fact));
    if (!kept) log::warn("a CRC-32 was not kept", {{"photo", photo.id.text()}, {"why", kept.error().message}});
    co_return Result<void>();
}

ArchiveItem ArchiveContents::item_of(const Candidate& candidate, const Viewer& seer) const {
    const auto& photo = candidate.photo;
    const bool large = content_ == ArchiveContent::large;
    ArchiveItem item;
    item.entry.photo = photo.id;
    if (large) item.entry.media_key = photo.media_key;
    item.entry.size = candidate.summed->size;
    item.entry.crc32 = candidate.summed->crc32;
    item.entry.name = name_of(photo, seer, content_);
    set_time(item.entry, *candidate.truth, taken_for(seer, photo), photo);
    item.identity = large ? photo.media_key : photo.sha256;
    return item;
}

}  // namespace cadre::gallery
