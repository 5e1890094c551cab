#include "gallery/reread.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/library.h"

namespace cadre::cli {
namespace {

using gallery::Reread;
using gallery::RereadCounts;

constexpr std::chrono::seconds kLookEvery{1};

int say(const RereadCounts& counts) {
    fmt::print("{} photos looked at, {} changed, {} could not be read.\n", counts.photos, counts.changed,
               counts.unreadable);
    return kDone;
}

/// Where no server is there to do it: here and now, and where it is broken off the next call goes on.
int work(Loop& loop, Library& library, bool all) {
    Reread reread(library.gallery());
    auto progress = loop.wait_for(reread.pending());
    if (progress && (!*progress || (all && !(*progress)->all))) {
        auto asked = loop.wait_for(reread.ask(all));
        if (!asked) return report(asked.error());
        progress = std::move(*asked);
    }
    if (!progress) return report(progress.error());
    auto now = std::move(**progress);
    while (!now.ended) {
        auto next = loop.wait_for(reread.step(now));
        if (!next) return report(next.error());
        now = std::move(*next);
    }
    if (auto noted = loop.wait_for(reread.finish(now)); !noted) return report(noted.error());
    return say(now.counts);
}

/// Where a server, or a fleet, is at work: asks for it and waits for its end.
int ask(Loop& loop, Library& library, bool all, bool wait) {
    Reread reread(library.gallery());
    const auto asked = loop.wait_for(reread.ask(all));
    if (!asked) return report(asked.error());
    if (!wait) {
        fmt::print("The server begins within a minute, and says in its log how it ended.\n");
        return kDone;
    }
    while (true) {
        const auto counts = loop.wait_for(reread.outcome(asked->asked));
        if (!counts) return report(counts.error());
        if (*counts) return say(**counts);
        std::this_thread::sleep_for(kLookEvery);
    }
}

int reread(const Invocation& invocation) {
    if (auto there = require_blobs(invocation.settings); !there) return report(there.error());
    Loop loop;
    const bool all = invocation.has("--all");
    if (!is_fleet(invocation.settings)) {
        auto owned = Library::open(invocation.settings, Access::owner);
        if (owned) {
            auto incomplete = loop.wait_for((*owned)->must_rebuild());
            if (incomplete && *incomplete) {
                auto rebuilt = loop.wait_for((*owned)->rebuild());
                if (!rebuilt) return report(rebuilt.error());
            } else if (!incomplete) {
                return report(incomplete.error());
            }
            return work(loop, **owned, all);
        }
        if (owned.error().kind != ErrorKind::conflict) return report(owned.error());
    }
    auto library = open_beside_server(loop, invocation.settings);
    if (!library) return report(library.error());
    return ask(loop, **library, all, !invocation.has("--no-wait"));
}

}  // namespace

Command reread_command() {
    return {
        {"reread",
         "",
         "Reads date, place, camera, title, caption and tags of all photos again from their files, where this release "
         "reads more of them than the one before. What somebody has set stays. Works while a server runs.",
         {{"--all", "", "Also those that this release has read already."},
          {"--no-wait", "", "Only asks the server for it, and does not wait for its end."}}},
        reread};
}

}  // namespace cadre::cli
