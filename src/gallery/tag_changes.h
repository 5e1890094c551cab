// Tags that are renamed, joined into others, or taken off everywhere. What was asked for is a fact of the user's, in
// the order in which it was asked; a job follows it, some photos at a time, by edits like any other, and takes it out
// of the facts when no photo is left. A job that is lost is queued again; done twice, it finds nothing to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gallery/access.h"
#include "gallery/gallery.h"

namespace cadre::gallery {

/// The kind of the job; its subject is the user.
inline constexpr const char* kChangeTags = "change_tags";
/// Those of one person that wait or are under way.
inline constexpr std::size_t kMaxTagChanges = 100;

struct TagChange {
    std::string tag;
    std::string to;  // "": taken off
    bool operator==(const TagChange&) const = default;
};

class TagChanges {
public:
    explicit TagChanges(Gallery& gallery) : gallery_(gallery) {}

    /// Returns how many photos have the tag now, but those in the trash, which follow as well. Errors: unauthenticated;
    /// not_found, where none has it; invalid (the name); conflict (too many at once).
    Task<std::uint64_t> ask(Viewer viewer, TagChange change);

    /// Some seconds of work at most. Whether nothing is left for this user.
    Task<bool> step(Id user);
    /// Queues the job of everybody of whom something is left. Returns how many they are.
    Task<std::size_t> queue_pending();

private:
    Task<std::size_t> change_view(Id user, TagChange change);
    Task<std::size_t> change_trash(Id user, TagChange change);
    Task<std::size_t> change_all(Id user, TagChange change, std::vector<Id> photos);
    Task<void> finish(Id user, TagChange change);
    Task<std::uint64_t> count_of(Id user, std::string tag);
    asio::awaitable<void> tell(Id user, TagChange change);

    Gallery& gallery_;
};

}  // namespace cadre::gallery
