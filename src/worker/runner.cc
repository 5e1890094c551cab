#include "worker/runner.h"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

#include "base/log.h"
#include "base/sleep.h"

namespace cadre::worker {
namespace {

constexpr Millis kWaitForJob{3'600'000};  // ended by cancelling, not by time
constexpr Millis kPauseWithoutQueue{1'000};
constexpr int kRestOfChore = 50;    // times as long as it took
constexpr Millis kHandBack{3'000};  // what breaking off and handing back may take

/// After a cancellation that was meant for what has just ended, later waits must not end at once too.
auto forget_cancellation() { return asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation()); }

}  // namespace

Runner::Runner(jobs::Queue& queue, const Clock& clock, std::vector<Kind> kinds, std::vector<Chore> chores,
               Options options)
    : queue_(queue), clock_(clock), kinds_(std::move(kinds)), chores_(std::move(chores)), options_(options) {
    for (const auto& kind : kinds_) names_.push_back(kind.name);
}

Runner::~Runner() { stop(Millis(0)); }

void Runner::start() {
    for (std::size_t i = 0; i < options_.workers + options_.guests; ++i) {
        auto& hand = hands_.emplace_back();
        if (i >= options_.workers) hand.turn = jobs::Turn::newcomer;
        begin(work(hand), hand.cancel);
    }
    begin(keep_leases(), others_.emplace_back());
    for (const auto& chore : chores_) begin(repeat(chore), others_.emplace_back());
    thread_ = std::thread([this] { io_.run(); });
}

void Runner::begin(asio::awaitable<void> coroutine, asio::cancellation_signal& cancel) {
    ++alive_;
    asio::co_spawn(io_, std::move(coroutine),
                   asio::bind_cancellation_slot(cancel.slot(), [this](const std::exception_ptr&) {
                       if (--alive_ == 0) ended_.set_value();
                   }));
}

bool Runner::stop(Millis bound) {
    if (!thread_.joinable()) return true;
    auto ended = ended_.get_future();
    asio::post(io_, [this] {
        stopping_ = true;
        for (auto& hand : hands_)
            if (!hand.taken) hand.cancel.emit(asio::cancellation_type::terminal);
        for (auto& other : others_) other.emit(asio::cancellation_type::terminal);
    });
    bool all = ended.wait_for(bound) == std::future_status::ready;
    if (!all) {
        asio::post(io_, [this] {
            for (auto& hand : hands_) hand.cancel.emit(asio::cancellation_type::terminal);
        });
        all = ended.wait_for(kHandBack) == std::future_status::ready;
    }
    io_.stop();
    thread_.join();
    return all;
}

asio::awaitable<void> Runner::work(Hand& hand) {
    while (!stopping_) {
        hand.taken = co_await next_job(hand.turn);
        if (!hand.taken) continue;
        Result<void> outcome = fail(ErrorKind::unavailable, "The program is stopping.");
        if (!stopping_) outcome = co_await attempt(hand.taken->job);
        co_await settle(*hand.taken, std::move(outcome));
        hand.taken.reset();
    }
}

asio::awaitable<std::optional<jobs::Taken>> Runner::next_job(jobs::Turn turn) {
    Result<std::optional<jobs::Taken>> taken;
    try {
        taken = co_await queue_.take(names_, options_.lease, kWaitForJob, turn);
    } catch (const std::exception& fault) {
        taken = fail(ErrorKind::internal, fault.what());
    }
    co_await forget_cancellation();
    if (taken) co_return std::move(*taken);
    if (!stopping_) {
        log::warn("no job can be taken", {{"why", taken.error().message}, {"detail", taken.error().detail}});
        co_await sleep_for(kPauseWithoutQueue);
    }
    co_return std::nullopt;
}

const Kind* Runner::kind_of(const jobs::Job& job) const {
    const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& k) { return k.name == job.kind; });
    return kind == kinds_.end() ? nullptr : &*kind;
}

