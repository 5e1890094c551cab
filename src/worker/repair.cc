#include "gallery/ledger.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> repair(gallery::Gallery& gallery, jobs::Job job) {
    const auto ref = gallery::parse_ref(job.subject);
    if (!ref) co_return fail(ErrorKind::invalid, "The job names nothing that could be repaired.");
    CO_TRY(const auto repaired, co_await gallery.ledger().repair(*ref));
    if (repaired == gallery::Repaired::contended)
        co_return fail(ErrorKind::unavailable, "It changed while it was repaired.");
    co_return Result<void>();
}

}  // namespace cadre::worker
