#include "blobs/s3/caller.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <list>

#include "base/encoding.h"
#include "base/hash.h"
#include "base/number.h"
#include "base/sleep.h"
#include "blobs/s3/clients.h"
#include "blobs/s3/errors.h"

namespace cadre::blobs::s3 {
namespace {

constexpr std::size_t kLeastAttempts = 3;
constexpr std::size_t kSmall = std::size_t{256} << 10;  // read at once, though a stream was asked for
constexpr std::size_t kFirstPiece = std::size_t{64} << 10;
constexpr Millis kFirstPause{100};
constexpr std::size_t kAgain = 80;  // with kLongestPause between them for some six minutes
constexpr Millis kLongestPause{5'000};

/// As visitors and operators are told.
Error no_answer(Error error) {
    if (error.kind == ErrorKind::too_large) return error;
    return out_of_reach(fmt::format("{} ({})", error.message, error.detail));
}

/// It may go better a moment later, or elsewhere.
bool is_passing(int status) { return status == 429 || (status >= 500 && status != 501 && status != 507); }
bool is_passing(const Result<Answer>& outcome) {
    if (outcome) return is_passing(outcome->status);
    return outcome.error().kind == ErrorKind::unavailable;
}

/// A put, which another one of the same object may undo: see Call::whole.
bool may_be_undone(const Call& call) { return call.method == http::Method::put; }

http::ClientOptions client_options(const Limits& limits) {
    http::ClientOptions options;
    options.connect_timeout = limits.connect;
    options.send_timeout = limits.slow_write;  // a put is not broken off: another endpoint is asked long before
    options.answer_timeout = limits.read;
    options.read_timeout = limits.read;
    options.quick_ack = true;
    return options;
}

std::uint64_t next_number() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

std::string target_of(const Location& where, const Call& call) {
    auto target = "/" + where.bucket;
    if (!call.key.empty()) target += "/" + http::percent_encode(call.key, true);
    char separator = '?';
    for (const auto& [name, value] : call.query) {
        target += separator + name + "=" + http::percent_encode(value);
        separator = '&';
    }
    return target;
}

std::optional<std::uint64_t> length_of(const Answer& answer) {
    return parse_number<std::uint64_t>(answer.field("Content-Length"));
}

Result<void> check_length(const Answer& answer, std::size_t limit) {
    if (length_of(answer).value_or(0) > limit)
        return fail(ErrorKind::too_large, "The object is larger than can be read at once.");
    return {};
}

/// A whole body, or the first piece of a streamed one that is not small.
Task<void> read_body(http::ClientStream& stream, const Call& call, Answer& answer) {
    const bool streamed = call.streamed && (answer.status == 200 || answer.status == 206);
    if (call.method == http::Method::head) co_return Result<void>();
    if (!streamed) {
        CO_CHECK(check_length(answer, call.body_limit));
        CO_TRY(answer.body, co_await stream.body->read_all(call.body_limit));
        co_return Result<void>();
    }
    const auto length = length_of(answer);
    const bool small = length && *length <= kSmall;
    answer.body.resize(small ? static_cast<std::size_t>(*length) : kFirstPiece);
    std::size_t filled = 0;
    Sha256 hash;  // while more is under way
    do {
        const std::span<std::uint8_t> into(reinterpret_cast<std::uint8_t*>(answer.body.data()) + filled,
                                           answer.body.size() - filled);
        CO_TRY(const std::size_t got, co_await stream.body->read_some(into));
        if (got == 0) break;
        if (small) hash.update(into.first(got));
        filled += got;
    } while (small && filled < answer.body.size());
    if (small && filled < answer.body.size()) co_return fail(ErrorKind::unavailable, "An answer ended early.");
    answer.body.resize(filled);
    if (small) answer.body_sha256 = hash.finish();
    if (!small) answer.rest = std::move(stream.body);
    co_return Result<void>();
}

}  // namespace

bool matches_checksum(std::string_view field, std::span<const std::uint8_t> sha256) {
    if (field.empty() || field.find('-') != std::string_view::npos) return true;
    return field == base64(sha256);
}

/// Several requests for one answer. Belongs to one thread; kept alive by those that are under way.
struct Caller::Race {
    struct Leg {
        std::size_t endpoint = 0;
        std::size_t failures = 0;  // of the race, when it began
        asio::cancellation_signal stop{};
        bool running = true;
    };

    Race(const asio::any_io_executor& executor, std::shared_ptr<const Call> what)
        : changed(executor), call(std::move(what)) {}

