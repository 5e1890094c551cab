// Uploads that come in pieces, of which any replica takes the next (docs/explanation/uploads.md). What was acknowledged
// is in the blob store; at the end its parts go, one after the other, through the same Upload as a file in one piece.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gallery/piece_checksum.h"
#include "gallery/upload_head.h"
#include "gallery/upload_parts.h"
#include "gallery/uploads.h"

namespace cadre::gallery {

/// Of one person, begun and neither ended nor expired.
inline constexpr std::size_t kMaxResumables = 100;
/// Of one upload.
inline constexpr std::size_t kMaxUploadParts = 10'000;
/// A piece is kept in parts of this size as it comes: what a broken connection brought is had.
inline constexpr std::uint64_t kUploadPart = std::uint64_t{8} << 20;
/// Who sends nothing for so long holds nobody up any more.
inline constexpr Millis kPieceLease{5'000};

/// One upload as its sender is told of it.
struct Resumable {
    Id id;
    std::uint64_t length = 0, offset = 0;
    WallTime expires;
    std::string metadata;     // as it was sent
    std::optional<Id> photo;  // that it has become
};

struct PieceOptions {
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> announced;  // from Content-Length, to refuse early
    std::optional<PieceChecksum> checksum;
};

/// What there is after a piece.
struct Gone {
    std::uint64_t offset = 0;
    WallTime expires;
    std::optional<Uploaded> uploaded;  // it was the last one
};

/// A piece under way. Exactly one of finish() and break_off() is called, at its end. Not thread-safe.
class Piece {
public:
    /// Errors: too_large (behind the end that was announced), no_space, unavailable, upload_locked (it came so slowly
    /// that somebody else goes on).
    Task<void> write(std::span<const std::uint8_t> bytes);
    /// Keeps it; the last one ends the upload. Errors: those of write(), checksum_differs, those of Upload::finish():
    /// if these are about the file, nothing of the upload stays.
    Task<Gone> finish();
    /// Of what came no more is coming: keeps what is whole, unless the piece has a checksum or was too long.
    Task<void> break_off(Error why);

private:
    friend class Resumables;
    Piece(Gallery& gallery, Viewer viewer, Id id, PieceOptions options);
    Task<void> open();
    Result<void> check(const ListedUpload& listed);
    Task<void> reserve(std::uint64_t bytes);
    Task<void> open_file();
    Task<void> hold();
    Task<void> append(std::span<const std::uint8_t> bytes);
    Task<void> store();
    Task<void> take_back();
    /// Lets go of the scratch file and of the lease.
    Task<void> close();
    [[nodiscard]] std::string lease_name() const { return "resumable/" + id_.text(); }
    Task<Uploaded> end();
    Task<std::optional<Uploaded>> ended();
    Task<Uploaded> make();
    Task<void> read_parts(Upload& upload, const ListedUpload& listed);

    Gallery& gallery_;
    const Viewer viewer_;
    const Id owner_, id_;
    const std::string prefix_;
    PieceOptions options_;
    std::optional<ScratchRoom::Part> room_;
    UniqueFd file_;
    std::optional<catalog::Lease> lease_;
    std::uint64_t length_ = 0;   // of the upload
    std::uint64_t at_ = 0;       // where the next part begins
    std::uint64_t waiting_ = 0;  // bytes in the scratch file
    bool ended_ = false;         // the upload was, before this piece
    std::vector<std::string> stored_;
};

class Resumables {
public:
    explicit Resumables(Gallery& gallery) : gallery_(gallery) {}

    /// `options.announced` is the length. Errors: unauthenticated, unsupported (empty), too_large, too_many, no_space.
    Task<Resumable> begin(Viewer viewer, UploadOptions options, std::string metadata);
    /// Errors: unauthenticated, upload_not_found, upload_expired.
    Task<Resumable> find(Viewer viewer, Id id);
    /// Errors: those, conflict (the offset is another; somebody else goes on with it), too_large, invalid (too many
    /// pieces), no_space, unavailable.
    Task<std::unique_ptr<Piece>> go_on(Viewer viewer, Id id, PieceOptions options);
    /// Gives it up; its photo stays, if there is one. Errors: unauthenticated, upload_not_found.
    Task<void> give_up(Viewer viewer, Id id);

private:
    Gallery& gallery_;
};

}  // namespace cadre::gallery
