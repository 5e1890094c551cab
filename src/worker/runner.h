// Takes jobs from the queue and does them, and does from time to time what nobody asks for.
//
// A job that fails is tried again later, twice as late each time, and buried with its reason after the last attempt.
// Jobs are idempotent, so that one whose lease was lost, or that was broken off, does no harm.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <future>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "jobs/queue.h"

namespace cadre::worker {

/// One kind of job and what does it. ErrorKind::invalid means that it can never be done; any other error, and an
/// exception, that it may be done later.
struct Kind {
    std::string name;
    std::function<Task<void>(jobs::Job)> run;
    /// Called before a job is buried, with the error of its last attempt, if something has to be said of that.
    std::function<Task<void>(jobs::Job, Error)> given_up{};
};

/// What is done from time to time, whether or not there is a job. A chore that takes long rests long: it never works
/// more than a fiftieth of the time, however large the library is.
struct Chore {
    std::string name;
    Millis first;  // after the start
    Millis every;
    std::function<Task<void>()> run;
    /// Somebody waits for what it does: it does not rest long.
    bool urgent = false;
};

struct Options {
    std::size_t workers = 1;    // jobs that run at once
    std::size_t guests = 0;     // so many more, each of an owner of whom none runs (jobs::Turn::newcomer)
    Millis lease{15'000};       // of a job in hand; renewed while it runs, taken over when its worker died
    int max_attempts = 8;       // then it is buried
    Millis first_pause{1'000};  // after the first failure; twice as long after each further one
    Millis longest_pause{300'000};
};

/// Owned by one thread, which starts and stops it. The queue, the clock and what kinds and chores use outlive it.
class Runner {
public:
    /// Kinds are in the order of preference.
    Runner(jobs::Queue& queue, const Clock& clock, std::vector<Kind> kinds, std::vector<Chore> chores, Options options);
    /// Stops at once if it still runs.
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    /// Starts one thread, on which all coroutines run.
    void start();
    /// Takes no more jobs, lets those in hand finish for `bound`, breaks off and hands back what is left. Returns
    /// whether all of it ended in time. Does nothing when it does not run.
    bool stop(Millis bound);

private:
    /// One of the coroutines that do jobs.
    struct Hand {
        jobs::Turn turn = jobs::Turn::anyone;
        asio::cancellation_signal cancel;
        std::optional<jobs::Taken> taken;
    };

    asio::awaitable<void> work(Hand& hand);
    asio::awaitable<std::optional<jobs::Taken>> next_job(jobs::Turn turn);
    Task<void> attempt(jobs::Job job);
    asio::awaitable<void> settle(jobs::Taken taken, Result<void> outcome);
    Task<void> settle_failed(jobs::Taken taken, Error error);
    [[nodiscard]] const Kind* kind_of(const jobs::Job& job) const;
    asio::awaitable<void> keep_leases();
    asio::awaitable<void> repeat(const Chore& chore);
    void begin(asio::awaitable<void> coroutine, asio::cancellation_signal& cancel);
    [[nodiscard]] Millis pause_after(int attempt) const;

    jobs::Queue& queue_;
    const Clock& clock_;
    std::vector<Kind> kinds_;
    std::vector<std::string> names_;
    std::vector<Chore> chores_;
    Options options_;

    asio::io_context io_{1};
    std::thread thread_;
    std::list<Hand> hands_;                        // touched only on thread_ once it runs, as is all below
    std::list<asio::cancellation_signal> others_;  // of chores and of the keeper of leases
    std::size_t alive_ = 0;                        // coroutines that have not ended
    bool stopping_ = false;
    std::promise<void> ended_;
};

}  // namespace cadre::worker
