#include "gallery/tag_changes.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> change_tags(gallery::Gallery& gallery, jobs::Job job) {
    const auto user = parse_id(job.subject);
    if (!user) co_return fail(ErrorKind::invalid, "The job names no user.");
    CO_TRY(const bool ended, co_await gallery::TagChanges(gallery).step(*user));
    if (ended) co_return Result<void>();
    job.not_before = {};
    co_return co_await gallery.stores().jobs.push(std::move(job));
}

}  // namespace cadre::worker
