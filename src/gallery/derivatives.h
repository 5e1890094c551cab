// The jobs that make derivatives, and those that tidy up after changes. Idempotent: any may run twice, or again later.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gallery/gallery.h"
#include "gallery/photo.h"

namespace cadre::gallery {

/// A photo without derivatives and without a job is looked after when it is so old.
inline constexpr std::chrono::minutes kForgottenAfter{5};

class Derivatives {
public:
    explicit Derivatives(Gallery& gallery) : gallery_(gallery) {}

    /// Makes all derivatives of a photo under its current key, and says so in its derived facts: ready, or failed with
    /// a sentence. A photo that is gone is no error. Errors (unavailable, no_space, …) mean: try again later.
    Task<void> derive(Id id);

    /// Moves derivatives from `old_key` to the photo's current key; makes what is missing there, then removes the old.
    /// `subject` is that of the job: "<photo id> <old key>".
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
    Task<void> say(Id id, Changes derived);

    Gallery& gallery_;
    std::string looked_at_;  // cursor of requeue_forgotten
};

}  // namespace cadre::gallery
