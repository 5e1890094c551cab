// `cadre worker`: does jobs for a fleet, until it is told to stop.
#include "base/log.h"
#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/fleet/presence.h"
#include "cli/library.h"
#include "cli/process.h"
#include "cli/pulse.h"
#include "cli/version.h"
#include "worker/kinds.h"
#include "worker/runner.h"

namespace cadre::cli {
namespace {

int work(const Invocation& invocation) {
    const auto& settings = invocation.settings;
    if (!is_fleet(settings))
        return wrong_usage("worker",
                           "A worker needs a catalog that is shared (--catalog redis://…). With SQLite, `cadre serve` "
                           "does its own jobs.");
    prepare_process();
    if (auto decoder = check_decoder(settings.decoder); !decoder) return report(decoder.error());
    Loop loop;
    StopSignal signal(loop.io());
    auto library = Library::open(settings, Access::guest);
    if (!library) return report(library.error());
    auto& gallery = (*library)->gallery();
    worker::Options options;
    options.workers = static_cast<std::size_t>(settings.workers);
    options.guests = guests_of(settings);
    const auto self = process_of(settings, "worker", (*library)->clock());
    gallery::Presence presence(gallery.stores().catalog, [self] { return self; });
    std::vector<worker::Chore> chores{worker::learn_of_clocks(gallery), be_present(presence)};
    if (!settings.pulse.empty()) chores.push_back(pulse(settings.pulse));
    worker::Runner runner(gallery.stores().jobs, (*library)->clock(), worker::kinds_of(gallery), std::move(chores),
                          options);
    runner.start();
    log::info("working", {{"name", settings.name}, {"jobs_at_once", settings.workers}, {"version", kVersion}});
    signal.wait();
    loop.try_for(presence.leave(), kToLeave);
    const bool handed_back = runner.stop(kToFinish);
    log::info("stopped", {{"jobs_handed_back", handed_back}});
    if (!handed_back || gallery.afterwards().busy()) leave(kDone);
    library->reset();  // before the runner's io_context, on which its connections are
    return kDone;
}

}  // namespace

Command worker_command() {
    return {{"worker", "", "Does a fleet's jobs until it is told to stop: makes derivatives, repairs, tidies up.", {}},
            work};
}

}  // namespace cadre::cli
