// `cadre keeper`: does for a fleet what no store does by itself, until it is told to stop. Of several one is active.
#include <boost/asio/this_coro.hpp>
#include <map>

#include "base/log.h"
#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/fleet/machines.h"
#include "cli/fleet/presence.h"
#include "cli/keeper/garage_nodes.h"
#include "cli/keeper/witness.h"
#include "cli/library.h"
#include "cli/process.h"
#include "cli/pulse.h"
#include "cli/version.h"
#include "gallery/repairs.h"
#include "gallery/sweep.h"
#include "redis/nodes.h"
#include "redis/slots.h"
#include "redis/url.h"
#include "worker/kinds.h"
#include "worker/runner.h"
#include "worker/tenure.h"

namespace cadre::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// After a failover, before repair begins: the others must have seen it too.
constexpr seconds kSettle{2};

class Keeper {
public:
    Keeper(const Settings& settings, std::unique_ptr<Library> library, std::vector<redis::Endpoint> redis_seeds,
           std::vector<http::Url> garage_admins, Machines machines)
        : settings_(settings),
          library_(std::move(library)),
          redis_seeds_(std::move(redis_seeds)),
          garage_admins_(std::move(garage_admins)),
          machines_(std::move(machines)),
          tenure_(library_->gallery().stores().catalog, library_->clock()),
          presence_(library_->gallery().stores().catalog,
                    [this, self = process_of(settings, "keeper", library_->clock())] {
                        auto process = self;
                        process.state = tenure_.active() ? "active" : "standby";
                        return process;
                    }) {}

    void run(StopSignal& signal, Loop& loop) {
        worker::Options options;
        options.workers = 0;
        auto& jobs = library_->gallery().stores().jobs;
        runner_.emplace(jobs, library_->clock(), std::vector<worker::Kind>(), chores(), options);
        runner_->start();
        log::info("keeping", {{"name", settings_.name}, {"version", kVersion}});
        signal.wait();
        loop.try_for(presence_.leave(), kToLeave);
        const bool ended = runner_->stop(kToFinish);
        log::info("stopped");
        if (!ended || library_->gallery().afterwards().busy()) leave(kDone);
        // Their connections are on the runner's io_context, which ends with the runner.
        garage_.reset();
        library_.reset();
    }

private:
    std::vector<worker::Chore> chores() {
        std::vector<worker::Chore> chores{
            {"tenure", Millis(0), worker::Tenure::kHoldEvery, [this] { return tenure_.hold(); }, true},
            be_present(presence_),
            {"processes", seconds(1), seconds(1), [this] { return look_at_processes(); }, true},
            {"redis_nodes", Millis(0), seconds(1), [this] { return look_after_redis(); }, true},
            {"completeness", milliseconds(500), seconds(1), [this] { return complete(); }, true},
            {"repair", seconds(1), seconds(1), [this] { return repair(); }, true},
        };
        if (!settings_.pulse.empty()) chores.push_back(pulse(settings_.pulse));
        if (!garage_admins_.empty()) {
            chores.push_back({"garage_nodes", Millis(0), seconds(1), [this] { return look_after_garage(); }, true});
            chores.push_back({"garage_states", seconds(1), seconds(2), [this] { return show_garage(); }, true});
        }
        for (auto& chore : worker::chores_of(library_->gallery(), false)) {
            chore.run = [this, run = std::move(chore.run)] { return if_active(run); };
            chores.push_back(std::move(chore));
        }
        return chores;
    }

    Task<void> if_active(const std::function<Task<void>()>& run) {
        if (!tenure_.active()) co_return Result<void>();
        co_return co_await run();
    }

    /// Meetings do no harm when two keepers arrange them, and must be possible while the catalog, and with it the
    /// tenure, is away.
    Task<void> look_after_redis() {
        auto& redis = *library_->redis();
        std::vector<redis::Endpoint> seeds = redis_seeds_;
        CO_CHECK(co_await redis::introduce(redis, std::move(seeds)));
        CO_TRY(const auto nodes, co_await redis.nodes());
        note_masters(nodes);
        if (!tenure_.active()) co_return Result<void>();
        CO_CHECK(co_await witness_.see_redis(nodes));
        CO_TRY(const auto promoted, co_await redis::give_back_a_master(redis));
        if (promoted) {
            log::info("a Redis master is given back", {{"to", promoted->host}, {"port", promoted->port}});
            std::string kind = "master_given_back", subject = redis::to_string(*promoted);
            CO_CHECK(co_await witness_.note(std::move(kind), std::move(subject)));
        }
        co_return Result<void>();
    }

