#include "gallery/albums.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> clear_album(gallery::Gallery& gallery, jobs::Job job) {
    const auto id = parse_id(job.subject);
    if (!id) co_return fail(ErrorKind::invalid, "The job names no album.");
    const auto* parent = job.payload.if_contains(gallery::kClearParent);
    std::optional<Id> above;
    if (parent != nullptr && parent->is_string()) above = parse_id(std::string_view(parent->get_string()));
    CO_TRY(const bool ended, co_await gallery.albums().clear(*id, above));
    if (ended) co_return Result<void>();
    job.not_before = {};
    co_return co_await gallery.stores().jobs.push(std::move(job));
}

}  // namespace cadre::worker
