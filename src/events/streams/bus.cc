#include "events/streams/bus.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <mutex>
#include <optional>

#include "base/hash.h"
#include "base/log.h"
#include "base/number.h"
#include "base/sleep.h"
#include "base/wakeups.h"
#include "redis/background.h"

namespace cadre::events::streams {
namespace {

constexpr Millis kListen{5000};  // for one blocking read
constexpr Millis kTryAgain{250};
constexpr std::size_t kAtOnce = 500;  // entries in one answer

/// A place in a stream: after the entry with this id.
struct Place {
    std::uint64_t time = 0;
    std::uint64_t sequence = 0;
    auto operator<=>(const Place&) const = default;
    [[nodiscard]] std::string id() const { return fmt::format("{}-{}", time, sequence); }
};

/// Only what Redis itself would print.
std::optional<Place> place_from(std::string_view id) {
    const auto dash = id.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto time = parse_number<std::uint64_t>(id.substr(0, dash));
    const auto sequence = parse_number<std::uint64_t>(id.substr(dash + 1));
    if (!time || !sequence) return std::nullopt;
    const Place place{*time, *sequence};
    return place.id() == id ? std::optional(place) : std::nullopt;
}

/// ARGV: a place, or "" for the end; how many entries at most. Answers 0 and the place, then the entries after it; or 1
/// and the end of the stream, if the entry at the place is no longer there. An entry is what a place holds on to, so an
/// empty stream gets one.
const redis::Script& read_script() {
    static const redis::Script script(R"lua(
local at = ARGV[1]
if at ~= '' and #redis.call('XRANGE', KEYS[1], at, at) == 1 then
  return {0, at, redis.call('XRANGE', KEYS[1], '(' .. at, '+', 'COUNT', ARGV[2])}
end
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local id = last and last[1] or redis.call('XADD', KEYS[1], '*', 'channel', '', 'type', '', 'data', '{}')
return {at == '' and 0 or 1, id, {}}
)lua");
    return script;
}

struct Kept {
    Place place;
    std::string channel;
    std::string type;
    json::object data;
};

struct Page {
    bool missed = false;
    Place place;  // where these begin, or where to go on
    std::vector<std::shared_ptr<const Kept>> events;
};

/// What this process knows of one stream: the events after `floor`, in order.
struct Shard {
    explicit Shard(std::string key_) : key(std::move(key_)) {}

    const std::string key;
    std::mutex mutex;    // guards all below
    bool known = false;  // whether floor and nearby mean anything
    Place floor;
    std::deque<std::shared_ptr<const Kept>> nearby;
    std::size_t watchers = 0;
    bool listening = false;
    Wakeups wakeups;  // thread-safe by itself

    [[nodiscard]] Place head() const { return nearby.empty() ? floor : nearby.back()->place; }
};

/// Shared by the bus and its subscriptions.
struct State {
    State(redis::Cluster& cluster_, Options options_) : cluster(cluster_), options(std::move(options_)) {
        for (std::size_t i = 0; i < options.streams; ++i)
            shards.push_back(std::make_unique<Shard>(fmt::format("{}{{events:{}}}", options.prefix, i)));
    }

    [[nodiscard]] Shard& shard_of(const std::string& channel) {
        return *shards[static_cast<std::size_t>(digest64(channel) % shards.size())];
    }

    redis::Cluster& cluster;
    const Options options;
    std::vector<std::unique_ptr<Shard>> shards;
};

/// [id, [channel, c, type, t, data, d]]
std::shared_ptr<const Kept> kept_from(const redis::Reply& entry) {
    auto kept = std::make_shared<Kept>();
    kept->place = place_from(entry.array().at(0).text()).value();
    const auto& fields = entry.array().at(1).array();
    if (fields.size() < 6) return kept;
    kept->channel = fields[1].text();
    kept->type = fields[3].text();
    if (auto data = parse_json(fields[5].text()); data && data->is_object()) kept->data = std::move(data->get_object());
    return kept;
}

/// `from` is a place or "".
Task<Page> read_page(redis::Cluster& cluster, std::string key, std::string from) {
    redis::ScriptCall call;
    call.script = &read_script();
    call.keys.push_back(std::move(key));
    call.arguments.push_back(std::move(from));
    call.arguments.push_back(std::to_string(kAtOnce));
    call.repeat = redis::Repeat::safe;
    CO_TRY(const auto reply, co_await cluster.run(std::move(call)));
    Page page;
    page.missed = reply.array().at(0).integer() == 1;
    page.place = place_from(reply.array().at(1).text()).value();
    for (const auto& entry : reply.array().at(2).array()) page.events.push_back(kept_from(entry));
    co_return page;
}

/// Reads what came after the shard's head; false if nothing did.
Task<bool> extend(State& state, Shard& shard) {
    std::string from;
    {
        const std::lock_guard lock(shard.mutex);
        if (shard.known) from = shard.head().id();
    }
    CO_TRY(auto page, co_await read_page(state.cluster, shard.key, std::move(from)));
    const std::lock_guard lock(shard.mutex);
    if (page.missed || !shard.known) {
        shard.known = true;
        shard.floor = page.place;
        shard.nearby.clear();
        co_return true;
    }
    for (auto& event : page.events) shard.nearby.push_back(std::move(event));
    while (shard.nearby.size() > state.options.nearby) {
        shard.floor = shard.nearby.front()->place;
        shard.nearby.pop_front();
    }
    co_return !page.events.empty();
}

Task<void> listen_once(State& state, Shard& shard) {
    // What is there is read before anything is waited for, and after a wait however it ended: after a failover the
    // place that was waited at may not exist any more, and nothing would ever come after it.
    while (true) {
        CO_TRY(const bool more, co_await extend(state, shard));
        if (!more) break;
        shard.wakeups.notify_all();
    }
    std::string head;
    {
        const std::lock_guard lock(shard.mutex);
        head = shard.head().id();
    }
    CO_CHECK(co_await redis::wait_for_entry(state.cluster, shard.key, std::move(head), kListen));
    co_return Result<void>();
}

/// As long as somebody watches.
asio::awaitable<void> listen(std::shared_ptr<State> state, Shard& shard) {
    bool well = true;
    while (true) {
        {
            const std::lock_guard lock(shard.mutex);
            if (shard.watchers == 0) {
                shard.listening = shard.known = false;
                shard.nearby.clear();
                co_return;
            }
        }
        const auto listened = co_await listen_once(*state, shard);
        if (!listened) {
            if (well) log::warn("events cannot be listened to", {{"why", listened.error().detail}});
            co_await sleep_for(kTryAgain);
        }
        well = listened.has_value();
    }
}

class StreamsSubscription final : public Subscription {
public:
    StreamsSubscription(std::shared_ptr<State> state, Shard& shard, std::string channel, Page begin)
        : state_(std::move(state)),
          shard_(shard),
          channel_(std::move(channel)),
          place_(begin.place),
          resync_(begin.missed) {}

