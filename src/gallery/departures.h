// What becomes of the photos and albums of users who were deleted. That a user leaves, and what becomes of the photos,
// is a fact of the user's (catalog::field::kLeaving); a job follows it, a slice at a time, until nothing is left, and
// then the user's record goes too. A job that is lost is queued again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gallery/gallery.h"

namespace cadre::gallery {

inline constexpr std::string_view kDeletePhotos = "delete";
inline constexpr std::string_view kTransferPhotos = "transfer:";  // then the id of another user

/// To whom the photos are handed; nothing where they are deleted, or it cannot be understood.
[[nodiscard]] std::optional<Id> heir_of(std::string_view photos);

/// Deletes or hands over some photos of a user who leaves; when none is left, their albums, and then forgets the user.
/// Returns whether that was all. An error of one photo does not keep others; it is returned after them.
Task<bool> depart(Gallery& gallery, Id user);

/// Queues the job of everybody who leaves. Returns how many do.
Task<std::size_t> queue_departures(Gallery& gallery);

}  // namespace cadre::gallery
