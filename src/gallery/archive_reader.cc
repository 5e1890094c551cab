#include "gallery/archive_reader.h"

#include <algorithm>

#include "gallery/accounts.h"
#include "gallery/photos.h"
#include "gallery/shares.h"

namespace cadre::gallery {
namespace {

/// Read at once where the store's objects are no files: each is one short request, so that a slow client keeps no
/// connection to the store waiting.
constexpr std::uint64_t kArchivePiece = std::uint64_t{1} << 20;
/// Whether the client is still logged in is asked no more often.
constexpr std::chrono::seconds kAskEvery{5};

tl::unexpected<Error> outdated(std::string detail) {
    return fail(Code::archive_outdated,
                "A photo of this archive was deleted, hidden or changed since it was made. Ask for a new one.",
                std::move(detail));
}

ArchivePiece text_piece(std::string bytes) {
    const auto length = bytes.size();
    return {std::move(bytes), nullptr, 0, length};
}

}  // namespace

ArchiveReader::ArchiveReader(Gallery& gallery, Viewer viewer, std::string prefix, ArchiveHead head,
                             std::uint64_t offset, std::uint64_t length)
    : gallery_(gallery),
      viewer_(std::move(viewer)),
      prefix_(std::move(prefix)),
      head_(std::move(head)),
      at_(offset),
      end_(offset + length) {}

Task<void> ArchiveReader::check() {
    if (at_ >= head_.central_offset) co_return co_await require_viewer();
    CO_CHECK(co_await load(head_.block_at(at_, false)));
    const auto& entry = entries_[seek()];
    CO_CHECK(co_await require_right(entry));
    CO_TRY(const auto object, co_await open(entry, 0, 0));
    co_return Result<void>();
}

Task<std::optional<ArchivePiece>> ArchiveReader::next() {
    if (at_ >= end_) co_return std::nullopt;
    ArchivePiece piece;
    const auto directory_end = head_.central_offset + head_.central_length;
    if (at_ < head_.central_offset) {
        CO_TRY(piece, co_await of_entries());
    } else if (at_ < directory_end) {
        CO_TRY(piece, co_await of_directory());
    } else {
        piece =
            text_piece(zip_end(head_.count, head_.central_offset, head_.central_length).substr(at_ - directory_end));
    }
    if (piece.length == 0) co_return fail(ErrorKind::internal, "An archive ended early.", prefix_);
    piece.length = std::min(piece.length, end_ - at_);
    if (!piece.file) piece.bytes.resize(piece.length);
    at_ += piece.length;
    co_return std::optional(std::move(piece));
}

Task<void> ArchiveReader::load(std::size_t block) {
    if (block_ == block) co_return Result<void>();
    const auto& wanted = head_.blocks[block];
    CO_TRY(auto object, co_await gallery_.stores().blobs.open(prefix_ + "list", wanted.listed, wanted.length));
    std::string bytes(wanted.length, '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const std::span into(reinterpret_cast<std::uint8_t*>(bytes.data()) + filled, bytes.size() - filled);
        CO_TRY(const std::size_t got, co_await object.read(into));
        if (got == 0) break;
        filled += got;
    }
    bytes.resize(filled);
    CO_TRY(entries_, decode_archive_block(bytes, wanted.count));
    block_ = block;
    entry_ = 0;
    begins_ = wanted.offset;
    co_return Result<void>();
}

/// Of the block's entries the one at which the reader is.
std::size_t ArchiveReader::seek() {
    while (entry_ + 1 < entries_.size() && at_ >= begins_ + entries_[entry_].length())
        begins_ += entries_[entry_++].length();
    return entry_;
}

Task<ArchivePiece> ArchiveReader::of_entries() {
    CO_CHECK(co_await load(head_.block_at(at_, false)));
    const auto& entry = entries_[seek()];
    const auto inside = at_ - begins_;
    const auto header = local_header_length(entry.zip());
    if (inside >= header) co_return co_await of_photo(entry, inside - header);
    // Also of an empty file, whose header is all there is.
    CO_CHECK(co_await require_right(entry));
    std::string bytes;
    append_local_header(bytes, entry.zip());
    co_return text_piece(bytes.substr(inside));
}

Task<ArchivePiece> ArchiveReader::of_photo(const ArchiveEntry& entry, std::uint64_t from) {
    CO_CHECK(co_await require_right(entry));
    const auto left = std::min(entry.size - from, end_ - at_);
    CO_TRY(auto object, co_await open(entry, from, std::min(left, kArchivePiece)));
    if (object.file) co_return ArchivePiece{{}, std::move(object.file), from, left};
    std::string bytes(std::min(left, kArchivePiece), '\0');
    std::size_t filled = 0;
    while (filled < bytes.size()) {
        const std::span into(reinterpret_cast<std::uint8_t*>(bytes.data()) + filled, bytes.size() - filled);
        CO_TRY(const std::size_t got, co_await object.read(into));
        if (got == 0) co_return outdated("an object ended early");
        filled += got;
    }
    co_return text_piece(std::move(bytes));
}

Task<ArchivePiece> ArchiveReader::of_directory() {
    const auto inside = at_ - head_.central_offset;
    const auto number = head_.block_at(inside, true);
    CO_CHECK(co_await load(number));
    const auto& block = head_.blocks[number];
    std::string bytes;
    auto offset = block.offset;
    for (const auto& entry : entries_) {
        append_central_header(bytes, entry.zip(), offset);
        offset += entry.length();
    }
    const auto skipped = inside - block.central;
    if (skipped >= bytes.size()) co_return fail(ErrorKind::internal, "An archive's list does not fit it.", prefix_);
    co_return text_piece(bytes.substr(skipped));
}

Task<blobs::Object> ArchiveReader::open(const ArchiveEntry& entry, std::uint64_t offset, std::uint64_t length) {
    const catalog::Ref ref{catalog::Kind::photo, entry.photo};
    auto key = entry.media_key.empty() ? Ledger::prefix(ref) + "original" : media_blob(entry.media_key, "xl");
    auto object = co_await gallery_.stores().blobs.open(std::move(key), offset, length);
    if (!object && object.error().kind == ErrorKind::not_found) {
        if (entry.media_key.empty()) co_return outdated("an original is gone");
        const auto whose = viewer_.share ? viewer_.share->owner : viewer_.user->id;
        co_await gallery_.afterwards().queue(jobs::make_job(job::kDeriveNow, entry.photo.text(), whose.text()));
        co_return fail(Code::picture_in_the_making,
                       "A picture of this archive is being made again. Go on in a moment.");
    }
    if (!object) co_return fail(std::move(object).error());
    if (object->size != entry.size) co_return outdated("an object has another size");
    co_return object;
}

/// Whoever fetches it may still do so.
Task<void> ArchiveReader::require_viewer() {
    if (!viewer_.share) co_return co_await gallery_.accounts().require_still(viewer_);
    CO_TRY(viewer_, co_await gallery_.shares().still(viewer_));
    co_return viewer_.share->allow.download ? Result<void>() : share_may_not();
}

/// Asked once while one photo is read, however many pieces that takes.
Task<void> ArchiveReader::require_right(const ArchiveEntry& entry) {
    const auto now = gallery_.stores().clock.monotonic();
    if (!asked_ || now - *asked_ >= kAskEvery) {
        CO_CHECK(co_await require_viewer());
        asked_ = now;
        allowed_.reset();
    }
    if (allowed_ == entry.photo) co_return Result<void>();
    const bool large = !entry.media_key.empty();
    auto photo = co_await gallery_.photos().get(viewer_, entry.photo, large ? Action::see : Action::download);
    if (!photo && (photo.error().kind == ErrorKind::not_found || photo.error().kind == ErrorKind::forbidden))
        co_return outdated(photo.error().message);
    if (!photo) co_return fail(std::move(photo).error());
    if (large && photo->media_key != entry.media_key) co_return outdated("a picture has another key");
    allowed_ = entry.photo;
    co_return Result<void>();
}

}  // namespace cadre::gallery
