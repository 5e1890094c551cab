// `cadre jobs`: what was given up after its last attempt, seen and sent again.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/library.h"

namespace cadre::cli {
namespace {

/// More than any queue keeps (jobs/streams/queue.h, jobs/sqlite/queue.h: a thousand of a kind).
constexpr std::size_t kAll = 100'000;

/// The queue as an administrator has it: Fleet's beside whoever works on it, Solo's while no server does.
Result<std::unique_ptr<Library>> open_queue(const Settings& settings) {
    CHECK_RESULT(require_blobs(settings));
    return Library::open(settings, Access::owner);
}

std::string line_of(const jobs::Dead& dead) {
    return fmt::format("{}  {} {}  {} attempts, last {:%Y-%m-%dT%H:%M:%SZ}: {}", dead.ticket, dead.job.kind,
                       dead.job.subject, dead.attempts, fmt::gmtime(std::chrono::system_clock::to_time_t(dead.died)),
                       dead.reason);
}

int list(const Invocation& invocation) {
    Loop loop;
    auto library = open_queue(invocation.settings);
    if (!library) return report(library.error());
    auto& queue = (*library)->gallery().stores().jobs;
    const auto stats = loop.wait_for(queue.stats());
    if (!stats) return report(stats.error());
    const auto dead = loop.wait_for(queue.dead(kAll));
    if (!dead) return report(dead.error());
    for (const auto& one : *dead) fmt::print("{}\n", line_of(one));
    fmt::print("{} waiting, {} running, {} given up.\n", stats->waiting, stats->running, dead->size());
    return kDone;
}

/// Those that were named, or all. One that somebody else has sent again meanwhile is named and counts as a failure.
Result<int> send_again(Loop& loop, jobs::Queue& queue, std::vector<std::string> tickets, bool all) {
    if (all) {
        TRY(const auto dead, loop.wait_for(queue.dead(kAll)));
        for (const auto& one : dead) tickets.push_back(one.ticket);
    }
    std::size_t sent = 0;
    for (const auto& ticket : tickets) {
        const auto again = loop.wait_for(queue.resend(ticket));
        if (!again && again.error().kind != ErrorKind::not_found) return fail(again.error());
        if (again)
            ++sent;
        else
            complain(fmt::format("{}: {}", ticket, again.error().message));
    }
    fmt::print("{} of {} jobs wait again.\n", sent, tickets.size());
    return sent == tickets.size() ? kDone : kFailed;
}

int retry(const Invocation& invocation) {
    const bool all = invocation.has("--all");
    if (all != invocation.operands.empty())
        return wrong_usage("jobs retry", "Name the tickets that `cadre jobs list` shows, or say --all.");
    Loop loop;
    auto library = open_queue(invocation.settings);
    if (!library) return report(library.error());
    const auto code = send_again(loop, (*library)->gallery().stores().jobs, invocation.operands, all);
    return code ? *code : report(code.error());
}

}  // namespace

Command jobs_list_command() {
    return {{"jobs list",
             "",
             "Lists the jobs that were given up, a line each: ticket, kind, subject, why. Beside a fleet at work; with "
             "SQLite while no server runs.",
             {}},
            list};
}

Command jobs_retry_command() {
    return {{"jobs retry",
             "TICKET…",
             "Sends jobs that were given up again, as new ones.",
             {{"--all", "", "All that `cadre jobs list` shows."}}},
            retry};
}

}  // namespace cadre::cli
