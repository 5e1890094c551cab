#include "gallery/uploads.h"

#include <algorithm>

#include "base/disk.h"
#include "base/encoding.h"
#include "base/log.h"
#include "gallery/account_records.h"
#include "gallery/announcer.h"
#include "gallery/derivatives.h"
#include "gallery/file_facts.h"
#include "gallery/filename.h"
#include "gallery/once.h"
#include "gallery/photo_date.h"
#include "gallery/photos.h"
#include "gallery/reread.h"
#include "gallery/scratch.h"
#include "gallery/shares.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;

std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }

// What one share takes in an hour.
constexpr std::int64_t kGifts = 1'000;
constexpr Millis kGiftsWindow{3'600'000};
constexpr std::size_t kSendsPage = 100;

}  // namespace

Error file_too_large(std::uint64_t limit) {
    return {Code::file_too_large,
            "The file is too large: " + megabytes(limit) + " is the most that this gallery takes."};
}

Uploads::Uploads(Gallery& gallery)
    : gallery_(gallery), room_(gallery.policy().scratch_bytes, gallery.policy().max_upload) {}

Task<std::unique_ptr<Upload>> Uploads::begin(Viewer viewer, UploadOptions options) {
    CO_CHECK(require_user(viewer));
    std::optional<Upload::Given> none;
    co_return co_await open(std::move(viewer), std::move(options), std::move(none));
}

Task<std::unique_ptr<Upload>> Uploads::give(Gift gift, UploadOptions options) {
    if (!gift.giver.empty()) CO_CHECK(check_name(gift.giver));
    CO_TRY(auto share, co_await gallery_.shares().require_gifts(gift.key, gift.cookie));
    std::string gifts = "gifts/" + share.id.text();
    CO_TRY(const auto counted, co_await gallery_.stores().catalog.count(std::move(gifts), kGiftsWindow, kGifts));
    if (!counted.within) {
        Error error{Code::too_many_attempts,
                    "This share was given 1000 files within an hour, as many as it takes. Go on later."};
        error.retry_after = std::chrono::ceil<std::chrono::seconds>(counted.left);
        co_return fail(std::move(error));
    }
    Viewer owner;
    CO_TRY(owner.user, co_await gallery_.accounts().user(share.owner));
    options.visibility = Visibility::private_;
    options.path.clear();
    std::optional<Upload::Given> given(Upload::Given{std::move(gift), std::move(share)});
    co_return co_await open(std::move(owner), std::move(options), std::move(given));
}

Task<std::unique_ptr<Upload>> Uploads::open(Viewer viewer, UploadOptions options, std::optional<Upload::Given> given) {
    const auto& policy = gallery_.policy();
    if (options.announced && *options.announced > policy.max_upload) co_return fail(file_too_large(policy.max_upload));
    std::unique_ptr<Upload> upload(
        new Upload(gallery_, room_, std::move(viewer), std::move(options), std::move(given)));
    CO_CHECK(co_await upload->open());
    co_return upload;
}

Upload::Upload(Gallery& gallery, ScratchRoom& room, Viewer viewer, UploadOptions options, std::optional<Given> given)
    : gallery_(gallery),
      room_(room),
      viewer_(std::move(viewer)),
      owner_(viewer_.user.value()),
      given_(std::move(given)),
      part_(room, turn()),
      options_(std::move(options)) {}

Task<void> Upload::require_still() {
    if (!given_) co_return co_await gallery_.accounts().require_still(viewer_);
    CO_CHECK(co_await gallery_.shares().require_gifts(given_->gift.key, given_->gift.cookie));
    co_return Result<void>();
}

Upload::~Upload() = default;

Task<void> Upload::open() {
    CO_CHECK(co_await reserve(options_.announced.value_or(room_.step())));
    const std::string folder = gallery_.policy().scratch;
    CO_TRY(file_, co_await gallery_.stores().pool.run([&folder] { return open_scratch(folder); }));
    co_return Result<void>();
}

Task<void> Upload::reserve(std::uint64_t bytes) {
    CO_CHECK(part_.grow(bytes));
    co_return co_await gallery_.uploads().check_disk();
}

