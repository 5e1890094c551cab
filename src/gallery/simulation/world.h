// One thread on which actors (coroutines of the real gallery) go on in an order that Choices decides: every call of a
// fake suspends its actor, and the world picks who goes on, who dies, what lands late and what the catalog forgets.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "gallery/simulation/choices.h"

namespace cadre::gallery::simulation {

namespace asio = boost::asio;

/// How much may go wrong in one run.
struct Budget {
    int deaths = 0;     // an actor ends for good, between two of its calls
    int bad_calls = 0;  // a put or delete is lost, lands late, or only its answer is lost
    int failovers = 0;  // the catalog forgets its newest changes
    int pauses = 0;     // an actor's time jumps past its lease
    int days = 0;       // a month passes; nothing is late for so long
};

class World final : public Clock, public Random {
public:
    World(Choices& choices, Budget budget, std::uint64_t seed);
    ~World() override;

    // ---- for scenarios
    /// Returns the actor's number.
    int spawn(std::string name, std::function<asio::awaitable<void>()> work);
    /// Until nobody can go on.
    void run();
    /// Nothing goes wrong from now on; what is late lands, or never does. storm() ends the calm.
    void calm();
    void storm() { calm_ = false; }
    [[nodiscard]] bool is_calm() const { return calm_; }
    [[nodiscard]] bool is_running(int actor) const { return actors_.at(static_cast<std::size_t>(actor)).running; }
    /// The actor that goes on now.
    [[nodiscard]] int current() const { return current_; }
    /// Whether days may pass now: no request takes so long.
    std::function<bool()> may_days_pass;
    /// Clocks of actors differ by up to this.
    void spread_clocks(Millis most);
    /// The moment of the last failover; 0 if there was none.
    [[nodiscard]] std::uint64_t failed_over_at() const { return failed_over_at_; }

    // ---- for fakes
    /// Suspends the actor until it is picked; it can be picked while `enabled` is true.
    asio::awaitable<void> step(std::string what, std::function<bool()> enabled = {});
    /// Something that happens by itself at any later time, or never.
    void later(std::string what, std::function<void()> effect);
    [[nodiscard]] Choices& choices() { return choices_; }
    [[nodiscard]] bool spend_bad_call();
    std::function<void()> fail_over;  // set by the catalog
    /// Actors that were under way when this number was taken, and still are.
    [[nodiscard]] std::uint64_t moment() { return ++moment_; }
    [[nodiscard]] bool quiet_since(std::uint64_t moment) const;
    void note(std::string line) { trace_.push_back(std::move(line)); }
    [[nodiscard]] std::string trace() const;

    // ---- Clock, Random
    [[nodiscard]] WallTime now() const override;
    [[nodiscard]] MonotonicTime monotonic() const override { return MonotonicTime(elapsed_); }
    void fill(std::span<std::uint8_t> bytes) override;

private:
    struct Actor {
        std::string name;
        Millis clock_offset{0};
        bool running = true;
        bool dead = false;
        std::uint64_t began = 0;
    };
    struct Waiting {
        int actor = -1;  // −1: an effect of the network
        std::string what;
        std::function<bool()> enabled;
        std::function<void()> resume;
    };

    void settle();
    bool maybe_disturb();
    void end_lateness();
    [[nodiscard]] std::vector<std::size_t> ready() const;

    Choices& choices_;
    Budget budget_;
    std::mt19937_64 random_;
    asio::io_context io_;
    std::vector<Actor> actors_;
    std::vector<Waiting> waiting_;
    int current_ = -1;
    Millis elapsed_{0};
    Millis clock_spread_{0};
    std::uint64_t moment_ = 0;
    bool calm_ = false;
    std::uint64_t failed_over_at_ = 0;
    std::vector<std::string> trace_;
};

}  // namespace cadre::gallery::simulation
