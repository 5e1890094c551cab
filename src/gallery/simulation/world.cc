#include "gallery/simulation/world.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <stdexcept>

namespace cadre::gallery::simulation {
namespace {

constexpr std::int64_t kStart = 1'790'000'000'000;  // any moment will do
constexpr Millis kPause{10'000};                    // longer than any lease
constexpr std::chrono::days kDays{31};              // longer than anything is late

}  // namespace

World::World(Choices& choices, Budget budget, std::uint64_t seed)
    : choices_(choices), budget_(budget), random_(seed), io_(1) {}

World::~World() {
    waiting_.clear();  // destroys the coroutines that never went on
}

int World::spawn(std::string name, std::function<asio::awaitable<void>()> work) {
    const int index = static_cast<int>(actors_.size());
    const auto spread = clock_spread_.count();
    const Millis offset(
        spread == 0 ? 0 : static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(2 * spread)) - spread);
    actors_.push_back({std::move(name), offset, true, false, moment()});
    const int before = std::exchange(current_, index);
    auto keep = std::make_shared<std::function<asio::awaitable<void>()>>(std::move(work));
    const auto started = [](World& world,
                            std::shared_ptr<std::function<asio::awaitable<void>()>> body) -> asio::awaitable<void> {
        co_await world.step("begin");
        co_await (*body)();
    };
    asio::co_spawn(io_, started(*this, keep), [this, index, keep](std::exception_ptr fault) {
        if (fault) std::rethrow_exception(fault);
        actors_[static_cast<std::size_t>(index)].running = false;
    });
    settle();
    current_ = before;
    return index;
}

void World::settle() {
    io_.restart();
    io_.poll();
}

asio::awaitable<void> World::step(std::string what, std::function<bool()> enabled) {
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        [this, &what, &enabled](auto handler) {
            auto held = std::make_shared<decltype(handler)>(std::move(handler));
            waiting_.push_back({current_, std::move(what), std::move(enabled),
                                [this, held] { asio::post(io_, [held] { (*held)(); }); }});
        },
        asio::use_awaitable);
}

void World::later(std::string what, std::function<void()> effect) {
    waiting_.push_back({-1, "late " + std::move(what), {}, std::move(effect)});
}

std::vector<std::size_t> World::ready() const {
    std::vector<std::size_t> ready;
    for (std::size_t i = 0; i < waiting_.size(); ++i)
        if (!waiting_[i].enabled || waiting_[i].enabled()) ready.push_back(i);
    return ready;
}

/// Deaths, pauses and failovers, between two calls.
bool World::maybe_disturb() {
    if (calm_) return false;
    if (budget_.failovers > 0 && fail_over && choices_.rarely()) {
        --budget_.failovers;
        note("-- failover");
        failed_over_at_ = moment();
        fail_over();
        return true;
    }
    if (budget_.pauses > 0 && choices_.rarely()) {
        --budget_.pauses;
        note("-- time passes");
        elapsed_ += kPause;
        return true;
    }
    if (budget_.days > 0 && may_days_pass && may_days_pass() && choices_.rarely()) {
        --budget_.days;
        end_lateness();
        note("-- days pass");
        elapsed_ += kDays;
        return true;
    }
    if (budget_.deaths > 0 && choices_.rarely()) {
        std::vector<std::size_t> mortal;
        for (std::size_t i = 0; i < waiting_.size(); ++i)
            if (waiting_[i].actor >= 0) mortal.push_back(i);
        if (mortal.empty()) return false;
        --budget_.deaths;
        const auto index = mortal[choices_.pick(mortal.size())];
        auto& actor = actors_[static_cast<std::size_t>(waiting_[index].actor)];
        note("-- " + actor.name + " dies before: " + waiting_[index].what);
        actor.dead = true;
        actor.running = false;
        waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
        return true;
    }
    return false;
}

void World::run() {
    for (int guard = 0; guard < 100'000; ++guard) {
        settle();
        if (waiting_.empty()) return;
        if (maybe_disturb()) continue;
        const auto candidates = ready();
        if (candidates.empty()) {  // everybody waits for a lease that a dead actor holds
            elapsed_ += kPause;
            if (ready().empty()) return;
            continue;
        }
        std::vector<int> actors;
        for (const auto index : candidates) actors.push_back(waiting_[index].actor + 1);
        const auto index = candidates[choices_.pick_actor(actors)];
        Waiting chosen = std::move(waiting_[index]);
        waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
        elapsed_ += Millis(1);
        current_ = chosen.actor;
        const std::string who = chosen.actor < 0 ? "network" : actors_[static_cast<std::size_t>(chosen.actor)].name;
        note(who + ": " + chosen.what);
        chosen.resume();
    }
    throw std::runtime_error("a simulated run does not end\n" + trace());
}

void World::calm() {
    calm_ = true;
    end_lateness();
}

/// What is late lands, or never does.
void World::end_lateness() {
    for (std::size_t i = waiting_.size(); i-- > 0;) {
        if (waiting_[i].actor >= 0) continue;
        auto effect = std::move(waiting_[i].resume);
        const bool lands = choices_.pick(2) == 0;
        note(std::string(lands ? "lands: " : "never lands: ") + waiting_[i].what);
        waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
        if (lands) effect();
    }
}

void World::spread_clocks(Millis most) { clock_spread_ = most; }

bool World::spend_bad_call() {
    if (calm_ || budget_.bad_calls == 0 || !choices_.rarely()) return false;
    --budget_.bad_calls;
    return true;
}

bool World::quiet_since(std::uint64_t moment) const {
    for (const auto& actor : actors_)
        if (actor.running && actor.began < moment) return false;
    return true;
}

std::string World::trace() const {
    std::string text;
    for (const auto& line : trace_) text += "  " + line + "\n";
    return text;
}

WallTime World::now() const {
    const Millis offset = current_ < 0 ? Millis(0) : actors_[static_cast<std::size_t>(current_)].clock_offset;
    return WallTime(Millis(kStart) + elapsed_ + offset);
}

void World::fill(std::span<std::uint8_t> bytes) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
}

}  // namespace cadre::gallery::simulation
