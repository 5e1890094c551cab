// Metadata read again from the originals of photos that are there already, because this release reads more of it than
// the one that they were sent to. What somebody has set stays as it is. What is known of their pixels is made again,
// too, where it lacks what this release derives.
//
// What was read from the file, and when, is told by stamps: a photo's first facts have all the stamp of its hash, which
// never changes; what a later reading set has the stamp of the field "read_with". Everything else was set by people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gallery/gallery.h"
#include "media/metadata.h"

namespace cadre::gallery {

/// Counted up with every release that reads metadata better: what was read by an older one is read again.
inline constexpr std::int64_t kReader = 3;

/// The field "read_with" for what was just read: {"reader", "tags"}. The tags tell one that the file gained from one
/// that somebody took off.
[[nodiscard]] json::value read_with(const Changes& facts);

/// What reading the file again changes in a photo whose truth this is; `facts` are those of the file as it is read now.
/// Nothing where nothing changes. `zone_at` as the gallery's policy has it.
[[nodiscard]] Changes changes_by_reading(const catalog::Truth& truth, Changes facts, const ZoneAt& zone_at = {});

struct RereadCounts {
    std::uint64_t photos = 0;      // looked at
    std::uint64_t changed = 0;     // of which something is told better now
    std::uint64_t unreadable = 0;  // whose original is missing, or is one that cannot be read
    bool operator==(const RereadCounts&) const = default;
};

/// A request, and how far it has come. The job that works on it carries it from slice to slice.
struct RereadProgress {
    std::int64_t asked = 0;  // when, milliseconds of the clock; which request it is
    bool all = false;        // also what this release has read
    std::string cursor;      // where the next slice begins
    RereadCounts counts;
    bool ended = false;
    bool operator==(const RereadProgress&) const = default;
};
[[nodiscard]] json::object to_json(const RereadProgress& progress);
[[nodiscard]] std::optional<RereadProgress> progress_from(const json::object& payload);

class Reread {
public:
    explicit Reread(Gallery& gallery) : gallery_(gallery) {}

    /// Asks for it. A server's chore, or the fleet's keeper, begins it within a minute. One that is asked for again
    /// begins again, and passes over what was read since the first time.
    Task<RereadProgress> ask(bool all);
    /// The request that is not done yet; nothing if there is none.
    Task<std::optional<RereadProgress>> pending();
    /// Its end; nothing while it is under way.
    Task<std::optional<RereadCounts>> outcome(std::int64_t asked);
    /// Queues the job for a request that is not done and has none. Whether there was one.
    Task<bool> begin_pending();

    /// One slice: some seconds of work at most. Errors: a store's; the same slice may be done again.
    Task<RereadProgress> step(RereadProgress progress);
    /// Notes the end of a request, and says so in the log.
    Task<void> finish(RereadProgress progress);

private:
    enum class Outcome { passed_over, same, changed, unreadable };
    Task<void> derive_again(Id id, catalog::Truth truth);
    Task<Outcome> read_again(Id id, RereadProgress progress);
    Task<std::optional<media::Metadata>> probe(Id id, Id owner);

    Gallery& gallery_;
};

}  // namespace cadre::gallery
