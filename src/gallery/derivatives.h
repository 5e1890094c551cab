// The jobs that make derivatives, and those that tidy up after changes. Idempotent: any may run twice, or again later.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gallery/access.h"
#include "gallery/gallery.h"
#include "gallery/photo.h"

namespace cadre::gallery {

/// A photo without derivatives and without a job is looked after when it is so old.
inline constexpr std::chrono::minutes kForgottenAfter{5};

/// Derived facts of a photo that failed, beside catalog::field::kFailure, which is the code (gallery/failure.h).
inline constexpr std::string_view kFailedBy = "failed_by";        // versions and limits that it failed with
inline constexpr std::string_view kFailureCode = "failure_code";  // of older releases: a word for it

/// What one picture may take.
[[nodiscard]] media::Limits limits_of(const Policy& policy);

class Derivatives {
public:
    explicit Derivatives(Gallery& gallery) : gallery_(gallery) {}

    /// Makes all derivatives of a photo under its current key, and says so in its derived facts: ready, or failed with
    /// a code and what it failed by. A photo that is gone is no error, and one that has failed by the same
    /// versions and limits is left as it is. Errors (unavailable, no_space, …) mean: try again later.
    Task<void> derive(Id id);

    /// After the last try of derive(), with its error. If decoders were killed each time, from outside, the photo has
    /// failed; whatever else it was, the photo still waits, and a sweep queues it again.
    Task<void> give_up(Id id, Error error);

    /// A photo that has failed is tried again, whatever it failed of: it is `processing` until then. Others are left as
    /// they are. Errors: not_found, forbidden, unauthenticated.
    Task<Photo> retry(Viewer viewer, Id id);

    /// Queues a photo that has failed by other versions or limits than this process knows to be today's; whose truth
    /// the caller knows. Whether it was queued.
    Task<bool> requeue_if_outdated(Id id, const catalog::Truth& truth);

    /// Moves derivatives from an old key to the photo's current one, or makes them again where it was turned; makes
    /// what is missing there, then removes the old. `subject` is that of the job: "<photo id> <old key> <rotation under
    /// it>".
    Task<void> rekey(std::string subject);

    /// Removes derivatives that nobody may ask for any more.
    Task<void> remove_media(std::string key);

    /// What was sent longer than `age` ago, is still `processing` and has no job is queued again. Returns how many. One
    /// whose job is just being queued may be worked on twice, which does no harm. Looks at some thousands of photos and
    /// goes on there the next time, so that a call costs no more in a larger library; called every minute, it goes
    /// through a million in less than two hours, and the sweep looks too. One caller at a time.
    Task<std::size_t> requeue_forgotten(Millis age = kForgottenAfter);

    /// The same for one photo, whose truth the caller knows. Whether it was queued.
    Task<bool> requeue_if_forgotten(Id id, const catalog::Truth& truth, Millis age);

    /// The original as a file: the store's own, or a copy in scratch. Errors: not_found.
    Task<std::shared_ptr<const UniqueFd>> fetch_original(Id id);

    /// Whether an error is neither the picture's fault nor its owner's: worth another try.
    [[nodiscard]] static bool is_passing(const Error& error);

private:
    Task<bool> all_there(std::string key);
    Task<void> keep(Photo photo, media::Derived derived);
    /// A photo's media key; empty: it is gone.
    Task<std::string> key_now(Id id);
    Task<void> fail_photo(Photo photo, Error error);
    Task<void> say(Id id, Changes derived);

    Gallery& gallery_;
    /// What a photo fails by today.
    Task<std::string> reader();

    std::string looked_at_;  // cursor of requeue_forgotten
    std::mutex mutex_;
    std::string reader_;  // once this process had to know
};

}  // namespace cadre::gallery