    ~StreamsSubscription() override {
        const std::lock_guard lock(shard_.mutex);
        --shard_.watchers;
    }

    Task<std::vector<Event>> next(Millis wait) override {
        const auto until = std::chrono::steady_clock::now() + wait;
        Wakeups::Waiter waiter(shard_.wakeups, co_await asio::this_coro::executor);
        while (true) {
            // What this process has not read so far is read now: a wait of nothing must see it too.
            CO_TRY(auto events, co_await collect());
            const auto left = std::chrono::ceil<Millis>(until - std::chrono::steady_clock::now());
            if (!events.empty() || left <= Millis::zero()) co_return events;
            co_await waiter.wait(left);
        }
    }

private:
    Task<std::vector<Event>> collect() {
        std::vector<Event> events;
        if (!resync_ && take_nearby(events)) co_return events;
        while (!resync_) {
            CO_TRY(const auto page, co_await read_page(state_->cluster, shard_.key, place_.id()));
            resync_ = page.missed;
            if (page.missed) place_ = page.place;
            take(page.events, events);
            if (page.events.size() < kAtOnce) break;
        }
        if (resync_) {
            resync_ = false;
            events.clear();
            events.push_back({place_.id(), "resync", {}});
        }
        co_return events;
    }

    /// False if the process does not have what comes after this place.
    bool take_nearby(std::vector<Event>& events) {
        const std::lock_guard lock(shard_.mutex);
        if (!shard_.known || place_ < shard_.floor || place_ > shard_.head()) return false;
        take(shard_.nearby, events);
        return true;
    }

    void take(const auto& kept, std::vector<Event>& events) {
        for (const auto& event : kept) {
            if (event->place <= place_) continue;
            place_ = event->place;
            if (event->channel == channel_) events.push_back({place_.id(), event->type, event->data});
        }
    }

    std::shared_ptr<State> state_;
    Shard& shard_;  // of state_
    const std::string channel_;
    Place place_;
    bool resync_;
};

class StreamsBus final : public Bus {
public:
    explicit StreamsBus(std::shared_ptr<State> state) : state_(std::move(state)) {}

    Task<void> publish(std::string channel, std::string type, json::object data) override {
        redis::Call call;
        call.key = state_->shard_of(channel).key;
        call.words = {"XADD", call.key, "MAXLEN", "~", std::to_string(state_->options.events), "*"};
        call.words.emplace_back("channel");
        call.words.push_back(std::move(channel));
        call.words.emplace_back("type");
        call.words.push_back(std::move(type));
        call.words.emplace_back("data");
        call.words.push_back(json::serialize(data));
        CO_CHECK(co_await state_->cluster.call(std::move(call)));
        co_return Result<void>();
    }

    Task<std::unique_ptr<Subscription>> subscribe(std::string channel, std::string last_id) override {
        auto& shard = state_->shard_of(channel);
        const bool nonsense = !last_id.empty() && !place_from(last_id);
        if (nonsense) last_id.clear();
        CO_TRY(auto begin, co_await read_page(state_->cluster, shard.key, std::move(last_id)));
        begin.missed = begin.missed || nonsense;
        bool begins = false;
        {
            const std::lock_guard lock(shard.mutex);
            ++shard.watchers;
            begins = !std::exchange(shard.listening, true);
        }
        std::unique_ptr<Subscription> subscription =
            std::make_unique<StreamsSubscription>(state_, shard, std::move(channel), std::move(begin));
        if (begins) background_.spawn(listen(state_, shard));
        co_return subscription;
    }

private:
    std::shared_ptr<State> state_;
    redis::Background background_;  // last: ended before the rest goes
};

}  // namespace

std::unique_ptr<Bus> open(redis::Cluster& cluster, Options options) {
    return std::make_unique<StreamsBus>(std::make_shared<State>(cluster, std::move(options)));
}

}  // namespace cadre::events::streams
