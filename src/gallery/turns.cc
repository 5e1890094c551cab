#include "gallery/turns.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "base/wakeups.h"

namespace cadre::gallery {
namespace {

using Lane = Turns::Lane;

/// Whose turn it is; a lane where nobody waits gives its turn away.
constexpr std::array kPattern = {Lane::known, Lane::fresh, Lane::known, Lane::fresh, Lane::known, Lane::failed};
constexpr Millis kLookAgain{60'000};

Error too_many_wait() {
    Error busy{Code::busy, "Too many people are logging in. Try again in a moment."};
    busy.retry_after = std::chrono::seconds(3);
    return busy;
}

}  // namespace

struct Turns::Waiting {
    Waiting(Lane lane_, std::string asker_) : lane(lane_), asker(std::move(asker_)) {}
    enum class State { waits, called, refused };

    const Lane lane;
    const std::string asker;
    State state = State::waits;  // guarded by the mutex of Turns
    Wakeups wakeups;
};

Task<Turns::Turn> Turns::take(Lane lane, std::string asker) {
    const auto one = std::make_shared<Waiting>(lane, std::move(asker));
    // Whoever stops waiting, also because its connection has gone, leaves the queue or gives back its turn.
    struct Place {
        Turns& turns;
        const std::shared_ptr<Waiting>& one;
        ~Place() { turns.leave(one); }
    };
    if (!enter(one)) co_return fail(too_many_wait());
    const Place place{*this, one};
    Wakeups::Waiter waiter(one->wakeups, co_await asio::this_coro::executor);
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            if (one->state == Waiting::State::refused) co_return fail(too_many_wait());
            if (one->state == Waiting::State::called) {
                one->state = Waiting::State::refused;  // the turn is the caller's now
                co_return Turn(*this);
            }
        }
        co_await waiter.wait(kLookAgain);
    }
}

std::size_t Turns::waiting() {
    const std::lock_guard lock(mutex_);
    std::size_t all = 0;
    for (const auto& row : rows_) all += row.size;
    return all;
}

/// False where there is no room.
bool Turns::enter(const std::shared_ptr<Waiting>& one) {
    const std::lock_guard lock(mutex_);
    if (!busy_) {
        busy_ = true;
        one->state = Waiting::State::called;
        return true;
    }
    auto& row = row_of(one->lane);
    const auto found = row.askers.find(one->asker);
    const std::size_t own = found == row.askers.end() ? 0 : found->second.size();
    if (own >= kPerAsker || (row.size >= kPerLane && !make_room(row, own))) return false;
    auto& queue = row.askers[one->asker];
    if (queue.empty()) row.order.push_back(one->asker);
    queue.push_back(one);
    ++row.size;
    return true;
}

/// Refuses the last one of who waits most often, if that is more often than the newcomer will.
bool Turns::make_room(Row& row, std::size_t own) {
    const auto most = std::max_element(row.askers.begin(), row.askers.end(),
                                       [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    if (most == row.askers.end() || most->second.size() <= own + 1) return false;
    const auto last = most->second.back();
    last->state = Waiting::State::refused;
    take_out(row, last);
    last->wakeups.notify_all();
    return true;
}

void Turns::take_out(Row& row, const std::shared_ptr<Waiting>& one) {
    const auto found = row.askers.find(one->asker);
    if (found == row.askers.end() || std::erase(found->second, one) == 0) return;
    --row.size;
    if (!found->second.empty()) return;
    row.askers.erase(found);
    std::erase(row.order, one->asker);
}

void Turns::leave(const std::shared_ptr<Waiting>& one) {
    bool unused = false;
    {
        const std::lock_guard lock(mutex_);
        unused = one->state == Waiting::State::called;
        if (one->state == Waiting::State::waits) take_out(row_of(one->lane), one);
        one->state = Waiting::State::refused;
    }
    if (unused) pass_on();
}

std::shared_ptr<Turns::Waiting> Turns::next() {
    for (std::size_t i = 0; i < kPattern.size(); ++i) {
        auto& row = row_of(kPattern[(at_ + i) % kPattern.size()]);
        if (row.order.empty()) continue;
        at_ = (at_ + i + 1) % kPattern.size();
        const auto asker = row.order.front();
        const auto one = row.askers.at(asker).front();
        take_out(row, one);
        // Its next one comes after everybody else's.
        if (const auto more = row.askers.find(asker); more != row.askers.end()) {
            row.order.pop_front();
            row.order.push_back(asker);
        }
        return one;
    }
    return nullptr;
}

void Turns::pass_on() {
    std::shared_ptr<Waiting> called;
    {
        const std::lock_guard lock(mutex_);
        called = next();
        busy_ = called != nullptr;
        if (called) called->state = Waiting::State::called;
    }
    if (called) called->wakeups.notify_all();
}

}  // namespace cadre::gallery
