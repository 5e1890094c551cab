// A photo as people know it, read from its truth; and what people may ask to change in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/codes.h"
#include "base/id.h"
#include "base/json.h"
#include "base/taken_at.h"
#include "catalog/entry.h"
#include "gallery/ledger.h"
#include "gallery/zone_at.h"

namespace cadre::gallery {

enum class State { processing, ready, failed };
enum class Visibility { private_, public_ };
[[nodiscard]] std::string_view text_of(State state);
[[nodiscard]] std::string_view text_of(Visibility visibility);
[[nodiscard]] std::optional<Visibility> parse_visibility(std::string_view text);

struct VariantSize {
    std::string name;  // "s", "m", "l", "xl"
    std::uint32_t width = 0;
    std::uint32_t height = 0;
};

/// The derivatives of every ready photo, and the longest edge of each in pixels.
struct VariantRule {
    std::string_view name;
    std::uint32_t longest_edge;
};
inline constexpr VariantRule kVariantRules[] = {{"s", 320}, {"m", 640}, {"l", 1280}, {"xl", 2560}};
/// "media/<key>/<variant>.webp"
[[nodiscard]] std::string media_blob(std::string_view key, std::string_view variant);
[[nodiscard]] bool is_media_key(std::string_view text);  // 22 characters of base64url

struct Photo {
    Id id;
    std::string revision;  // changes with every field that people edit; 16 hex digits
    State state = State::processing;
    std::optional<Code> failure;  // if failed
    Id owner;
    Visibility visibility = Visibility::private_;
    std::string media_key;
    std::string title, caption;
    std::vector<std::string> tags;  // sorted
    std::vector<Id> albums;         // in which it stands, of those that are gone too; by id
    std::vector<Id> shares;         // for which it was chosen, likewise
    bool favourite = false;
    bool archived = false;                // not in the timeline of all photos
    std::uint32_t width = 0, height = 0;  // upright, then turned; 0 while unknown
    int rotation = 0;                     // how a person turned it: degrees clockwise from upright, 0, 90, 180 or 270
    int turned = 0;                       // the rotation that its derived facts are of
    bool incomplete = false;              // something is missing at the end of the file
    std::string content_type;
    std::uint64_t size = 0;
    std::optional<TakenAt> taken_at;
    std::string taken_from;   // where that is from, or without one its place in timelines; "" where nobody knows
    std::string offset_from;  // where its offset is from, if not from there too
    WallTime uploaded_at;
    std::optional<WallTime> trashed_at;
    std::string thumbhash;  // base64
    std::vector<VariantSize> variants;
    json::object camera;  // as in the contract; members may be absent
    std::string filename, sha256;
    std::optional<int> rating;  // 1…5
    std::string path;           // the folder that the file stood in when it was sent, "" if unknown
    std::optional<std::pair<double, double>> location;  // latitude, longitude in degrees
    std::string pixels{};                               // a digest of them (likeness.h); "" if unknown
    std::string given_by{};  // a share's visitor gave it, and called themselves so; "" for all else
};

/// Reads a photo from its truth. What is absent keeps its default.
[[nodiscard]] Photo photo_of(const Id& id, const catalog::Truth& truth);

/// Whether somebody has set the field since the photo was sent: what was written when it was made has the stamp of its
/// hash, which never changes, and what was read from the file again that of "read_with" (gallery/reread.h).
[[nodiscard]] bool is_edited(const catalog::Truth& truth, std::string_view name);

/// Dates move into a zone: what base/zones.h has a name for.
struct ZoneChange {
    std::string zone;
    bool keeps_instant = false;  // the clock moves; else it shows what it showed
    std::string camera_zone;     // in which the clock ran, whatever the date says; "" for what the date says
};

/// What PATCH asks for: absent fields stay; empty text clears.
struct PhotoChange {
    std::optional<std::string> title, caption;
    std::optional<std::vector<std::string>> tags;    // all of them
    std::vector<std::string> add_tags, remove_tags;  // or some
    std::optional<bool> favourite, archived;
    std::optional<Visibility> visibility;
    std::optional<std::optional<std::string>> taken_at;  // as base/taken_at.h reads it; nothing inside: unknown
    std::optional<Precision> taken_precision;            // no better than so
    bool taken_from_file = false;                        // what the file says again
    std::optional<std::int64_t> shift_taken_at;          // seconds
    std::optional<ZoneChange> time_zone;
    std::optional<std::optional<int>> rating;  // nothing inside: none
    std::optional<std::optional<std::pair<double, double>>> location;
    std::optional<bool> trashed;
    std::optional<int> rotation;
    /// `taken_at` is what it was before: no offset of its place is added to it.
    bool as_it_was = false;
    /// Leaves alone what is_edited(), and takes no tag off: for what a program has read somewhere.
    bool unless_edited = false;
    [[nodiscard]] bool only_favourite() const;
    [[nodiscard]] bool is_of_date() const;
};

/// The value of the field "access" with which a photo has a new address, and is shown to the same people.
[[nodiscard]] json::value other_address(const Photo& photo, Random& random);
/// Of job::kRekey, for a photo as it was before its key changed.
[[nodiscard]] std::string rekey_subject(const Photo& before);

/// Bounds of what people may write; longer or odder is invalid, field by field.
inline constexpr std::size_t kMaxTitle = 300;  // characters (code points)
inline constexpr std::size_t kMaxCaption = 5'000;
inline constexpr std::size_t kMaxTag = 100;
inline constexpr std::size_t kMaxTags = 100;
inline constexpr int kMaxRating = 5;

/// Checks lengths, UTF-8, control characters and dates. Lists every wrong field.
[[nodiscard]] Result<void> check(const PhotoChange& change);

/// The fields that `change` changes in `truth`, with a new media key from `random` where the photo becomes less visible
/// (made private, or trashed) or is turned: what browsers keep under a key never changes. `zone_at` as the gallery's
/// policy has it. Errors: those of dates that cannot be moved so.
[[nodiscard]] Result<Changes> changes_of(const PhotoChange& change, const catalog::Truth& truth, WallTime now,
                                         Random& random, const ZoneAt& zone_at = {});

}  // namespace cadre::gallery
