#include "jobs/streams/queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <mutex>
#include <tuple>

#include "base/log.h"
#include "base/number.h"
#include "base/sleep.h"
#include "base/wakeups.h"
#include "jobs/streams/scripts.h"
#include "redis/background.h"

namespace cadre::jobs::streams {
namespace {

constexpr Millis kLongestSleep{5000};  // wall time may jump; look at it again
constexpr Millis kBlindSleep{250};     // while Redis tells nothing
constexpr Millis kListen{5000};        // for one blocking read
constexpr std::chrono::minutes kRegisterAgain{1};

std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }
WallTime wall(std::int64_t millis) { return WallTime(Millis(millis)); }

tl::unexpected<Error> lost() {
    return fail(ErrorKind::conflict, "The lease on this job has ended and somebody else has it.");
}

tl::unexpected<Error> full() {
    Error error{Code::busy, "Too much work is waiting already. Try again later."};
    error.retry_after = std::chrono::seconds(10);
    return fail(std::move(error));
}

tl::unexpected<Error> odd(std::string what) {
    return fail(ErrorKind::internal, "Something went wrong.", "the job queue in Redis: " + std::move(what));
}

/// "job:token" of what is taken, "entry:kind" of what is dead: a word, so that it can be typed.
std::pair<std::string, std::string> parts_of(const std::string& ticket) {
    const auto colon = ticket.find(':');
    if (colon == std::string::npos) return {};
    return {ticket.substr(0, colon), ticket.substr(colon + 1)};
}

/// "1700000000000-0": what a command may be given as an id.
bool is_entry_id(std::string_view text) {
    const auto dash = text.find('-');
    const auto digits = [](std::string_view part) {
        return !part.empty() && part.size() < 20 && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return dash != std::string_view::npos && digits(text.substr(0, dash)) && digits(text.substr(dash + 1));
}

Result<json::object> payload_from(const std::string& text) {
    auto parsed = parse_json(text);
    if (!parsed || !parsed->is_object()) return odd("a payload is no JSON object");
    return std::move(parsed->get_object());
}

std::int64_t number_in(const std::string& text) { return parse_number<std::int64_t>(text).value_or(0); }

/// Runs a task that a cancellation of the caller does not end: what it did would not be known.
template <class T>
Task<T> to_its_end(Task<T> task) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer ended(executor, asio::steady_timer::time_point::max());
    std::optional<Result<T>> result;
    std::exception_ptr fault;
    asio::co_spawn(executor, std::move(task), [&](std::exception_ptr thrown, Result<T> outcome) {
        fault = thrown;
        result.emplace(std::move(outcome));
        ended.cancel();
    });
    while (!result) {
        boost::system::error_code ignored;
        co_await ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    if (fault) std::rethrow_exception(fault);
    co_return std::move(*result);
}

class StreamsQueue final : public Queue {
public:
    StreamsQueue(redis::Cluster& cluster, Options options, const Clock& clock, Random& random)
        : cluster_(cluster), options_(std::move(options)), clock_(clock), random_(random) {}

    Task<void> push(Job job) override {
        CO_CHECK(co_await register_kind(job.kind));
        auto call = script(push_script(), job.kind, redis::Repeat::safe);
        call.arguments.push_back(std::move(job.subject));
        call.arguments.push_back(json::serialize(job.payload));
        call.arguments.push_back(std::to_string(millis(job.not_before)));
        call.arguments.push_back(std::to_string(options_.limit));
        call.arguments.push_back(std::move(job.owner));
        CO_TRY(const auto pushed, co_await cluster_.run(std::move(call)));
        if (pushed.integer() < 0) co_return full();
        wakeups_.notify_all();
        co_return Result<void>();
    }

    Task<std::optional<Taken>> take(std::vector<std::string> kinds, Millis lease, Millis wait, Turn turn) override {
        // While this is under way cancellation must not throw: what was taken has to be put back first.
        const bool throws = co_await asio::this_coro::throw_if_cancelled();
        co_await asio::this_coro::throw_if_cancelled(false);
        std::exception_ptr fault;
        Result<std::optional<Taken>> taken;
        try {
            taken = co_await wait_and_take(std::move(kinds), lease, wait, turn);
        } catch (...) {
            fault = std::current_exception();
        }
        co_await asio::this_coro::throw_if_cancelled(throws);
        if (fault) std::rethrow_exception(fault);
        co_return taken;
    }

    Task<void> renew(Taken taken, Millis lease) override {
        auto call = of_taken(renew_script(), taken, redis::Repeat::safe);
        call.arguments.push_back(std::to_string(lease.count()));
        co_return co_await run_held(std::move(call));
    }

    Task<void> done(Taken taken) override {
        auto call = of_taken(done_script(), taken);
        co_return co_await run_held(std::move(call));
    }

    Task<void> retry(Taken taken, WallTime not_before) override {
        auto call = hand_back(taken, not_before, 0);
        auto retried = co_await run_held(std::move(call));
        wakeups_.notify_all();
        co_return retried;
    }

    Task<void> bury(Taken taken, std::string reason) override {
        auto call = of_taken(bury_script(), taken);
        call.arguments.push_back(std::move(reason));
        call.arguments.push_back(std::to_string(options_.dead_limit));
        co_return co_await run_held(std::move(call));
    }

    Task<bool> holds(std::string kind, std::string subject) override {
        auto call = script(holds_script(), kind, redis::Repeat::safe);
        call.arguments.push_back(std::move(subject));
        CO_TRY(const auto held, co_await cluster_.run(std::move(call)));
        co_return held.integer() == 1;
    }

    Task<Stats> stats() override {
        CO_TRY(const auto kinds, co_await all_kinds());
        std::vector<redis::ScriptCall> calls;
        for (const auto& kind : kinds) calls.push_back(script(stats_script(), kind, redis::Repeat::safe));
        CO_TRY(const auto answers, co_await cluster_.run_all(std::move(calls)));
        Stats all;
        for (const auto& answer : answers) {
            if (!answer) co_return fail(answer.error());
            const auto& one = answer->array();
            all.waiting += static_cast<std::uint64_t>(one.at(0).integer());
            all.running += static_cast<std::uint64_t>(one.at(1).integer());
            all.dead += static_cast<std::uint64_t>(one.at(2).integer());
            const auto& oldest = one.at(3).text();
            if (!oldest.empty()) all.oldest = std::min(all.oldest.value_or(WallTime::max()), wall(number_in(oldest)));
        }
        co_return all;
    }

    Task<std::vector<Dead>> dead(std::size_t limit) override {
        CO_TRY(const auto kinds, co_await all_kinds());
        std::vector<redis::Call> calls;
        for (const auto& kind : kinds) {
            redis::Call call;
            call.key = dead_key(options_.prefix, kind);
            call.words = {"XREVRANGE", call.key, "+", "-", "COUNT", std::to_string(limit)};
            call.repeat = redis::Repeat::safe;
            calls.push_back(std::move(call));
        }
        CO_TRY(const auto answers, co_await cluster_.call_all(std::move(calls)));
        std::vector<Dead> all;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (!answers[i]) co_return fail(answers[i].error());
            for (const auto& entry : answers[i]->array()) {
                CO_TRY(auto one, dead_from(kinds[i], entry));
                all.push_back(std::move(one));
            }
        }
        std::sort(all.begin(), all.end(),
                  [](const Dead& a, const Dead& b) { return std::tie(a.died, a.ticket) > std::tie(b.died, b.ticket); });
        if (all.size() > limit) all.resize(limit);
        co_return all;
    }

    Task<void> resend(std::string ticket) override {
        const auto [entry, kind] = parts_of(ticket);
        const auto unknown = fail(ErrorKind::not_found, "There is no such failed job.");
        if (!is_entry_id(entry)) co_return unknown;
        auto call = script(resend_script(), kind);
        call.arguments.push_back(entry);
        call.arguments.push_back(std::to_string(options_.limit));
        CO_TRY(const auto sent, co_await cluster_.run(std::move(call)));
        if (sent.integer() < 0) co_return full();
        if (sent.integer() == 0) co_return unknown;
        wakeups_.notify_all();
        co_return Result<void>();
    }

private:
    struct Attempt {
        std::optional<Taken> taken;
        std::optional<WallTime> next_due;
    };

    /// With the time as its first argument.
    redis::ScriptCall script(const redis::Script& of, const std::string& kind,
                             redis::Repeat repeat = redis::Repeat::never) {
        redis::ScriptCall call;
        call.script = &of;
        call.keys = keys_of(options_.prefix, kind);
        call.arguments.push_back(std::to_string(millis(clock_.now())));
        call.repeat = repeat;
        return call;
    }

    redis::ScriptCall of_taken(const redis::Script& of, const Taken& taken,
                               redis::Repeat repeat = redis::Repeat::never) {
        auto call = script(of, taken.job.kind, repeat);
        auto [job, token] = parts_of(taken.ticket);
        call.arguments.push_back(std::move(job));
        call.arguments.push_back(std::move(token));
        return call;
    }

    redis::ScriptCall hand_back(const Taken& taken, WallTime not_before, int attempts_less) {
        auto call = of_taken(retry_script(), taken);
        call.arguments.push_back(std::to_string(millis(not_before)));
        call.arguments.push_back(std::to_string(attempts_less));
        return call;
    }

    Task<void> run_held(redis::ScriptCall call) {
        CO_TRY(const auto held, co_await cluster_.run(std::move(call)));
        if (held.integer() == 0) co_return lost();
        if (held.integer() == 2)
            wakeups_.notify_all();  // others of its owner wait, which some takers may take only now
        co_return Result<void>();
    }

    Task<Attempt> take_of(std::string kind, Millis lease, Turn turn) {
        auto call = script(take_script(), kind);
        const auto token = options_.consumer + "/" + random_.token(12);  // a person who looks sees who has it
        call.arguments.push_back(std::to_string(lease.count()));
        call.arguments.push_back(token);
        call.arguments.push_back(options_.consumer);
        call.arguments.push_back(turn == Turn::newcomer ? "1" : "0");
        CO_TRY(const auto reply, co_await cluster_.run(std::move(call)));
        const auto& parts = reply.array();
        Attempt attempt;
        if (parts.size() == 1) attempt.next_due = wall(parts[0].integer());
        if (parts.size() < 6) co_return attempt;
        attempt.taken.emplace();
        attempt.taken->ticket = parts[0].text() + ":" + token;
        attempt.taken->attempt = static_cast<int>(parts[3].integer());
        attempt.taken->job.kind = std::move(kind);
        attempt.taken->job.subject = parts[1].text();
        attempt.taken->job.not_before = wall(parts[4].integer());
        attempt.taken->job.owner = parts[5].text();
        CO_TRY(attempt.taken->job.payload, payload_from(parts[2].text()));
        co_return attempt;
    }

    Task<Attempt> take_first(std::vector<std::string> kinds, Millis lease, Turn turn) {
        Attempt all;
        for (const auto& kind : kinds) {
            CO_TRY(auto one, co_await take_of(kind, lease, turn));
            if (one.taken) co_return one;
            if (one.next_due) all.next_due = std::min(all.next_due.value_or(WallTime::max()), *one.next_due);
        }
        co_return all;
    }

    Task<std::optional<Taken>> wait_and_take(std::vector<std::string> kinds, Millis lease, Millis wait, Turn turn) {
        const auto cancelled = co_await asio::this_coro::cancellation_state;
        const auto until = std::chrono::steady_clock::now() + wait;
        Wakeups::Waiter waiter(wakeups_, co_await asio::this_coro::executor);
        while (cancelled.cancelled() == asio::cancellation_type::none) {
            CO_TRY(auto found, co_await to_its_end(take_first(kinds, lease, turn)));
            if (found.taken && cancelled.cancelled() == asio::cancellation_type::none) co_return found.taken;
            if (found.taken) {
                auto back = hand_back(*found.taken, clock_.now(), 1);
                CO_CHECK(co_await to_its_end(run_held(std::move(back))));
                wakeups_.notify_all();
                break;
            }
            const auto left = std::chrono::ceil<Millis>(until - std::chrono::steady_clock::now());
            if (left <= Millis::zero()) break;
            const auto most = std::min(left, listen_to(kinds) ? kLongestSleep : kBlindSleep);
            const auto due_in = found.next_due ? *found.next_due - clock_.now() : most;
            co_await waiter.wait(std::clamp(due_in, Millis(1), most));
        }
        co_return std::nullopt;
    }

    /// Whether all of these kinds are being listened to; begins it where they are not.
    bool listen_to(const std::vector<std::string>& kinds) {
        const std::lock_guard lock(mutex_);
        bool all = true;
        for (const auto& kind : kinds) {
            const auto [ear, is_new] = listening_.try_emplace(kind, false);
            if (is_new) background_.spawn(listen(kind));
            all = all && ear->second;
        }
        return all;
    }

    void set_listening(const std::string& kind, bool now) {
        {
            const std::lock_guard lock(mutex_);
            listening_[kind] = now;
        }
        wakeups_.notify_all();  // what came before this began was not heard
    }

    asio::awaitable<void> listen(std::string kind) {
        const auto stream = ready_key(options_.prefix, kind);
        std::optional<std::string> last;
        while (true) {
            auto heard = co_await listen_once(stream, last);
            if (!heard) {
                if (last) log::warn("the job queue cannot be listened to", {{"why", heard.error().detail}});
                last.reset();
                set_listening(kind, false);
                co_await sleep_for(kBlindSleep);
            } else if (!last) {
                last = std::move(**heard);
                set_listening(kind, true);
            } else if (*heard) {
                last = std::move(**heard);
                wakeups_.notify_all();
            }
        }
    }

    /// The last entry's id: first as it is, then when there is another one; nothing after a while without one.
    Task<std::optional<std::string>> listen_once(std::string stream, std::optional<std::string> last) {
        if (last) co_return co_await redis::wait_for_entry(cluster_, std::move(stream), std::move(*last), kListen);
        redis::Call call;
        call.key = stream;
        call.words = {"XREVRANGE", stream, "+", "-", "COUNT", "1"};
        call.repeat = redis::Repeat::safe;
        CO_TRY(const auto reply, co_await cluster_.call(std::move(call)));
        if (reply.array().empty()) co_return std::string("0-0");
        co_return reply.array()[0].array().at(0).text();
    }

    /// So that stats and the dead are found; again once a minute, in case Redis lost it, but nobody waits for that.
    Task<void> register_kind(std::string kind) {
        const auto now = std::chrono::steady_clock::now();
        {
            const std::lock_guard lock(mutex_);
            const auto known = registered_.find(kind);
            if (known != registered_.end() && now - known->second < kRegisterAgain) co_return Result<void>();
            if (known != registered_.end()) {
                known->second = now;
                background_.spawn(add_kind_aside(std::move(kind)));
                co_return Result<void>();
            }
        }
        CO_CHECK(co_await add_kind(kind));
        const std::lock_guard lock(mutex_);
        registered_[kind] = now;
        co_return Result<void>();
    }

    asio::awaitable<void> add_kind_aside(std::string kind) { (void)co_await add_kind(std::move(kind)); }

    Task<void> add_kind(std::string kind) {
        redis::Call call;
        call.key = kinds_key(options_.prefix);
        call.words = {"SADD", call.key, kind};
        call.repeat = redis::Repeat::safe;
        CO_CHECK(co_await cluster_.call(std::move(call)));
        co_return Result<void>();
    }

    Task<std::vector<std::string>> all_kinds() {
        redis::Call call;
        call.key = kinds_key(options_.prefix);
        call.words = {"SMEMBERS", call.key};
        call.repeat = redis::Repeat::safe;
        CO_TRY(const auto reply, co_await cluster_.call(std::move(call)));
        std::vector<std::string> kinds;
        for (const auto& kind : reply.array()) kinds.push_back(kind.text());
        std::sort(kinds.begin(), kinds.end());
        co_return kinds;
    }

    /// [id, [subject, s, payload, p, attempts, n, reason, r, died, t, owner, o]]; the last since there are owners
    static Result<Dead> dead_from(const std::string& kind, const redis::Reply& entry) {
        const auto& id = entry.array().at(0).text();
        const auto& fields = entry.array().at(1).array();
        if (fields.size() < 10) return odd("a dead job lacks fields");
        Dead dead;
        dead.ticket = id + ":" + kind;
        dead.job.kind = kind;
        dead.job.subject = fields[1].text();
        TRY(dead.job.payload, payload_from(fields[3].text()));
        dead.attempts = static_cast<int>(number_in(fields[5].text()));
        dead.reason = fields[7].text();
        dead.died = wall(number_in(fields[9].text()));
        if (fields.size() >= 12) dead.job.owner = fields[11].text();
        return dead;
    }

    redis::Cluster& cluster_;
    const Options options_;
    const Clock& clock_;
    Random& random_;
    Wakeups wakeups_;
    std::mutex mutex_;
    std::map<std::string, bool> listening_;  // kind → whether a blocking read stands
    std::map<std::string, std::chrono::steady_clock::time_point> registered_;
    redis::Background background_;  // last: ended before the rest goes
};

}  // namespace

std::unique_ptr<Queue> open(redis::Cluster& cluster, Options options, const Clock& clock, Random& random) {
    return std::make_unique<StreamsQueue>(cluster, std::move(options), clock, random);
}

}  // namespace cadre::jobs::streams
