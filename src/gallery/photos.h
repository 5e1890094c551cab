// Photos, seen and changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/sequence.h"
#include "gallery/access.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

struct Original {
    Photo photo;
    blobs::Object object;
};

/// A photo that has a hash.
struct Known {
    Id id;
    bool trashed = false;
};

struct BulkResult {
    Id id;
    std::optional<Error> error;
    std::optional<std::optional<TakenAt>> taken_before{};  // of a change of dates: what it was
    std::optional<catalog::Point> place_before{};  // of one that was taken out of an album: where somebody had moved it
};

class Photos {
public:
    explicit Photos(Gallery& gallery) : gallery_(gallery) {}

    /// Of one on which the viewer may do this. Errors: not_found, also for what the viewer may not see; forbidden.
    Task<Photo> get(Viewer viewer, Id id, Action action = Action::see);

    /// Errors: invalid, not_found, forbidden, precondition_failed where `if_match` holds revisions and none is the
    /// photo's.
    Task<Photo> change(Viewer viewer, Id id, PhotoChange change, std::optional<std::vector<std::string>> if_match);
    Task<Photo> trash(Viewer viewer, Id id, std::optional<std::vector<std::string>> if_match);
    Task<Photo> restore(Viewer viewer, Id id);
    Task<void> purge(Viewer viewer, Id id, std::optional<std::vector<std::string>> if_match);

    /// The bytes as they were sent.
    Task<Original> original(Viewer viewer, Id id, std::uint64_t offset, std::uint64_t length);

    /// One's own photos that have these hashes (hex), in the order asked for.
    Task<std::vector<std::optional<Known>>> known(Viewer viewer, std::vector<std::string> sha256);

    /// One result an id, in the order asked for; each is done for itself. `dates`, if there are any, are as many as
    /// ids: each photo's `taken_at`, as it was.
    Task<std::vector<BulkResult>> change_many(Viewer viewer, std::vector<Id> ids, PhotoChange change,
                                              std::vector<std::optional<std::string>> dates);
    Task<std::vector<BulkResult>> purge_many(Viewer viewer, std::vector<Id> ids);

    /// Trash past its days, of the library's own time (lifetime.h), goes for good. Returns how many went. For what an
    /// older release put there the days begin now.
    Task<std::size_t> expire_trash();

private:
    struct Step {
        Photo before, after;
    };
    Task<Step> change_step(Viewer viewer, Id id, PhotoChange change, std::optional<std::vector<std::string>> if_match);
    Task<Photo> load(Id id);
    /// The viewer, who may see a photo that is not theirs by an album in which it stands.
    Task<Viewer> seer(Viewer viewer, Photo photo);
    /// The fields of a photo that name what is gone.
    Task<void> find_dead(const Photo& photo, std::vector<std::string>& dead);
    Task<bool> expire(Id id, Lived now);
    asio::awaitable<void> begin_days(Id id, Lived now);

    Gallery& gallery_;
};

}  // namespace cadre::gallery