/// What others have reserved and not written yet is theirs on the disk too.
Task<void> Uploads::check_disk() {
    co_return co_await gallery_.stores().pool.run([this]() -> Result<void> {
        if (has_room(gallery_.policy().scratch, room_.awaited())) return {};
        return fail(Code::no_space,
                    "The server's disk is full: nothing can be added until there is room again. Deleting photos for "
                    "good makes room.",
                    "scratch folder");
    });
}

Task<void> Upload::write(std::span<const std::uint8_t> bytes) {
    const auto& policy = gallery_.policy();
    if (size_ + bytes.size() > policy.max_upload) co_return fail(file_too_large(policy.max_upload));
    if (size_ + bytes.size() > part_.reserved()) {
        const auto more = std::max<std::uint64_t>(room_.step(), size_ + bytes.size() - part_.reserved());
        CO_CHECK(co_await reserve(std::min(more, policy.max_upload - part_.reserved())));
    }
    CO_CHECK(co_await gallery_.stores().pool.run([this, bytes]() -> Result<void> {
        hash_.update(bytes);
        crc32_.update(bytes);
        return write_all(file_.get(), bytes);
    }));
    size_ += bytes.size();
    part_.wrote(bytes.size());
    co_return Result<void>();
}

Task<Uploaded> Upload::finish() {
    const auto digest = hash_.finish();
    if (options_.expected && *options_.expected != digest)
        co_return fail(Code::digest_differs,
                       "The file was damaged on its way: its digest differs from Repr-Digest. Send it again.");
    if (size_ == 0) co_return fail(Code::file_empty, "The file is empty.");
    // The body may have taken hours.
    CO_CHECK(co_await require_still());
    const std::string sha256 = hex(digest);
    CO_TRY(auto duplicate, co_await duplicate_of(sha256));
    if (duplicate) co_return std::move(*duplicate);

    const media::Limits limits = limits_of(gallery_.policy());
    auto probed = co_await gallery_.stores().decoders.probe(file_.get(), limits, turn().text());
    if (!probed) {
        const auto& why = probed.error();
        log::info("a file was refused", {{"owner", owner_.id.text()}, {"why", why.message}, {"detail", why.detail}});
        co_return fail(std::move(probed).error());
    }
    auto& probe = *probed;
    // The same bytes may be under way several times: only now, so that a file that is refused keeps nobody waiting.
    const std::function<Task<std::optional<Uploaded>>()> find = [&] { return duplicate_of(sha256); };
    const std::function<Task<Uploaded>()> make = [&] { return keep(sha256, std::move(probe)); };
    OnceStores once_of{gallery_.stores().catalog, gallery_.stores().clock,
                       [this](asio::awaitable<void> work) { return gallery_.afterwards().begin(std::move(work)); }};
    std::string lease = "upload/" + catalog::key_of_hash(owner_.id, sha256);
    co_return co_await once<Uploaded>(std::move(once_of), std::move(lease), find, make);
}

/// The same person's photo with the same bytes, if its truth is alive; taken out of the trash where it was there.
Task<std::optional<Uploaded>> Upload::duplicate_of(std::string sha256) {
    if (given_) co_return co_await given_before(std::move(sha256));
    std::vector<std::string> keys;
    keys.push_back(catalog::key_of_hash(owner_.id, sha256));
    CO_TRY(const auto found, co_await gallery_.stores().catalog.find(catalog::Index::photo_by_hash, std::move(keys)));
    if (!found.at(0)) co_return std::optional<Uploaded>();
    const Id id = *found[0];
    CO_TRY(const auto listed, co_await gallery_.ledger().read({catalog::Kind::photo, id}));
    if (!listed.alive()) co_return std::optional<Uploaded>();
    Uploaded uploaded{photo_of(id, listed.truth), true};
    if (uploaded.photo.trashed_at) {
        Viewer owner = viewer_;
        CO_TRY(uploaded.photo, co_await gallery_.photos().restore(std::move(owner), id));
    }
    co_return std::optional<Uploaded>(std::move(uploaded));
}

