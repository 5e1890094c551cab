#include "worker/kinds.h"

namespace cadre::worker {

Task<void> tidy(gallery::Gallery& gallery, jobs::Job job) {
    const auto* list = job.payload.if_contains("keys");
    if (!list || !list->is_array()) co_return fail(ErrorKind::invalid, "The job names no keys.");
    std::vector<std::string> keys;
    for (const auto& key : list->get_array()) {
        if (!key.is_string()) co_return fail(ErrorKind::invalid, "A key of the job is no text.");
        keys.emplace_back(key.get_string());
    }
    co_return co_await gallery.stores().blobs.remove(std::move(keys));
}

}  // namespace cadre::worker
