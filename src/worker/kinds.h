// What a worker does for a gallery.
#pragma once

#include <vector>

#include "gallery/gallery.h"
#include "worker/runner.h"

namespace cadre::worker {

/// All kinds of jobs, in the order of preference. The gallery outlives what uses them.
[[nodiscard]] std::vector<Kind> kinds_of(gallery::Gallery& gallery);
/// What keeps the library in order while nobody asks: its own time, trash that expires, photos whose job was lost, and
/// the slow sweep (gallery/sweep.h), which lets tombs, uploads and stray pictures expire. For the one process that does
/// this: Solo's server, or the fleet's active keeper. `alone`: no other process takes uploads, so that at the start
/// every photo without derivatives and without a job is one that was lost.
[[nodiscard]] std::vector<Chore> chores_of(gallery::Gallery& gallery, bool alone);

/// What every other process of a fleet does now and then, to know how far it may trust its clock.
[[nodiscard]] Chore learn_of_clocks(gallery::Gallery& gallery);

/// Makes the derivatives of the photo that the subject names.
Task<void> derive(gallery::Gallery& gallery, jobs::Job job);
Task<void> give_up_derive(gallery::Gallery& gallery, jobs::Job job, Error error);
/// Moves derivatives to the photo's new key; the subject is what the gallery pushed.
Task<void> rekey(gallery::Gallery& gallery, jobs::Job job);
/// Removes the blobs that the payload names: {"keys": […]}.
Task<void> tidy(gallery::Gallery& gallery, jobs::Job job);
/// Makes the catalog say what the blobs say of the thing that the subject names.
Task<void> repair(gallery::Gallery& gallery, jobs::Job job);

/// Deletes or hands over some photos of the user whom the subject names, and queues the job that goes on.
Task<void> depart(gallery::Gallery& gallery, jobs::Job job);
/// Takes some photos out of the deleted album that the subject names, and queues the job that goes on.
Task<void> clear_album(gallery::Gallery& gallery, jobs::Job job);
/// Renames or takes off tags of some photos of the user whom the subject names, and queues the job that goes on.
Task<void> change_tags(gallery::Gallery& gallery, jobs::Job job);
/// Takes the name of the revoked share that the subject names off some photos, and queues the job that goes on.
Task<void> close_share(gallery::Gallery& gallery, jobs::Job job);
/// Reads the metadata of some photos again, and queues the job that goes on (gallery/reread.h).
Task<void> reread(gallery::Gallery& gallery, jobs::Job job);

}  // namespace cadre::worker
