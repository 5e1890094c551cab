#include "gallery/derivatives.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> rekey(gallery::Gallery& gallery, jobs::Job job) {
    co_return co_await gallery.derivatives().rekey(std::move(job.subject));
}

}  // namespace cadre::worker