    void stop_all() {
        over = true;
        for (auto& leg : legs)
            if (leg.running) leg.stop.emit(asio::cancellation_type::terminal);
    }

    /// Those under way go on, and nobody waits for them.
    void leave_all() { over = true; }

    asio::steady_timer changed;
    std::shared_ptr<const Call> call;
    std::list<Leg> legs;
    std::size_t running = 0;
    bool over = false;
    bool failed = false;       // one ended in a way that calls for another
    std::size_t failures = 0;  // that ended so, of all
    std::size_t undone = 0;    // that ended well, while another one failed that may undo it
    bool acknowledged = false;
    std::optional<Result<Answer>> final;  // the first one that needs no other
    std::size_t failures_before_it = 0;
    std::optional<Result<Answer>> last;  // else the last one
    std::exception_ptr fault;
};

Caller::Caller(Location where, Credentials credentials, Limits limits, const Clock& clock)
    : where_(std::move(where)),
      signer_(std::move(credentials), where_.region),
      limits_(limits),
      client_options_(client_options(limits)),
      clock_(clock),
      number_(next_number()),
      endpoints_(where_.endpoints, where_.choice) {}

http::ClientRequest Caller::request_of(const Call& call, std::size_t endpoint) const {
    http::ClientRequest request;
    request.method = call.method;
    request.url = endpoints_.url(endpoint);
    request.url.target = target_of(where_, call);
    request.headers = call.headers;
    request.body = call.body;
    const bool reads = call.method == http::Method::get || call.method == http::Method::head;
    const bool patient = call.slow || call.twice || call.whole;
    if (!reads) request.answer_timeout = patient ? limits_.slow_write : limits_.write;
    signer_.sign(http::to_string(call.method), request.url, call.body_sha256, clock_.now(), request.headers);
    return request;
}

Task<Answer> Caller::attempt(std::shared_ptr<const Call> call, std::size_t endpoint) {
    const auto self = shared_from_this();  // a request that lost a race may end after the store
    const auto executor = co_await asio::this_coro::executor;
    http::Client& client = Clients::of(executor, number_, client_options_);
    auto request = request_of(*call, endpoint);
    auto opened = co_await client.open(std::move(request));
    if (!opened) co_return fail(no_answer(std::move(opened).error()));
    auto stream = std::move(*opened);
    Answer answer;
    answer.status = stream.status;
    answer.endpoint = endpoint;
    answer.headers = std::move(stream.headers);
    auto read = co_await read_body(stream, *call, answer);
    if (!read) co_return fail(no_answer(std::move(read).error()));
    const bool whole = !answer.rest && answer.status == 200 && call->method == http::Method::get;
    const auto checksum = answer.field("X-Amz-Checksum-Sha256");
    if (whole && !checksum.empty() && !answer.body_sha256) answer.body_sha256 = sha256(answer.body);
    if (whole && !checksum.empty() && !matches_checksum(checksum, *answer.body_sha256))
        co_return fail(out_of_reach(name(endpoint) + " sent other bytes of " + call->key + " than were put."));
    co_return answer;
}

void Caller::start(const std::shared_ptr<Race>& race, const asio::any_io_executor& executor, std::size_t endpoint) {
    auto& leg = race->legs.emplace_back();
    leg.endpoint = endpoint;
    leg.failures = race->failures;
    ++race->running;
    auto done = [self = shared_from_this(), race, executor, &leg](std::exception_ptr fault, Result<Answer> outcome) {
        leg.running = false;
        --race->running;
        const bool failed = !fault && is_passing(outcome);
        if (failed) ++race->failures;
        if (race->over) {
            if (failed && race->acknowledged) asio::co_spawn(executor, self->put_again(race->call), asio::detached);
            return;
        }
        race->changed.cancel();
        const auto now = self->clock_.monotonic();
        if (fault) {
            race->fault = fault;
        } else if (failed) {
            if (!outcome) self->endpoints_.went_wrong(leg.endpoint, now);
            race->last = std::move(outcome);
            race->failed = true;
        } else if (may_be_undone(*race->call) && leg.failures != race->failures) {
            race->last = fail(out_of_reach("a put ended well, and another one of the same failed meanwhile"));
            race->failed = true;
            ++race->undone;
        } else if (!race->final) {
            for (const auto& other : race->legs) {
                if (&other == &leg) break;
                if (other.running) self->endpoints_.went_wrong(other.endpoint, now);  // began earlier, has nothing yet
            }
            // One that won so late that another was asked as well is no better than it was believed to be.
            if (&leg == &race->legs.back()) self->endpoints_.went_well(leg.endpoint);
            race->final = std::move(outcome);
            race->failures_before_it = race->failures;
        }
    };
    asio::co_spawn(executor, attempt(race->call, endpoint),
                   asio::bind_cancellation_slot(leg.stop.slot(), std::move(done)));
}

Task<void> Caller::put_again(std::shared_ptr<const Call> call) {
    const auto self = shared_from_this();
    auto pause = kFirstPause;
    for (std::size_t i = 0; i < kAgain; ++i) {
        const auto endpoint = endpoints_.order(Purpose::write, clock_.monotonic()).front();
        const auto outcome = co_await attempt(call, endpoint);
        if (!is_passing(outcome)) break;
        if (!outcome) endpoints_.went_wrong(endpoint, clock_.monotonic());
        co_await sleep_for(pause);
        pause = std::min(pause * 2, kLongestPause);
    }
    co_return Result<void>();
}

Task<Answer> Caller::read(Call call) {
    co_return co_await run_race(std::move(call), Purpose::read, limits_.hedge_after);
}

Task<Answer> Caller::run_race(Call given, Purpose purpose, Millis patience) {
    const auto executor = co_await asio::this_coro::executor;
    const auto race = std::make_shared<Race>(executor, std::make_shared<const Call>(std::move(given)));
    const bool writes = purpose == Purpose::write;
    struct Stop {
        Race& race;
        const bool writes;
        ~Stop() { writes ? race.leave_all() : race.stop_all(); }
    } const stop{*race, writes};
    const auto order = endpoints_.order(purpose, clock_.monotonic());
    const auto most = std::max(kLeastAttempts, order.size());
    bool slow = false;
    auto last_start = clock_.monotonic();
    for (std::size_t started = 0;;) {
        const bool late = writes && clock_.monotonic() - last_start >= limits_.write;
        if (race->final && writes && race->final->has_value() && (*race->final)->status >= 400 && race->running > 0)
            co_return fail(out_of_reach("a write was refused at one endpoint, and may land through another"));
        if (race->final) {
            race->acknowledged = may_be_undone(*race->call) && race->final->has_value() && (*race->final)->status < 300;
            if (race->acknowledged && race->failures != race->failures_before_it)  // another failed just now
                asio::co_spawn(executor, put_again(race->call), asio::detached);
            co_return std::move(*race->final);
        }
        if (race->fault) std::rethrow_exception(race->fault);
        const bool others = started < order.size();
        if (late && !others && race->running > 0)
            co_return fail(out_of_reach("no endpoint has answered a write in time; it may still land"));
        if (race->running == 0 || slow || (late && others) || (race->failed && others)) {
            if (started >= most + std::min(race->undone, kLeastAttempts)) co_return std::move(*race->last);
            if (started >= order.size())
                co_await sleep_for(kFirstPause * (std::int64_t{1} << (started - order.size())));
            start(race, executor, order[started % order.size()]);
            ++started;
            last_start = clock_.monotonic();
        }
        race->failed = false;
        race->changed.expires_at(asio::steady_timer::time_point::max());
        if (writes || started < order.size()) race->changed.expires_after(patience);
        const auto before = race->running;
        boost::system::error_code woken;
        co_await race->changed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            throw boost::system::system_error(asio::error::operation_aborted);
        slow = !woken && race->running == before && started < order.size() && endpoints_.may_hedge();
    }
}

Task<Answer> Caller::write(Call given) {
    if (given.twice) co_return co_await run_race(std::move(given), Purpose::write, limits_.hedge_put_after);
    if (given.whole) co_return co_await run_race(std::move(given), Purpose::write, limits_.write);
    const auto call = std::make_shared<const Call>(std::move(given));
    const auto order = endpoints_.order(Purpose::write, clock_.monotonic());
    const auto most = std::max(kLeastAttempts, order.size());
    for (std::size_t i = 0;; ++i) {
        if (i >= order.size()) co_await sleep_for(kFirstPause * (std::int64_t{1} << (i - order.size())));
        const auto endpoint = order[i % order.size()];
        auto outcome = co_await attempt(call, endpoint);
        if (!is_passing(outcome)) {
            endpoints_.went_well(endpoint);
            co_return outcome;
        }
        if (!outcome) endpoints_.went_wrong(endpoint, clock_.monotonic());
        if (i + 1 == most) co_return outcome;
    }
}

}  // namespace cadre::blobs::s3
