#include "gallery/derivatives.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> derive(gallery::Gallery& gallery, jobs::Job job) {
    const auto id = parse_id(job.subject);
    if (!id) co_return fail(ErrorKind::invalid, "The job names no photo.");
    co_return co_await gallery.derivatives().derive(*id);
}

}  // namespace cadre::worker