    /// A range of slots that has another master may have lost its last second: repair looks.
    void note_masters(const std::vector<redis::Node>& nodes) {
        std::map<int, std::string> masters;
        for (const auto& node : nodes)
            for (const auto& [first, last] : node.slots) masters[first] = node.id;
        if (!masters_.empty() && masters != masters_) {
            log::warn("Redis masters have changed; what a failover may have lost is repaired");
            repair_from_ = library_->clock().monotonic() + kSettle;
        }
        masters_ = std::move(masters);
    }

    Task<void> look_at_processes() {
        if (!tenure_.active()) co_return Result<void>();
        auto processes = co_await gallery::processes(library_->gallery().stores().catalog);
        if (!processes) co_return Result<void>();  // it is told often enough that the catalog is away
        co_return co_await witness_.see_processes(std::move(*processes));
    }

    /// To all replicas, of which none may ask Garage's administration.
    Task<void> show_garage() {
        if (!tenure_.active() || !garage_) co_return Result<void>();
        CO_TRY(auto state, co_await garage_->states(machines_));
        auto seen = state;
        (void)co_await gallery::post_blob_state(library_->gallery().stores().catalog, std::move(state));
        co_return co_await witness_.see_blobs(std::move(seen));
    }

    Task<void> look_after_garage() {
        if (!garage_) garage_.emplace(co_await asio::this_coro::executor, garage_admins_, settings_.garage_admin_token);
        CO_CHECK(co_await garage_->introduce());
        CO_CHECK(co_await garage_->fill());
        co_return Result<void>();
    }

    /// Parts of the catalog that lost what they had are built again.
    Task<void> complete() {
        if (!tenure_.active()) co_return Result<void>();
        CO_TRY(const bool rebuild, co_await library_->must_rebuild());
        if (rebuild) CO_CHECK(co_await library_->rebuild(gallery::Parts::missing));
        co_return Result<void>();
    }

    Task<void> repair() {
        const auto now = library_->clock().monotonic();
        if (!tenure_.active() || !repair_from_ || now < *repair_from_) co_return Result<void>();
        const auto asked = std::exchange(repair_from_, std::nullopt);
        auto repaired = co_await repair_all();
        if (!repaired && !repair_from_) repair_from_ = asked;  // once more, a second from now
        co_return repaired;
    }

    /// Jobs may be lost with the rest: what waits for derivatives and has none is queued again, however young it is.
    Task<void> repair_all() {
        CO_TRY(const auto report, co_await gallery::sweep(library_->gallery(), Millis(0)));
        CO_TRY(const auto audited, co_await gallery::audit(library_->gallery()));
        log::info("repair after a failover is done", {{"records", report.records},
                                                      {"mended", report.mended},
                                                      {"followed_up", audited},
                                                      {"requeued", report.requeued}});
        std::string kind = "repaired", subject = std::to_string(report.mended);
        CO_CHECK(co_await witness_.note(std::move(kind), std::move(subject)));
        co_return Result<void>();
    }

    const Settings& settings_;
    std::unique_ptr<Library> library_;
    std::vector<redis::Endpoint> redis_seeds_;
    std::vector<http::Url> garage_admins_;
    const Machines machines_;
    worker::Tenure tenure_;
    gallery::Presence presence_;
    Witness witness_{presence_};  // touched only on the runner's thread, as is what follows
    std::optional<GarageNodes> garage_;
    std::map<int, std::string> masters_;                         // ids, by the first slot
    std::optional<MonotonicTime> repair_from_{MonotonicTime{}};  // what happened before the start is not known
    std::optional<worker::Runner> runner_;
};

int keep(const Invocation& invocation) {
    const auto& settings = invocation.settings;
    if (!is_fleet(settings))
        return wrong_usage("keeper",
                           "A keeper needs a catalog that is shared (--catalog redis://…). With SQLite, `cadre serve` "
                           "keeps its own house.");
    const auto url = redis::parse_url(settings.catalog);
    if (!url) return report(url.error());
    auto admins = parse_garage_admin(settings.garage_admin);
    if (!admins) return report(admins.error());
    auto machines = Machines::parse(settings.machines);
    if (!machines) return report(machines.error());
    prepare_process();
    Loop loop;
    StopSignal signal(loop.io());
    auto library = Library::open(settings, Access::guest);
    if (!library) return report(library.error());
    Keeper keeper(settings, std::move(*library), url->seeds, std::move(*admins), std::move(*machines));
    keeper.run(signal, loop);
    return kDone;
}

}  // namespace

Command keeper_command() {
    return {{"keeper",
             "",
             "Looks after a fleet's stores until it is told to stop: gives Redis masters back, introduces nodes that "
             "came back, repairs after a failover, lets expire what is due. Of several one is active.",
             {}},
            keep};
}

}  // namespace cadre::cli
