#include "gallery/departures.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> depart(gallery::Gallery& gallery, jobs::Job job) {
    const auto id = parse_id(job.subject);
    if (!id) co_return fail(ErrorKind::invalid, "The job names no user.");
    CO_TRY(const bool ended, co_await gallery::depart(gallery, *id));
    if (ended) co_return Result<void>();
    job.not_before = {};
    co_return co_await gallery.stores().jobs.push(std::move(job));
}

}  // namespace cadre::worker
