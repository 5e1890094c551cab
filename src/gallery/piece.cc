// One piece of an upload: taken in under a lease, kept in parts, and the end of it all with the last one.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/log.h"
#include "gallery/once.h"
#include "gallery/photos.h"
#include "gallery/resumable.h"
#include "gallery/scratch.h"
#include "gallery/upload_head.h"

namespace cadre::gallery {
namespace {

constexpr std::size_t kReadPiece = std::size_t{256} << 10;
/// A lease is renewed when it is as old as this and bytes come.
constexpr Millis kRenewAfter = kPieceLease / 3;

tl::unexpected<Error> locked() {
    Error error{Code::upload_locked, "Somebody else goes on with this upload right now. Ask again where it stands."};
    error.retry_after = std::chrono::seconds(2);
    return fail(std::move(error));
}

tl::unexpected<Error> too_long(std::uint64_t length) {
    return fail(Code::body_too_large,
                fmt::format("The piece goes on behind the end of the upload, which has {} bytes.", length));
}

/// What is refused because of the file is refused for good.
bool is_final(const Error& error) {
    switch (error.kind) {
        case ErrorKind::invalid:
        case ErrorKind::too_large:
        case ErrorKind::unsupported:
        case ErrorKind::unprocessable:
            return true;
        default:
            return false;
    }
}

}  // namespace

Piece::Piece(Gallery& gallery, Viewer viewer, Id id, PieceOptions options)
    : gallery_(gallery),
      viewer_(std::move(viewer)),
      owner_(viewer_.user.value().id),
      id_(id),
      prefix_(upload_prefix(owner_, id_)),
      options_(std::move(options)),
      at_(options_.offset) {}

Task<void> Piece::open() {
    auto& stores = gallery_.stores();
    // Before the lease: whoever asks for what is not there, or does not go on where it stands, keeps nobody waiting.
    CO_TRY(const auto before, co_await find_upload(stores.blobs, owner_, id_));
    CO_CHECK(check(before));
    auto lease = co_await stores.catalog.lease(lease_name(), kPieceLease);
    if (!lease && lease.error().kind == ErrorKind::conflict) co_return locked();
    if (!lease) co_return fail(std::move(lease).error());
    lease_ = std::move(*lease);
    CO_TRY(const auto listed, co_await find_upload(stores.blobs, owner_, id_));
    CO_CHECK(check(listed));
    ended_ = listed.ended;
    if (ended_) co_return Result<void>();
    const auto rest = length_ - options_.offset;
    const auto at_once = options_.checksum ? rest : std::min(rest, kUploadPart);
    co_return co_await reserve(std::min(options_.announced.value_or(rest), at_once));
}

Result<void> Piece::check(const ListedUpload& listed) {
    CHECK_RESULT(check_expired(listed, gallery_.stores().clock.now()));
    length_ = *listed.length;
    if (options_.offset != listed.offset())
        return fail(Code::upload_offset_differs, fmt::format("The upload stands at {}, and this piece begins at {}.",
                                                             listed.offset(), options_.offset));
    if (options_.announced.value_or(0) > length_ - options_.offset) return too_long(length_);
    if (listed.parts.size() >= kMaxUploadParts)
        return fail(Code::invalid_request,
                    fmt::format("An upload may have {} pieces. Begin it again, in larger ones.", kMaxUploadParts));
    return {};
}

Task<void> Piece::reserve(std::uint64_t bytes) {
    room_.emplace(gallery_.uploads().room(), owner_);
    CO_CHECK(room_->grow(bytes));
    CO_CHECK(co_await gallery_.uploads().check_disk());
    co_return co_await open_file();
}

Task<void> Piece::open_file() {
    const std::string folder = gallery_.policy().scratch;
    CO_TRY(file_, co_await gallery_.stores().pool.run([&folder] { return open_scratch(folder); }));
    co_return Result<void>();
}

/// Who is slow lets others go on; where nobody did, it goes on too.
Task<void> Piece::hold() {
    auto& stores = gallery_.stores();
    if (!lease_) co_return locked();
    if (stores.clock.monotonic() + kPieceLease - kRenewAfter < lease_->until) co_return Result<void>();
    auto renewed = co_await stores.catalog.renew(*lease_, kPieceLease);
    const bool ended = !renewed && renewed.error().kind == ErrorKind::conflict;
    if (ended) {
        lease_.reset();
        renewed = co_await stores.catalog.lease(lease_name(), kPieceLease);
        if (!renewed && renewed.error().kind == ErrorKind::conflict) co_return locked();
    }
    if (!renewed) co_return fail(std::move(renewed).error());
    lease_ = std::move(*renewed);
    if (!ended) co_return Result<void>();
    CO_TRY(const auto listed, co_await find_upload(stores.blobs, owner_, id_));
    if (listed.ended || listed.reach() > at_ + 1) co_return locked();
    co_return Result<void>();
}

Task<void> Piece::write(std::span<const std::uint8_t> bytes) {
    if (bytes.size() > length_ - at_ - waiting_) co_return too_long(length_);
    CO_CHECK(co_await hold());
    if (options_.checksum) co_return co_await append(bytes);
    while (!bytes.empty()) {
        const auto fits = std::min<std::uint64_t>(bytes.size(), kUploadPart - waiting_);
        CO_CHECK(co_await append(bytes.first(fits)));
        bytes = bytes.subspan(fits);
        if (waiting_ == kUploadPart) CO_CHECK(co_await store());
    }
    co_return Result<void>();
}

Task<void> Piece::append(std::span<const std::uint8_t> bytes) {
    CO_CHECK(co_await gallery_.stores().pool.run([this, bytes]() -> Result<void> {
        if (options_.checksum) options_.checksum->update(bytes);
        return write_all(file_.get(), bytes);
    }));
    waiting_ += bytes.size();
    co_return Result<void>();
}

Task<void> Piece::store() {
    if (waiting_ == 0) co_return Result<void>();
    auto key = part_key(prefix_, at_, waiting_);
    std::vector<blobs::Put> puts;
    puts.push_back({key, blobs::FileRange{file_.get(), 0, waiting_}});
    stored_.push_back(std::move(key));
    CO_CHECK(co_await gallery_.stores().blobs.put(std::move(puts)));
    at_ += waiting_;
    waiting_ = 0;
    // A put that was repeated may still be reading the old one: what it writes must stay what it was.
    co_return co_await open_file();
}

Task<void> Piece::take_back() { co_return co_await gallery_.stores().blobs.remove(std::move(stored_)); }

Task<void> Piece::close() {
    room_.reset();
    file_.reset();
    if (lease_) (void)co_await gallery_.stores().catalog.release(*lease_);
    lease_.reset();
    co_return Result<void>();
}

Task<void> Piece::break_off(Error why) {
    Result<void> kept;
    if (why.kind == ErrorKind::too_large)
        kept = co_await take_back();
    else if (lease_ && !options_.checksum)
        kept = co_await store();
    if (!kept) log::info("what came of a piece was not kept", {{"upload", prefix_}, {"why", kept.error().message}});
    co_return co_await close();
}

Task<Gone> Piece::finish() {
    Result<void> kept;
    if (options_.checksum && !options_.checksum->matches())
        kept = fail(Code::checksum_differs, "The piece was damaged on its way: its checksum differs. Send it again.");
    else if (!ended_)
        kept = co_await store();
    (void)co_await close();
    if (!kept) co_return fail(std::move(kept).error());
    const auto expires = gallery_.stores().clock.now() + kResumableFor;
    // The last byte may be there from a piece before, whose sender was told of no photo.
    if (at_ < length_ && !ended_) co_return Gone{std::min(at_, length_ - 1), expires, std::nullopt};
    CO_TRY(auto uploaded, co_await end());
    co_return Gone{length_, expires, std::move(uploaded)};
}

/// The end is made once, whoever sends the last byte again meanwhile.
Task<Uploaded> Piece::end() {
    const std::function<Task<std::optional<Uploaded>>()> find = [this] { return ended(); };
    const std::function<Task<Uploaded>()> make = [this] { return this->make(); };
    OnceStores stores{gallery_.stores().catalog, gallery_.stores().clock,
                      [this](asio::awaitable<void> work) { return gallery_.afterwards().begin(std::move(work)); }};
    co_return co_await once<Uploaded>(std::move(stores), lease_name(), find, make);
}

Task<std::optional<Uploaded>> Piece::ended() {
    auto& blobs = gallery_.stores().blobs;
    CO_TRY(const auto listed, co_await find_upload(blobs, owner_, id_));
    if (!listed.ended) co_return std::optional<Uploaded>();
    CO_TRY(const auto photo, co_await read_photo(blobs, prefix_));
    CO_TRY(auto seen, co_await gallery_.photos().get(viewer_, photo));
    co_return Uploaded{std::move(seen), false};
}

Task<Uploaded> Piece::make() {
    auto& blobs = gallery_.stores().blobs;
    CO_TRY(auto listed, co_await find_upload(blobs, owner_, id_));
    CO_TRY(auto head, co_await read_head(blobs, prefix_, listed));
    CO_TRY(auto upload, co_await gallery_.uploads().begin(viewer_, std::move(head.options)));
    CO_CHECK(co_await read_parts(*upload, listed));
    auto uploaded = co_await upload->finish();
    if (!uploaded && is_final(uploaded.error())) {
        CO_CHECK(co_await blobs.remove(std::move(listed.keys)));
        co_return fail(std::move(uploaded).error());
    }
    if (!uploaded) co_return uploaded;
    std::vector<blobs::Put> puts;
    puts.push_back({photo_key(prefix_), uploaded->photo.id.text()});
    CO_CHECK(co_await blobs.put(std::move(puts)));
    std::erase(listed.keys, head_key(prefix_, length_));
    if (auto removed = co_await blobs.remove(std::move(listed.keys)); !removed)
        log::warn("parts of an upload that has ended stay for two days", {{"upload", prefix_}});
    co_return uploaded;
}

Task<void> Piece::read_parts(Upload& upload, const ListedUpload& listed) {
    std::vector<std::uint8_t> buffer(kReadPiece);
    std::uint64_t reached = 0;
    for (const auto& part : listed.chain()) {
        CO_TRY(auto object, co_await gallery_.stores().blobs.open(part.key, reached - part.offset));
        while (reached < std::min(part.end(), length_)) {
            CO_TRY(const std::size_t got, co_await object.read(buffer));
            if (got == 0) break;
            CO_CHECK(co_await upload.write(std::span(buffer).first(got)));
            reached += got;
        }
    }
    if (reached == length_) co_return Result<void>();
    co_return fail(ErrorKind::unavailable, "The parts of this upload cannot be read right now. Try again.", prefix_);
}

}  // namespace cadre::gallery