/// Only among what the share shows: a gift tells nothing of what else its owner has, nor puts it into the album. What
/// they have elsewhere, or in the trash, is kept anew.
Task<std::optional<Uploaded>> Upload::given_before(std::string sha256) {
    auto& catalog = gallery_.stores().catalog;
    const auto key = catalog::key_of_hash(owner_.id, sha256);
    std::string cursor;
    do {
        CO_TRY(auto page, co_await catalog.find_all(catalog::Index::photo_by_hash, key, std::move(cursor), kSendsPage));
        cursor = std::move(page.next);
        for (const auto& id : page.items) {
            CO_TRY(const auto entry, co_await entry_now(catalog, catalog::Kind::photo, id));
            if (!entry || !given_->share.shows(photo_of(id, entry->truth))) continue;
            CO_TRY(const auto listed, co_await gallery_.ledger().read({catalog::Kind::photo, id}));
            Uploaded uploaded{photo_of(id, listed.truth), true};
            if (listed.alive() && given_->share.shows(uploaded.photo))
                co_return std::optional<Uploaded>(std::move(uploaded));
        }
    } while (!cursor.empty());
    co_return std::optional<Uploaded>();
}

Task<Uploaded> Upload::keep(std::string sha256, media::Probe probe) {
    const auto& stores = gallery_.stores();
    const catalog::Ref ref{catalog::Kind::photo, make_id(stores.clock, stores.random)};
    const auto filename = clean_filename(options_.filename);
    Changes facts = facts_of_file(probe.metadata, filename, stores.clock.now());
    if (const auto place = facts.find(field::kLocation); place != facts.end())
        add_offset_of_place(facts, &place->second, gallery_.policy().zone_at);
    auto reading = read_with(facts);
    const auto set = [&](std::string_view name, json::value value) {
        facts.insert_or_assign(std::string(name), std::move(value));
    };
    set(field::kReadWith, std::move(reading));
    set(field::kOwner, json::value(owner_.id.text()));
    set(field::kSha256, json::value(sha256));
    set(field::kSize, size_);
    set(field::kCrc32, static_cast<std::int64_t>(crc32_.value()));
    set(field::kContentType, json::value(probe.content_type));
    set(field::kFilename, json::value(filename));
    if (auto folder = clean_folder(options_.path); !folder.empty()) set(field::kPath, json::value(std::move(folder)));
    set(field::kUploadedAt, stores.clock.now().time_since_epoch().count());
    if (options_.modified) set(field::kModified, options_.modified->time_since_epoch().count());
    if (options_.modified && options_.modified_offset) set(field::kModifiedOffset, *options_.modified_offset);
    set(field::kWidth, probe.width);
    set(field::kHeight, probe.height);
    set(field::kAccess, json::object{{"visibility", text_of(options_.visibility)}, {"key", stores.random.token(16)}});

    if (given_) {
        set(album_field(*given_->share.album), true);
        if (!given_->gift.giver.empty()) set(field::kGivenBy, json::value(given_->gift.giver));
    }

    std::vector<blobs::Put> first;
    first.push_back({Ledger::prefix(ref) + "original", blobs::FileRange{file_.get(), 0, size_}});
    CO_TRY(auto entry, co_await gallery_.ledger().create(ref, std::move(facts), std::move(first)));

    // Asked after the photo is stored: see Accounts::bury_user(). Until then nobody was told of it.
    auto still = co_await require_still();
    const bool ended = !still && (given_ ? still.error().kind != ErrorKind::unavailable
                                         : still.error().kind == ErrorKind::unauthenticated);
    if (ended) {
        auto purged = co_await gallery_.ledger().purge(ref, [](const catalog::Truth&) -> Result<void> { return {}; });
        if (!purged) log::warn("a refused upload was not purged", {{"photo", ref.id.text()}});
    }
    if (!still) co_return fail(std::move(still).error());

    co_await gallery_.afterwards().queue(jobs::make_job(job::kDerive, ref.id.text(), owner_.id.text()));
    const catalog::Truth nothing;
    co_await gallery_.announcer().photo_changed(ref.id, nothing, entry.truth);
    co_return Uploaded{photo_of(ref.id, entry.truth), false};
}

}  // namespace cadre::gallery