Task<void> Runner::attempt(jobs::Job job) {
    const auto* const kind = kind_of(job);
    if (kind == nullptr) co_return fail(ErrorKind::invalid, "Nobody knows how to do this kind of job.");
    Result<void> outcome;
    try {
        outcome = co_await kind->run(std::move(job));
    } catch (const std::exception& fault) {
        outcome = fail(ErrorKind::internal, stopping_ ? "It was broken off." : "It failed.", fault.what());
    }
    co_await forget_cancellation();
    co_return outcome;
}

asio::awaitable<void> Runner::settle(jobs::Taken taken, Result<void> outcome) {
    const auto kind = taken.job.kind;
    const auto subject = taken.job.subject;
    Result<void> settled;
    try {
        if (outcome) {
            settled = co_await queue_.done(std::move(taken));
        } else if (stopping_) {
            settled = co_await queue_.retry(std::move(taken), clock_.now());
        } else {
            settled = co_await settle_failed(std::move(taken), std::move(outcome).error());
        }
    } catch (const std::exception& fault) {
        settled = fail(ErrorKind::internal, fault.what());
    }
    if (!settled)  // its lease ends, and it is done again
        log::warn("the end of a job could not be noted",
                  {{"kind", kind}, {"subject", subject}, {"why", settled.error().message}});
}

Task<void> Runner::settle_failed(jobs::Taken taken, Error error) {
    const int attempt = taken.attempt;
    const bool last = error.kind == ErrorKind::invalid || attempt >= options_.max_attempts;
    log::warn(last ? "a job is given up" : "a job failed and is tried again", {{"kind", taken.job.kind},
                                                                               {"subject", taken.job.subject},
                                                                               {"attempt", attempt},
                                                                               {"why", error.message},
                                                                               {"detail", error.detail}});
    if (!last) {
        const auto pause = std::max<Millis>(pause_after(attempt), error.retry_after.value_or(std::chrono::seconds(0)));
        co_return co_await queue_.retry(std::move(taken), clock_.now() + pause);
    }
    std::string reason = error.message;
    const auto* const kind = kind_of(taken.job);
    if (kind != nullptr && kind->given_up) {
        jobs::Job job = taken.job;
        CO_CHECK(co_await kind->given_up(std::move(job), std::move(error)));
    }
    co_return co_await queue_.bury(std::move(taken), std::move(reason));
}

asio::awaitable<void> Runner::keep_leases() {
    while (!stopping_) {
        co_await sleep_for(options_.lease / 3);
        std::vector<jobs::Taken> in_hand;
        for (const auto& hand : hands_)
            if (hand.taken) in_hand.push_back(*hand.taken);
        for (auto& taken : in_hand) {
            const auto subject = taken.job.subject;
            auto renewed = co_await queue_.renew(std::move(taken), options_.lease);
            // Conflict: it has ended meanwhile, or another worker has it, who does no harm.
            if (!renewed && renewed.error().kind != ErrorKind::conflict)
                log::warn("a lease could not be renewed", {{"subject", subject}, {"why", renewed.error().message}});
        }
    }
}

asio::awaitable<void> Runner::repeat(const Chore& chore) {
    co_await sleep_for(chore.first);
    while (!stopping_) {
        std::string why;
        const auto begun = clock_.monotonic();
        try {
            auto outcome = co_await chore.run();
            if (!outcome) why = outcome.error().message + " " + outcome.error().detail;
        } catch (const std::exception& fault) {
            why = fault.what();
        }
        if (stopping_) co_return;
        if (!why.empty()) log::warn("a chore failed", {{"chore", chore.name}, {"why", why}});
        const Millis rest = (clock_.monotonic() - begun) * (chore.urgent ? 0 : kRestOfChore);
        co_await sleep_for(std::max(chore.every, rest));
    }
}

Millis Runner::pause_after(int attempt) const {
    Millis pause = options_.first_pause;
    for (int i = 1; i < attempt && pause < options_.longest_pause; ++i) pause *= 2;
    return std::min(pause, options_.longest_pause);
}

}  // namespace cadre::worker
