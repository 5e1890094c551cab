#include <memory>

#include "base/log.h"
#include "gallery/departures.h"
#include "gallery/derivatives.h"
#include "gallery/photos.h"
#include "gallery/reread.h"
#include "gallery/sweep.h"
#include "gallery/tag_changes.h"
#include "worker/kinds.h"

namespace cadre::worker {
namespace {

/// How long one run of the sweep's chore goes on; it rests fifty times as long (runner.h).
constexpr Millis kSweepSlice{2'000};
/// A small library is through in one slice: the next round can wait.
constexpr std::chrono::hours kSweepEvery{1};

Task<void> expire_trash(gallery::Gallery& gallery) {
    CO_TRY(const auto gone, co_await gallery.photos().expire_trash());
    if (gone > 0) log::info("photos left the trash for good", {{"photos", gone}});
    co_return Result<void>();
}

Task<void> requeue_forgotten(gallery::Gallery& gallery, Millis age) {
    CO_TRY(const auto found, co_await gallery.derivatives().requeue_forgotten(age));
    if (found > 0) log::info("photos whose job was lost are queued again", {{"photos", found}});
    co_return Result<void>();
}

/// The sweep, a slice at a time. What one process has not finished when it ends, the next begins again: it is the
/// keeper's, and a keeper that starts has reason to look at everything.
class SlowSweep {
public:
    explicit SlowSweep(gallery::Gallery& gallery) : gallery_(gallery), sweep_(gallery) {}

    Task<void> go_on() {
        const auto& clock = gallery_.stores().clock;
        const auto begun = clock.monotonic();
        if (!under_way_ && begun < next_) co_return Result<void>();
        if (!under_way_) next_ = begun + kSweepEvery;
        under_way_ = true;
        while (clock.monotonic() - begun < kSweepSlice) {
            CO_TRY(const bool ended, co_await sweep_.step());
            if (!ended) continue;
            under_way_ = false;
            say();
            break;
        }
        co_return Result<void>();
    }

private:
    void say() const {
        const auto& report = sweep_.report();
        const auto changes = report.differences + report.mended + report.rows + report.damaged + report.requeued +
                             report.tombs + report.uploads + report.media + report.archives;
        log::write(changes > 0 ? log::Level::info : log::Level::debug, "a sweep went through the library",
                   {{"records", report.records},
                    {"differences", report.differences},
                    {"mended", report.mended},
                    {"rows", report.rows},
                    {"damaged", report.damaged},
                    {"requeued", report.requeued},
                    {"tombs", report.tombs},
                    {"uploads", report.uploads},
                    {"media", report.media},
                    {"archives", report.archives}});
    }

    gallery::Gallery& gallery_;
    gallery::Sweep sweep_;
    bool under_way_ = false;
    MonotonicTime next_{};
};

}  // namespace

std::vector<Chore> chores_of(gallery::Gallery& gallery, bool alone) {
    using std::chrono::hours;
    using std::chrono::minutes;
    const auto requeue = [&gallery, started = !alone]() mutable {
        const Millis age = started ? gallery::kForgottenAfter : Millis(0);
        started = true;
        return requeue_forgotten(gallery, age);
    };
    const auto begin_reread = [&gallery]() -> Task<void> {
        gallery::Reread reread(gallery);
        CO_CHECK(co_await reread.begin_pending());
        co_return Result<void>();
    };
    const auto queue_departures = [&gallery]() -> Task<void> {
        CO_CHECK(co_await gallery::queue_departures(gallery));
        co_return Result<void>();
    };
    const auto queue_tag_changes = [&gallery]() -> Task<void> {
        CO_CHECK(co_await gallery::TagChanges(gallery).queue_pending());
        co_return Result<void>();
    };
    const auto slow_sweep = std::make_shared<SlowSweep>(gallery);
    return {
        {"lifetime", Millis(0), minutes(1), [&gallery] { return gallery.lifetime().tick(); }},
        {"requeue_forgotten", alone ? Millis(0) : minutes(1), minutes(1), requeue},
        {"departures", alone ? Millis(0) : minutes(1), minutes(1), queue_departures},
        {"tag_changes", alone ? Millis(0) : minutes(1), minutes(1), queue_tag_changes},
        {"expire_trash", minutes(1), hours(1), [&gallery] { return expire_trash(gallery); }},
        {"reread", Millis(5'000), minutes(1), begin_reread},
        {"sweep", minutes(2), minutes(1), [slow_sweep] { return slow_sweep->go_on(); }},
    };
}

Chore learn_of_clocks(gallery::Gallery& gallery) {
    return {"lifetime", Millis(0), gallery::kTickEvery, [&gallery] { return gallery.lifetime().learn(); }};
}

}  // namespace cadre::worker
