#include "gallery/derivatives.h"
#include "gallery/ledger.h"
#include "worker/kinds.h"

namespace cadre::worker {

Task<void> repair(gallery::Gallery& gallery, jobs::Job job) {
    const auto ref = gallery::parse_ref(job.subject);
    if (!ref) co_return fail(ErrorKind::invalid, "The job names nothing that could be repaired.");
    auto outcome = co_await gallery.ledger().repair(*ref);
    // Trying again would not help; `cadre verify` names it.
    if (!outcome && gallery::is_unreadable(outcome.error()))
        co_return fail(ErrorKind::invalid, "Its facts cannot be read.", std::move(outcome.error().detail));
    CO_TRY(const auto repaired, std::move(outcome));
    if (repaired == gallery::Repaired::contended)
        co_return fail(ErrorKind::unavailable, "It changed while it was repaired.");
    if (repaired != gallery::Repaired::mended || ref->kind != catalog::Kind::photo) co_return Result<void>();
    // An upload that was answered 503 and took effect has had no job so far.
    CO_TRY(const auto entry, co_await gallery.stores().catalog.get(*ref));
    if (entry) CO_CHECK(co_await gallery.derivatives().requeue_if_forgotten(ref->id, entry->truth, Millis(0)));
    co_return Result<void>();
}

}  // namespace cadre::worker
