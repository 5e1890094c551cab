// Work to do later. Jobs are idempotent and carry no promise: one that is lost is found again (gallery/reindex.h), one
// that is done twice does no harm. All calls are thread-safe; jobs/suite.h tests them for every driver.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/task.h"

namespace cadre::jobs {

struct Job {
    std::string kind;       // "derive", "tidy", "repair", …
    std::string subject;    // what it is about, mostly an id; with the kind it names the job
    json::object payload;   // whatever else the worker needs
    WallTime not_before{};  // the epoch: at once
    std::string owner{};    // in whose turn it is done, a user's id; empty: nobody's, the library's own
};

/// A job without payload, to be done at once. (g++ 12 miscompiles braces of an aggregate in a co_await expression:
/// its PR 98401 and others; a function call there is safe.)
[[nodiscard]] inline Job make_job(std::string kind, std::string subject, std::string owner = {}) {
    Job job;
    job.kind = std::move(kind);
    job.subject = std::move(subject);
    job.owner = std::move(owner);
    return job;
}

/// Whose jobs a taker takes.
enum class Turn {
    anyone,
    newcomer,  // only of owners of whom no job of that kind runs: who keeps all other takers busy keeps nobody waiting
};

/// A job in a worker's hands until `done`, `retry` or `bury`, or until its lease ends and another worker may take it.
struct Taken {
    std::string ticket;  // the driver's own
    Job job;
    int attempt = 1;
};

struct Dead {
    std::string ticket;
    Job job;
    int attempts = 0;
    std::string reason;
    WallTime died;
};

struct Stats {
    std::uint64_t waiting = 0;
    std::uint64_t running = 0;
    std::uint64_t dead = 0;
    std::optional<WallTime> oldest;  // when the job that waits longest was pushed
};

class Queue {
public:
    virtual ~Queue() = default;

    /// Does nothing if a job of this kind and subject waits already (one that runs does not count: what changed since
    /// it began needs another). Errors: unavailable when the queue is full.
    virtual Task<void> push(Job job) = 0;

    /// The next job of one of these kinds; waits up to `wait` for one. Earlier kinds come first; then a job that
    /// somebody lost; then owners take turns: it is that of whom the fewest run (the library's own count as none), of
    /// these of who has waited longest since the last one, and of this owner's jobs the oldest. Its lease lasts
    /// `lease`. Cancelling the wait loses no job.
    virtual Task<std::optional<Taken>> take(std::vector<std::string> kinds, Millis lease, Millis wait,
                                            Turn turn = Turn::anyone) = 0;

    /// Errors: conflict when the lease had ended and another worker has it.
    virtual Task<void> renew(Taken taken, Millis lease) = 0;
    virtual Task<void> done(Taken taken) = 0;
    /// Hands it back, to be taken again at `not_before` at the earliest; attempt is then one more.
    virtual Task<void> retry(Taken taken, WallTime not_before) = 0;
    /// Gives it up: it moves to the dead, where an administrator sees it.
    virtual Task<void> bury(Taken taken, std::string reason) = 0;

    /// Whether one waits or runs.
    virtual Task<bool> holds(std::string kind, std::string subject) = 0;
    virtual Task<Stats> stats() = 0;
    virtual Task<std::vector<Dead>> dead(std::size_t limit) = 0;
    /// Pushes a dead one again. Errors: not_found.
    virtual Task<void> resend(std::string ticket) = 0;
};

}  // namespace cadre::jobs
