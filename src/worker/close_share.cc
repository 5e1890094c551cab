#include "gallery/shares.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> close_share(gallery::Gallery& gallery, jobs::Job job) {
    CO_TRY(auto next, co_await gallery.shares().close(std::move(job)));
    if (!next) co_return Result<void>();
    co_return co_await gallery.stores().jobs.push(std::move(*next));
}

}  // namespace cadre::worker
