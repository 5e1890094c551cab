#include "gallery/derivatives.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> derive(gallery::Gallery& gallery, jobs::Job job) {
    const auto id = parse_id(job.subject);
    if (!id) co_return fail(ErrorKind::invalid, "The job names no photo.");
    co_return co_await gallery.derivatives().derive(*id);
}

Task<void> give_up_derive(gallery::Gallery& gallery, jobs::Job job, Error error) {
    const auto id = parse_id(job.subject);
    if (!id) co_return Result<void>();
    co_return co_await gallery.derivatives().give_up(*id, std::move(error));
}

}  // namespace cadre::worker
