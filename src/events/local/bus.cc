#include "events/local/bus.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "base/number.h"
#include "base/wakeups.h"

namespace cadre::events::local {
namespace {

struct Kept {
    std::uint64_t number = 0;
    std::string type;
    json::object data;
};

/// What is kept of one channel. `floor` is the number of the newest event that is no longer kept, or one of its own
/// that was given out when the channel began: whoever saw that one, or one in the ring, has missed nothing.
struct Channel {
    std::uint64_t floor = 0;
    std::deque<std::shared_ptr<const Kept>> ring;
    std::size_t watchers = 0;
    std::uint64_t last_used = 0;
    Wakeups wakeups;

    [[nodiscard]] std::uint64_t head() const { return ring.empty() ? floor : ring.back()->number; }
    [[nodiscard]] bool kept(std::uint64_t number) const {
        return number == floor ||
               std::any_of(ring.begin(), ring.end(), [&](const auto& event) { return event->number == number; });
    }
};

/// Shared by the bus and its subscriptions, so that these may outlive it.
struct State {
    State(Options options_, std::string prefix_) : options(options_), prefix(std::move(prefix_)) {}

    const Options options;
    const std::string prefix;  // of every id: tells this process from its predecessors
    std::mutex mutex;          // guards all below, and every Channel but its wakeups
    std::uint64_t numbers = 0;
    std::map<std::string, std::shared_ptr<Channel>> channels;

    [[nodiscard]] std::string id_of(std::uint64_t number) const { return fmt::format("{}{}", prefix, number); }

    [[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view id) const {
        if (!id.starts_with(prefix)) return std::nullopt;
        id.remove_prefix(prefix.size());
        return parse_number<std::uint64_t>(id);
    }

    /// False if every channel is watched.
    bool make_room() {
        if (channels.size() < options.channels) return true;
        auto oldest = channels.end();
        for (auto it = channels.begin(); it != channels.end(); ++it)
            if (it->second->watchers == 0 &&
                (oldest == channels.end() || it->second->last_used < oldest->second->last_used))
                oldest = it;
        if (oldest == channels.end()) return false;
        channels.erase(oldest);
        return true;
    }
};

class LocalSubscription final : public Subscription {
public:
    LocalSubscription(std::shared_ptr<State> state, std::shared_ptr<Channel> channel, std::uint64_t seen, bool resync)
        : state_(std::move(state)), channel_(std::move(channel)), seen_(seen), resync_(resync) {}

    ~LocalSubscription() override {
        const std::lock_guard lock(state_->mutex);
        --channel_->watchers;
        channel_->last_used = ++state_->numbers;
    }

    Task<std::vector<Event>> next(Millis wait) override {
        const auto until = std::chrono::steady_clock::now() + wait;
        Wakeups::Waiter waiter(channel_->wakeups, co_await asio::this_coro::executor);
        while (true) {
            auto events = collect();
            const auto left = std::chrono::ceil<Millis>(until - std::chrono::steady_clock::now());
            if (!events.empty() || left <= Millis::zero()) co_return events;
            co_await waiter.wait(left);
        }
    }

private:
    std::vector<Event> collect() {
        const std::lock_guard lock(state_->mutex);
        std::vector<Event> events;
        if (resync_ || seen_ < channel_->floor) {
            resync_ = false;
            seen_ = channel_->head();
            events.push_back({state_->id_of(seen_), "resync", {}});
            return events;
        }
        const auto first = std::find_if(channel_->ring.begin(), channel_->ring.end(),
                                        [&](const auto& event) { return event->number > seen_; });
        for (auto it = first; it != channel_->ring.end(); ++it)
            events.push_back({state_->id_of((*it)->number), (*it)->type, (*it)->data});
        seen_ = channel_->head();
        return events;
    }

    std::shared_ptr<State> state_;
    std::shared_ptr<Channel> channel_;
    std::uint64_t seen_;
    bool resync_;
};

class LocalBus final : public Bus {
public:
    explicit LocalBus(std::shared_ptr<State> state) : state_(std::move(state)) {}

    Task<void> publish(std::string channel, std::string type, json::object data) override {
        std::shared_ptr<Channel> watched;
        {
            const std::lock_guard lock(state_->mutex);
            const auto found = state_->channels.find(channel);
            if (found == state_->channels.end()) co_return Result<void>();  // nobody watches, or did so lately
            watched = found->second;
            watched->last_used = ++state_->numbers;
            watched->ring.push_back(
                std::make_shared<const Kept>(Kept{watched->last_used, std::move(type), std::move(data)}));
            if (watched->ring.size() > state_->options.events) {
                watched->floor = watched->ring.front()->number;
                watched->ring.pop_front();
            }
        }
        watched->wakeups.notify_all();
        co_return Result<void>();
    }

    Task<std::unique_ptr<Subscription>> subscribe(std::string channel, std::string last_id) override {
        const std::lock_guard lock(state_->mutex);
        auto found = state_->channels.find(channel);
        if (found == state_->channels.end()) {
            if (!state_->make_room()) {
                Error busy{Code::busy, "Too many people are watching. Try again in a moment."};
                busy.retry_after = std::chrono::seconds(5);
                co_return fail(std::move(busy));
            }
            found = state_->channels.emplace(std::move(channel), std::make_shared<Channel>()).first;
            found->second->floor = ++state_->numbers;
        }
        const auto& watched = found->second;
        const auto last = last_id.empty() ? watched->head() : state_->number_of(last_id);
        const bool missed = !last || !watched->kept(*last);
        auto subscription =
            std::make_unique<LocalSubscription>(state_, watched, missed ? watched->head() : *last, missed);
        ++watched->watchers;
        watched->last_used = ++state_->numbers;
        co_return std::unique_ptr<Subscription>(std::move(subscription));
    }

private:
    std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<Bus> make(Options options, const Clock& clock, Random& random) {
    // Of two processes that start in one millisecond, or after the clock was set back, the random part differs.
    auto prefix = fmt::format("{}-{:08x}-", clock.now().time_since_epoch().count(), random.next_u64() & 0xffffffffU);
    return std::make_unique<LocalBus>(std::make_shared<State>(options, std::move(prefix)));
}

}  // namespace cadre::events::local
