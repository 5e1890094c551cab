#include "base/log.h"
#include "gallery/derivatives.h"
#include "gallery/photos.h"
#include "worker/kinds.h"

namespace cadre::worker {
namespace {

Task<void> expire_trash(gallery::Gallery& gallery) {
    CO_TRY(const auto gone, co_await gallery.photos().expire_trash());
    if (gone > 0) log::info("photos left the trash for good", {{"photos", gone}});
    co_return Result<void>();
}

Task<void> requeue_forgotten(gallery::Gallery& gallery, Millis age) {
    CO_TRY(const auto found, co_await gallery.derivatives().requeue_forgotten(age));
    if (found > 0) log::info("photos whose job was lost are queued again", {{"photos", found}});
    co_return Result<void>();
}

}  // namespace

std::vector<Chore> chores_of(gallery::Gallery& gallery, bool alone) {
    using std::chrono::hours;
    using std::chrono::minutes;
    const auto requeue = [&gallery, started = !alone]() mutable {
        const Millis age = started ? gallery::kForgottenAfter : Millis(0);
        started = true;
        return requeue_forgotten(gallery, age);
    };
    return {
        {"requeue_forgotten", alone ? Millis(0) : minutes(1), minutes(1), requeue},
        {"expire_trash", minutes(1), hours(1), [&gallery] { return expire_trash(gallery); }},
    };
}

}  // namespace cadre::worker
