// What people said about a photo, as files beside it tell: XMP, and the JSON of a Google Takeout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/taken_at.h"
#include "base/time.h"
#include "cli/import/pairs.h"
#include "gallery/photo.h"
#include "media/metadata.h"

namespace cadre::cli {

/// An album in which a photo stood where it comes from.
struct SaidAlbum {
    std::string id;                   // there; may be empty
    std::vector<std::string> titles;  // of those above it, from the top, then its own
    std::string place;                // to which the photo had been moved in its own order; "" by its time
};

/// All text is clean and within the gallery's bounds; what is absent or absurd is absent here.
struct Said {
    std::string title, caption;
    std::vector<std::string> tags;  // without repetitions
    std::optional<int> rating;      // 1…5
    bool favourite = false;
    std::optional<media::Location> location;
    std::optional<LocalTime> taken_at;      // as a clock there showed it
    Precision precision = Precision::time;  // to which taken_at is known
    std::optional<std::int64_t>
        taken_unix;        // or the instant, in seconds since 1970 UTC, and nobody knows what clocks showed
    std::string filename;  // what the file was called before the export shortened it
    bool trashed = false;  // the person had thrown it away

    // By a sidecar of `cadre export` alone:
    bool exact = false;  // what is not said is not so
    bool archived = false;
    std::optional<gallery::Visibility> visibility;
    int rotation = 0;
    std::string folder;                 // in which it stood when it was first sent
    std::optional<LocalTime> modified;  // the file's time then
    std::vector<SaidAlbum> albums;

    /// Takes what `other` says and this does not. Tags are those of both.
    void add(Said other);
    /// Whether it says nothing that a photo is told, but where it is exact what is not so.
    [[nodiscard]] bool empty() const;
};

/// Both take bytes that nobody vouches for. Errors: a sentence that says why it is no such file.
[[nodiscard]] Result<Said> read_xmp(std::string_view bytes);
/// `file`: the name of the file that it is about, which tells titles from file names.
[[nodiscard]] Result<Said> read_takeout(std::string_view bytes, std::string_view file);

/// Reads one of a bounded size. Blocks. Errors: a sentence that says why it cannot be read.
[[nodiscard]] Result<Said> read_sidecar(const std::filesystem::path& folder, const Sidecar& sidecar,
                                        std::string_view file);

/// The merge patch that makes the photo (an answer of the API) say what people said, without what it says already. An
/// instant becomes a date on this machine's clocks, and is left alone where the photo's own date may be the same moment
/// on clocks of another place. What is exact takes away, too: "remove_tags" are those that are not said.
[[nodiscard]] json::object patch_of(const Said& said, const json::object& photo);

/// What this machine's clocks show, or showed, at an instant.
[[nodiscard]] LocalTime on_local_clock(std::int64_t unix_seconds);

}  // namespace cadre::cli
