#include "media/workers.h"

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/log.h"

namespace cadre::media {
namespace {

/// How long one decoder at a time does the work after one was killed from outside.
constexpr std::chrono::seconds kCarefulFor{60};

tl::unexpected<Error> busy(std::string detail) {
    Error error{Code::busy, "Too many photos are being read at the moment. Try again soon.", std::move(detail)};
    error.retry_after = std::chrono::seconds(5);
    return fail(std::move(error));
}

}  // namespace

/// A call in the queue. Timer and `told` belong to the thread of its executor once it waits; whoever decides only posts
/// to it.
struct Workers::Waiter {
    explicit Waiter(const asio::any_io_executor& executor_) : executor(executor_), timer(executor_) {
        timer.expires_at(asio::steady_timer::time_point::max());
    }

    asio::any_io_executor executor;
    asio::steady_timer timer;
    std::optional<bool> told;     // whether it has its turn
    std::optional<bool> decided;  // the same, with the mutex of Workers

    static void decide(std::shared_ptr<Waiter> waiter, bool granted) {
        waiter->decided = granted;
        const auto executor = waiter->executor;
        asio::post(executor, [waiter = std::move(waiter), granted] {
            waiter->told = granted;
            waiter->timer.cancel();
        });
    }
};

asio::awaitable<Ending> Workers::Lease::end() {
    Ending ending;
    if (worker_) ending = co_await worker_->end();
    worker_.reset();
    co_return ending;
}

Result<void> Workers::Lease::start() {
    TRY(worker_, Worker::start(home_->options_, slow_ ? kSlowedNice : home_->slots_.nice));
    worker_->owner = owner_;
    worker_->slowed = slow_;
    return {};
}

Load Workers::load() const {
    const std::lock_guard lock(mutex_);
    return {slots_.count, out_, waiting_};
}

void Workers::Lease::keep() { std::exchange(home_, nullptr)->give_back(turn_, std::move(worker_)); }

bool Workers::may_run(const Line& line) const {
    if (careful()) return out_ == 0;
    return out_ < slots_.count || (line.running == 0 && out_ < slots_.count + slots_.guests);
}

Workers::Lines::iterator Workers::line_of(const std::string& turn) {
    const auto [line, is_new] = lines_.try_emplace(turn);
    if (is_new) line->second.since = ++turns_;
    return line;
}

void Workers::forget_if_empty(Lines::iterator line) {
    if (line->second.running == 0 && line->second.waiting.empty()) lines_.erase(line);
}

void Workers::begin(Line& line) {
    ++out_;
    ++line.running;
    line.since = ++turns_;
}

void Workers::grant() {
    for (;;) {
        Line* next = nullptr;
        for (auto& [turn, line] : lines_) {
            if (line.waiting.empty()) continue;
            if (next == nullptr || std::pair(line.running, line.since) < std::pair(next->running, next->since)) {
                next = &line;
            }
        }
        if (next == nullptr || !may_run(*next)) return;
        begin(*next);
        --waiting_;
        Waiter::decide(std::move(next->waiting.front()), true);
        next->waiting.pop_front();
    }
}

bool Workers::make_room(const Line& line) {
    if (waiting_ < options_.queue) return true;
    const auto longest = std::max_element(lines_.begin(), lines_.end(), [](const auto& a, const auto& b) {
        return a.second.waiting.size() < b.second.waiting.size();
    });
    if (longest == lines_.end() || longest->second.waiting.size() <= line.waiting.size() + 1) return false;
    --waiting_;
    Waiter::decide(std::move(longest->second.waiting.back()), false);
    longest->second.waiting.pop_back();
    return true;
}

Task<Workers::Lease> Workers::take(std::string owner, std::string turn) {
    std::shared_ptr<Waiter> waiter;
    {
        const auto executor = co_await asio::this_coro::executor;
        const std::lock_guard lock(mutex_);
        if (stopped_) co_return busy("the decoders are stopped");
        grant();  // those who could not run before because care was needed
        const auto line = line_of(turn);
        if (may_run(line->second)) {
            begin(line->second);
        } else if (!make_room(line->second)) {
            forget_if_empty(line);
            co_return busy("the queue for a decoder is full");
        } else {
            waiter = std::make_shared<Waiter>(executor);
            line->second.waiting.push_back(waiter);
            ++waiting_;
        }
    }
    if (waiter) {
        // Leaves the queue, or passes the turn on, if the caller goes away while it waits.
        struct Place {
            std::shared_ptr<Workers> home;
            const std::string& turn;
            std::shared_ptr<Waiter> waiter;
            ~Place() {
                if (waiter) home->leave(turn, waiter);
            }
        } place{shared_from_this(), turn, waiter};
        while (!waiter->told) {
            (void)co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
            const auto cancellation = co_await asio::this_coro::cancellation_state;
            if (cancellation.cancelled() != asio::cancellation_type::none) co_return busy("the caller went away");
        }
        place.waiter = nullptr;
        if (!*waiter->told) co_return busy("the queue for a decoder is full, or the decoders are stopped");
    }

    Lease lease(shared_from_this(), owner, std::move(turn));
    lease.worker_ = pick_idle(owner, lease.slow_);
    const bool fits = lease.worker_ && lease.worker_->alive() && lease.worker_->slowed == lease.slow_ &&
                      (lease.worker_->owner == owner || lease.worker_->owner.empty());
    if (!fits) {
        (void)co_await lease.end();
        CO_CHECK(lease.start());
    }
    lease.worker_->owner = owner;
    co_return lease;
}

std::optional<Worker> Workers::pick_idle(const std::string& owner, bool slow) {
    const std::lock_guard lock(mutex_);
    auto found = std::find_if(idle_.begin(), idle_.end(),
                              [&](const Worker& worker) { return worker.owner == owner && worker.slowed == slow; });
    if (found == idle_.end() && out_ + idle_.size() > slots_.count + slots_.guests) found = idle_.begin();
    if (found == idle_.end()) return std::nullopt;
    std::optional<Worker> worker(std::move(*found));
    idle_.erase(found);
    return worker;
}

void Workers::give_back(const std::string& turn, std::optional<Worker> worker) {
    const std::lock_guard lock(mutex_);
    --out_;
    if (const auto line = lines_.find(turn); line != lines_.end()) {
        --line->second.running;
        line->second.since = ++turns_;
        forget_if_empty(line);
    }
    if (stopped_) return;
    if (worker && !careful()) idle_.push_back(std::move(*worker));
    grant();
}

void Workers::leave(const std::string& turn, const std::shared_ptr<Waiter>& waiter) {
    std::unique_lock lock(mutex_);
    if (!waiter->decided) {
        const auto line = lines_.find(turn);
        if (line != lines_.end()) waiting_ -= std::erase(line->second.waiting, waiter), forget_if_empty(line);
        return;
    }
    lock.unlock();
    if (*waiter->decided) give_back(turn, std::nullopt);
}

void Workers::be_careful() {
    std::vector<Worker> idle;
    const std::lock_guard lock(mutex_);
    if (!careful()) log::warn("a decoder was killed from outside: for a while one at a time reads pictures");
    careful_until_ = std::chrono::steady_clock::now() + kCarefulFor;
    idle.swap(idle_);
}

void Workers::stop() {
    std::vector<Worker> idle;
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    idle.swap(idle_);
    for (auto& [turn, line] : lines_) {
        for (auto& waiter : line.waiting) Waiter::decide(std::move(waiter), false);
        line.waiting.clear();
    }
    waiting_ = 0;
}

}  // namespace cadre::media
