#include "jobs/sqlite/queue.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "base/pool.h"
#include "base/wakeups.h"
#include "jobs/sqlite/table.h"

namespace cadre::jobs::sqlite {
namespace {

constexpr std::size_t kCalls = 4096;   // waiting for the connection's thread at once
constexpr int kRescues = 3;            // of one call
constexpr Millis kLongestSleep{5000};  // wall time may jump; look at it again

/// Whether the work is worth another attempt: room was made on a full disk, or a damaged file begun anew.
Result<bool> rescued(Table& table, const Fault& fault, bool first) {
    if (fault.full() && ((first && table.restart_log()) || table.make_room())) return true;
    if (auto refusal = fault.refusal()) return fail(std::move(*refusal));
    if (!fault.damaged()) return false;
    CHECK_RESULT(table.begin_anew(fault.what()));
    return true;
}

/// A full or busy disk is a refusal; what is no refusal is a fault.
template <class Work>
auto guarded(Table& table, Work work) -> std::invoke_result_t<Work&> {
    for (int attempt = 0;; ++attempt) {
        if (!table.is_open()) CHECK_RESULT(table.begin());  // it could not be begun anew
        try {
            return work();
        } catch (const Fault& fault) {
            if (attempt == kRescues) throw;
            TRY(const bool again, rescued(table, fault, attempt == 0));
            if (!again) throw;
        }
    }
}

class SqliteQueue final : public Queue {
public:
    SqliteQueue(std::unique_ptr<Table> table, const Clock& clock) : table_(std::move(table)), clock_(clock) {}

    Task<void> push(Job job) override {
        auto pushed = co_await call([&] { return table_->push(job); });
        wakeups_.notify_all();
        co_return pushed;
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
        co_return co_await call([&] { return table_->renew(taken, lease); });
    }
    Task<void> done(Taken taken) override {
        CO_TRY(const bool more, co_await call([&] { return table_->done(taken); }));
        if (more) wakeups_.notify_all();
        co_return Result<void>();
    }
    Task<void> retry(Taken taken, WallTime not_before) override {
        auto retried = co_await call([&] { return table_->retry(taken, not_before); });
        wakeups_.notify_all();
        co_return retried;
    }
    Task<void> bury(Taken taken, std::string reason) override {
        CO_TRY(const bool more, co_await call([&] { return table_->bury(taken, reason); }));
        if (more) wakeups_.notify_all();
        co_return Result<void>();
    }
    Task<bool> holds(std::string kind, std::string subject) override {
        co_return co_await call([&]() -> Result<bool> { return table_->holds(kind, subject); });
    }
    Task<Stats> stats() override {
        co_return co_await call([&]() -> Result<Stats> { return table_->stats(); });
    }
    Task<std::vector<Dead>> dead(std::size_t limit) override {
        co_return co_await call([&]() -> Result<std::vector<Dead>> { return table_->dead(limit); });
    }
    Task<void> resend(std::string ticket) override {
        auto sent = co_await call([&] { return table_->resend(ticket); });
        wakeups_.notify_all();
        co_return sent;
    }

private:
    template <class Work>
    auto call(Work work) -> asio::awaitable<std::invoke_result_t<Work&>> {
        auto guard = [this, work = std::move(work)]() mutable { return guarded(*table_, work); };
        co_return co_await thread_.run(std::move(guard));
    }

    struct Attempt {
        std::optional<Taken> taken;
        std::optional<WallTime> next_due;
    };

    Task<std::optional<Taken>> wait_and_take(std::vector<std::string> kinds, Millis lease, Millis wait, Turn turn) {
        const auto cancelled = co_await asio::this_coro::cancellation_state;
        const auto until = std::chrono::steady_clock::now() + wait;
        Wakeups::Waiter waiter(wakeups_, co_await asio::this_coro::executor);
        const auto attempt = [&]() -> Result<Attempt> {
            auto taken = table_->take(kinds, lease, turn);
            if (taken) return Attempt{std::move(taken), {}};
            return Attempt{{}, table_->next_due(kinds)};
        };
        while (cancelled.cancelled() == asio::cancellation_type::none) {
            CO_TRY(auto found, co_await call(attempt));
            if (found.taken && cancelled.cancelled() == asio::cancellation_type::none) co_return found.taken;
            if (found.taken) {
                const auto back = [&]() -> Result<void> {
                    table_->put_back(*found.taken);
                    return {};
                };
                CO_CHECK(co_await call(back));
                wakeups_.notify_all();
                break;
            }
            const auto left = std::chrono::ceil<Millis>(until - std::chrono::steady_clock::now());
            if (left <= Millis::zero()) break;
            const auto due_in = found.next_due ? *found.next_due - clock_.now() : kLongestSleep;
            co_await waiter.wait(std::clamp(due_in, Millis(1), std::min(left, kLongestSleep)));
        }
        co_return std::nullopt;
    }

    std::unique_ptr<Table> table_;
    const Clock& clock_;
    Wakeups wakeups_;
    Pool thread_{1, kCalls};
};

}  // namespace

Result<std::unique_ptr<Queue>> open(Options options, const Clock& clock, Random& random) {
    auto table = std::make_unique<Table>(std::move(options), clock, random);
    CHECK_RESULT(table->begin());
    return std::make_unique<SqliteQueue>(std::move(table), clock);
}

}  // namespace cadre::jobs::sqlite
