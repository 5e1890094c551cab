#include "gallery/reread.h"

#include "worker/kinds.h"

namespace cadre::worker {

Task<void> reread(gallery::Gallery& gallery, jobs::Job job) {
    auto progress = gallery::progress_from(job.payload);
    if (!progress) co_return fail(ErrorKind::invalid, "The job says nothing of what is to be read again.");
    gallery::Reread reread(gallery);
    CO_TRY(auto after, co_await reread.step(std::move(*progress)));
    if (after.ended) co_return co_await reread.finish(std::move(after));
    job.payload = to_json(after);
    job.not_before = {};
    co_return co_await gallery.stores().jobs.push(std::move(job));
}

}  // namespace cadre::worker
