// What the catalog keeps of one thing, and the names of the fields in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "catalog/record.h"

namespace cadre::catalog {

/// The numbers are stored and never used again for something else.
enum class Kind { photo = 0, user = 1, album = 2, share = 3, token = 4, settings = 5 };

/// "photos", "users", …: the first piece of its keys in the blob store.
[[nodiscard]] std::string_view folder_of(Kind kind);
[[nodiscard]] std::optional<Kind> kind_of(std::string_view folder);

/// A thing: its kind and its id.
struct Ref {
    Kind kind = Kind::photo;
    Id id;
    auto operator<=>(const Ref&) const = default;
};

/// The joined truth of a thing. `facts` holds decisions and what was known when it was made (f/); `derived` what can be
/// made again (d/). A field absent in facts is read from derived; null in facts hides it.
struct Truth {
    Record facts;
    Record derived;
    bool purged = false;  // a tomb stands: beats all else
    bool operator==(const Truth&) const = default;

    /// The value, or null if it is absent, hidden or JSON's null.
    [[nodiscard]] const json::value* find(std::string_view name) const;
    [[nodiscard]] std::string string(std::string_view name) const;                   // "" if absent
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;  // nothing if absent
    [[nodiscard]] bool flag(std::string_view name) const;                            // false if absent
};

/// Joins field by field; purged, and then empty, if either is.
void join(Truth& into, const Truth& other);

/// What stands behind `prefix` in the names of facts that are not null: the members of a set that people fill.
[[nodiscard]] std::vector<std::string_view> members_of(const Truth& truth, std::string_view prefix);

/// Whether a field is of a set that people fill: "tag:<tag>", "album:<id>", "share:<id>", "member:<user>". Null in one
/// means "taken off".
[[nodiscard]] bool is_member(std::string_view field);

/// The same without what was taken off: two that differ in nothing else mean the same, since what was taken off long
/// ago is forgotten (gallery/bounds.h), by one store perhaps before the other.
[[nodiscard]] Truth without_removed(Truth truth);

struct Entry {
    Truth truth;
    /// Changes with every change of the entry; never 0, which stands for "there is no entry".
    std::uint64_t version = 0;
};

/// Names of fields. A tag is a field of its own: "tag:<tag>" → true or null; so is membership in an album, of which the
/// value says where in the album's own order the photo stands: true → by its time, a text → at a point (sequence.h).
namespace field {
// of a photo, known at upload
inline constexpr std::string_view kOwner = "owner";    // user id
inline constexpr std::string_view kSha256 = "sha256";  // hex
inline constexpr std::string_view kSize = "size";      // bytes
inline constexpr std::string_view kContentType = "content_type";
inline constexpr std::string_view kFilename = "filename";
inline constexpr std::string_view kPath = "path";  // of the folder it stood in; absent where that is not known
inline constexpr std::string_view kUploadedAt = "uploaded_at";  // milliseconds, UTC
inline constexpr std::string_view kModified = "modified";       // the file's time: milliseconds, UTC; may be absent
inline constexpr std::string_view kModifiedOffset = "modified_offset";  // of it, minutes east of UTC; may be absent
inline constexpr std::string_view kWidth = "width";                     // upright pixels
inline constexpr std::string_view kHeight = "height";
inline constexpr std::string_view kCamera = "camera";       // object as in the contract
inline constexpr std::string_view kLocation = "location";   // {"lat","lon"}
inline constexpr std::string_view kRating = "rating";       // 0…5
inline constexpr std::string_view kGivenBy = "given_by";    // as a share's visitor who gave it called themselves
inline constexpr std::string_view kCrc32 = "crc32";         // of the original; of what an older release took: derived
inline constexpr std::string_view kReadWith = "read_with";  // {"reader", "tags"}: by which release (gallery/reread.h)
// of a photo, edited by people
inline constexpr std::string_view kTitle = "title";
inline constexpr std::string_view kCaption = "caption";
inline constexpr std::string_view kTakenAt = "taken_at";  // as base/taken_at.h writes it
/// Of "taken_at", where it bears the same stamp: {"date", "offset"}, as gallery/photo_date.h says.
inline constexpr std::string_view kTakenFrom = "taken_from";
/// What the file says, of a photo of which a person says something else: {"taken_at", "date", "offset"}.
inline constexpr std::string_view kTakenFile = "taken_file";
inline constexpr std::string_view kFavourite = "favourite";  // bool
// {"visibility": "public|private", "key": media key, "rotation": degrees clockwise from upright, absent: 0}. One field,
// so that a key always stands for one way to turn the picture.
inline constexpr std::string_view kAccess = "access";
inline constexpr std::string_view kTrashedAt = "trashed_at";        // milliseconds, UTC, or null
inline constexpr std::string_view kTrashedLived = "trashed_lived";  // the same in the library's own time: [ms, ms]
inline constexpr std::string_view kArchived = "archived";           // bool
inline constexpr std::string_view kTagPrefix = "tag:";
inline constexpr std::string_view kAlbumPrefix = "album:";
inline constexpr std::string_view kSharePrefix = "share:";
inline constexpr std::string_view kApartPrefix = "apart:";  // "apart:<group>": people told these look-alikes apart
// of a photo, derived
inline constexpr std::string_view kState = "state";            // "ready|failed"; absent: processing
inline constexpr std::string_view kFailure = "failure";        // a code (base/codes.h); once a sentence
inline constexpr std::string_view kThumbhash = "thumbhash";    // base64
inline constexpr std::string_view kVariants = "variants";      // [[name, width, height], …]
inline constexpr std::string_view kTurned = "turned";          // for which rotation all these were made; absent: 0
inline constexpr std::string_view kLarge = "large";            // [media key, bytes, CRC-32] of the largest variant
inline constexpr std::string_view kIncomplete = "incomplete";  // true: something is missing at the end of the file
inline constexpr std::string_view kLikeness = "likeness";      // [digest of the pixels, perceptual hash or null]
// of a user
inline constexpr std::string_view kName = "name";
inline constexpr std::string_view kRole = "role";             // "admin|member"
inline constexpr std::string_view kPassword = "password";     // argon2id, encoded
inline constexpr std::string_view kDisabled = "disabled";     // bool
inline constexpr std::string_view kCreatedAt = "created_at";  // milliseconds, UTC
inline constexpr std::string_view kTokensEra = "tokens_era";  // written anew when all tokens were revoked: milliseconds
inline constexpr std::string_view kLanguage = "language";     // "en|fr"; absent: as the browser says
inline constexpr std::string_view kTheme = "theme";           // "light|dark"; absent: as the system says
inline constexpr std::string_view kLeaving = "leaving";  // deleted; of the photos: "delete", or "transfer:<user id>"
// of an album, beside kOwner and kTitle
inline constexpr std::string_view kDescription = "description";
inline constexpr std::string_view kParent = "parent";         // album id
inline constexpr std::string_view kOrder = "order";           // "oldest"; absent: newest first
inline constexpr std::string_view kCover = "cover";           // photo id; absent: the newest
inline constexpr std::string_view kMemberPrefix = "member:";  // "member:<user>" → "viewer|contributor|editor"
// of a share, beside kOwner, kTitle and kCreatedAt
inline constexpr std::string_view kKey = "key";               // what its address ends in
inline constexpr std::string_view kAlbum = "album";           // album id; absent: of the photos that name it
inline constexpr std::string_view kUnlock = "unlock";         // {"hash": argon2id, "secret": of cookies}; absent: open
inline constexpr std::string_view kExpiresAt = "expires_at";  // milliseconds, UTC; absent: never
inline constexpr std::string_view kDownload = "download";     // bool: its visitors may have originals
inline constexpr std::string_view kUpload = "upload";         // bool: they may give photos
inline constexpr std::string_view kDetails = "details";       // bool: they see captions, tags and camera
// of a token
inline constexpr std::string_view kUser = "user";       // user id
inline constexpr std::string_view kHash = "hash";       // SHA-256 of the token, hex
inline constexpr std::string_view kScope = "scope";     // "read|upload|all"; absent: all
inline constexpr std::string_view kMadeBy = "made_by";  // {"kind": "session|token|command", "id": …}; absent: not known
inline constexpr std::string_view kAncestors = "ancestors";  // ids of the tokens that made it, the oldest first
inline constexpr std::string_view kEra = "era";  // its user's kTokensEra when it was made, as the text of its stamp
}  // namespace field

}  // namespace cadre::catalog
