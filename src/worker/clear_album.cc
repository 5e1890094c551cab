#include "gallery/albums.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> clear_album(gallery::Gallery& gallery, jobs::Job job) {
    const auto id = parse_id(job.subject);
    if (!id) co_return fail(ErrorKind::invalid, "The job names no album.");
    CO_TRY(const bool ended, co_await gallery.albums().clear(*id));
    if (ended) co_return Result<void>();
    job.not_before = {};
    co_return co_await gallery.stores().jobs.push(std::move(job));
}

}  // namespace cadre::worker
