#include "redis/topology.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <functional>
#include <random>

#include "redis/verdict.h"

namespace cadre::redis {
namespace {

constexpr Millis kPatience{150};  // before another node is asked as well
constexpr Millis kLongestWait{1000};

using Clock = std::chrono::steady_clock;

void add(std::vector<Endpoint>& to, const std::vector<Endpoint>& more) {
    for (const auto& endpoint : more)
        if (std::find(to.begin(), to.end(), endpoint) == to.end()) to.push_back(endpoint);
}

}  // namespace

Topology::Topology(std::vector<Endpoint> seeds) : seeds_(std::move(seeds)), map_(std::make_shared<const SlotMap>()) {}

std::shared_ptr<const SlotMap> Topology::map() const {
    const std::lock_guard lock(mutex_);
    return map_;
}

void Topology::moved(std::uint16_t slot, const Endpoint& master) {
    const std::lock_guard lock(mutex_);
    const auto* known = map_->master_of(slot);
    if (known != nullptr && *known == master) return;
    auto changed = std::make_shared<SlotMap>(*map_);  // the version stays: the rest of it was not asked for
    changed->assign(slot, master);
    map_ = std::move(changed);
}

std::vector<Endpoint> Topology::candidates() const {
    thread_local std::minstd_rand generator{std::random_device{}()};
    const auto known = map();
    std::vector<Endpoint> all = known->masters;
    add(all, known->replicas);
    add(all, seeds_);
    std::shuffle(all.begin(), all.end(), generator);
    return all;
}

/// The right to ask; given back however the coroutine ends.
struct Topology::Turn {
    explicit Turn(Topology& of) : topology(of) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        {
            const std::lock_guard lock(topology.mutex_);
            topology.asking_ = false;
            if (result) {
                ++topology.asked_;
                topology.outcome_ = *result;
            }
        }
        topology.wakeups_.notify_all();
    }
    Topology& topology;
    std::optional<Result<void>> result;  // nothing: it was cancelled, and somebody else asks
};

Task<void> Topology::refresh(std::shared_ptr<Lines> lines, std::uint64_t seen, Deadline until) {
    std::optional<Turn> turn;
    {
        Wakeups::Waiter waiter(wakeups_, lines->executor());
        std::optional<std::uint64_t> asked_before;
        while (!turn) {
            {
                const std::lock_guard lock(mutex_);
                if (map_->version > seen) co_return Result<void>();
                if (!asked_before) asked_before = asked_;
                if (asked_ > *asked_before && !outcome_) co_return outcome_;
                if (!asking_) {
                    asking_ = true;
                    turn.emplace(*this);
                    break;
                }
            }
            if (Clock::now() >= until) co_return fail(away("waiting for the map of slots took too long"));
            co_await waiter.wait(kLongestWait);
        }
    }
    auto answer = co_await ask(lines, until);
    if (!answer) {
        const auto cancelled = co_await asio::this_coro::cancellation_state;
        if (cancelled.cancelled() == asio::cancellation_type::none) turn->result.emplace(fail(answer.error()));
        co_return fail(answer.error());
    }
    {
        const std::lock_guard lock(mutex_);
        answer->version = map_->version + 1;
        map_ = std::make_shared<const SlotMap>(std::move(*answer));
    }
    turn->result.emplace();
    co_return Result<void>();
}

Task<SlotMap> Topology::ask(std::shared_ptr<Lines> lines, Deadline until) {
    const auto nodes = candidates();
    SlotMap map;
    const std::function<bool(std::size_t, const Reply&)> accept = [&map, &nodes](std::size_t i, const Reply& reply) {
        auto parsed = parse_slots(reply, nodes[i]);
        if (parsed) map = std::move(*parsed);
        return parsed.has_value();
    };
    std::vector<std::string> words;
    words.emplace_back("CLUSTER");
    words.emplace_back("SLOTS");
    CO_CHECK(co_await ask_any(lines, nodes, std::move(words), until, accept));
    co_return map;
}

Task<std::size_t> ask_any(std::shared_ptr<Lines> lines, std::vector<Endpoint> candidates,
                          std::vector<std::string> words, Deadline until,
                          std::function<bool(std::size_t, const Reply&)> accept) {
    const auto awaited = std::make_shared<Awaited>(lines->executor(), candidates.size());
    std::vector<bool> judged(candidates.size());
    Error why = away("no seed nodes are known");
    for (std::size_t sent = 0; sent < candidates.size() || awaited->left > 0;) {
        if (sent < candidates.size()) {
            lines->to(candidates[sent])->send(words, awaited, sent);
            ++sent;
        }
        const bool all_sent = sent == candidates.size();
        const auto patience = all_sent ? until : std::min(until, Clock::now() + kPatience);
        const auto ended = co_await Awaited::wait(awaited, patience, true);
        for (std::size_t i = 0; i < sent; ++i) {
            auto& outcome = awaited->outcomes[i];
            if (judged[i] || outcome.kind == Outcome::Kind::waiting) continue;
            judged[i] = true;
            if (outcome.kind != Outcome::Kind::answered)
                why = away(outcome.why);
            else if (outcome.answer.error)
                why = judge(*outcome.answer.error, candidates[i]).error;
            else if (accept(i, outcome.answer.reply))
                co_return i;
            else
                why = away("redis " + to_string(candidates[i]) + ": it belongs to no cluster");
        }
        if (ended == Awaited::Ended::cancelled) co_return fail(away("cancelled"));
        if (Clock::now() >= until) break;
    }
    // "Cluster support disabled" and the like are no bug here but somebody's setting.
    why.kind = ErrorKind::unavailable;
    co_return fail(std::move(why));
}

}  // namespace cadre::redis
