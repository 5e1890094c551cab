#include "redis/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/concurrently.h"
#include "base/sleep.h"
#include "redis/lines.h"
#include "redis/topology.h"
#include "redis/verdict.h"

namespace cadre::redis {
namespace {

constexpr Millis kFirstPause{10};
constexpr Millis kLongestPause{250};
constexpr std::size_t kAtOnce = 64;  // calls of a batch that go their own way after the first try

using Clock = std::chrono::steady_clock;

/// A call on its way: what to send, where to, and what has become of it so far.
struct Command {
    std::vector<std::string> words;  // of a script: EVALSHA sha1 …
    const Script* script = nullptr;
    std::uint16_t slot = 0;
    Repeat repeat = Repeat::never;
    std::optional<Millis> blocking{};  // on a connection of its own

    std::optional<Endpoint> to{};  // named by a redirection, or by the caller; else the map decides
    bool asking = false;
    bool whole = false;  // the script, not only its name
    int tries = 0;
    std::uint64_t map_seen = 0;
    Endpoint asked{};  // who had it last
    std::string why = "nobody was asked";
    std::optional<Result<Reply>> result{};
};

Command command_of(Call&& call) {
    Command command;
    command.words = std::move(call.words);
    command.slot = slot_of(call.key);
    command.repeat = call.repeat;
    return command;
}

Command command_of(ScriptCall&& call) {
    Command command;
    command.script = call.script;
    command.slot = slot_of(call.keys.at(0));
    command.repeat = call.repeat;
    command.words.reserve(3 + call.keys.size() + call.arguments.size());
    command.words.emplace_back("EVALSHA");
    command.words.push_back(call.script->sha1());
    command.words.push_back(std::to_string(call.keys.size()));
    std::move(call.keys.begin(), call.keys.end(), std::back_inserter(command.words));
    std::move(call.arguments.begin(), call.arguments.end(), std::back_inserter(command.words));
    return command;
}

/// What to do before the next try.
enum class Next { done, at_once, pause, refresh };

void post(Connection& connection, Command& command, const std::shared_ptr<Awaited>& awaited, std::size_t index) {
    command.asked = connection.node();
    ++command.tries;
    if (command.asking) connection.send(std::vector<std::string>{"ASKING"}, nullptr, 0);
    if (command.script != nullptr) {
        // A whole script costs bytes, a NOSCRIPT costs a round trip: so each connection sends it once.
        const bool whole = connection.scripts().insert(command.script->sha1()).second || command.whole;
        command.words[0] = whole ? "EVAL" : "EVALSHA";
        command.words[1] = whole ? command.script->source() : command.script->sha1();
    }
    connection.send(command.words, awaited, index, command.blocking.value_or(Millis(0)));
}

Next after_error(Command& command, const std::string& reply) {
    auto verdict = judge(reply, command.asked);
    if (verdict.kind == Verdict::Kind::refused) {
        command.result.emplace(fail(std::move(verdict.error)));
        return Next::done;
    }
    command.why = fmt::format("redis {}: {}", to_string(command.asked), reply);
    if (verdict.kind == Verdict::Kind::no_script) {
        command.whole = true;
        return Next::at_once;
    }
    command.to.reset();
    command.asking = false;
    switch (verdict.kind) {
        case Verdict::Kind::moved:
        case Verdict::Kind::ask:
            command.to = verdict.to;
            command.asking = verdict.kind == Verdict::Kind::ask;
            // Nodes that send a call in circles do not agree yet: let them.
            return command.tries < 5 ? Next::at_once : Next::pause;
        case Verdict::Kind::refresh:
            return Next::refresh;
        default:
            return Next::pause;
    }
}

Next after(Command& command, Outcome& outcome) {
    if (outcome.kind == Outcome::Kind::answered) {
        if (outcome.answer.error) return after_error(command, *outcome.answer.error);
        command.result.emplace(std::move(outcome.answer.reply));
        return Next::done;
    }
    command.why = outcome.why.empty() ? fmt::format("redis {}: no answer in time", to_string(command.asked))
                                      : std::move(outcome.why);
    command.to.reset();
    command.asking = false;
    if (outcome.kind == Outcome::Kind::not_sent || command.repeat == Repeat::safe) return Next::refresh;
    command.result.emplace(fail(away(command.why + " (it may have been carried out)")));
    return Next::done;
}

}  // namespace

struct Cluster::Impl {
    explicit Impl(Options given)
        : setup(std::make_shared<const Setup>(Setup{given, make_tls(given)})),
          topology(std::make_shared<Topology>(given.seeds)) {}

    const std::shared_ptr<const Setup> setup;
    const std::shared_ptr<Topology> topology;
    std::atomic<std::uint64_t> waits{0};

    [[nodiscard]] const Options& options() const { return setup->options; }

    asio::awaitable<std::shared_ptr<Lines>> lines() const {
        const auto executor = co_await asio::this_coro::executor;
        co_return Lines::of(executor, setup);
    }

    /// A map, if there is none so far.
    Task<void> know_map(std::shared_ptr<Lines> lines, Deadline until) {
        if (topology->map()->version > 0) co_return Result<void>();
        co_return co_await topology->refresh(lines, 0, until);
    }

    /// Whom the map names; nothing: nobody has the slot.
    std::optional<Endpoint> place(Command& command) {
        const auto map = topology->map();
        command.map_seen = map->version;
        if (command.to) return command.to;
        const auto* master = map->master_of(command.slot);
        if (master != nullptr) return *master;
        command.why = fmt::format("nobody holds slot {}", command.slot);
        return std::nullopt;
    }

    /// What a redirection teaches everybody.
    void learn(const std::shared_ptr<Lines>& lines, const Command& command) {
        if (!command.to || command.asking || command.blocking) return;
        topology->moved(command.slot, *command.to);
        refresh_aside(lines, command.map_seen);
    }

    /// Nobody waits for it; others that do share it.
    void refresh_aside(const std::shared_ptr<Lines>& lines, std::uint64_t seen) {
        asio::co_spawn(lines->executor(), refreshed(topology, lines, seen, Clock::now() + options().connect_timeout),
                       asio::detached);
    }
    static asio::awaitable<void> refreshed(std::shared_ptr<Topology> topology, std::shared_ptr<Lines> lines,
                                           std::uint64_t seen, Deadline until) {
        (void)co_await topology->refresh(lines, seen, until);
    }

    /// One try; what it needs before the next one.
    asio::awaitable<Next> attempt(std::shared_ptr<Lines> lines, Command& command, Deadline until) {
        const auto node = place(command);
        if (!node) co_return Next::refresh;
        const auto awaited = std::make_shared<Awaited>(lines->executor(), 1);
        const auto connection = command.blocking ? lines->lend(*node) : lines->to(*node);
        // Whoever waits no more leaves a connection of his own behind in an unknown state.
        struct Lent {
            Connection* connection;
            ~Lent() {
                if (connection != nullptr) connection->close("its call was given up");
            }
        } lent{command.blocking ? connection.get() : nullptr};
        post(*connection, command, awaited, 0);
        waits.fetch_add(1, std::memory_order_relaxed);
        const auto ended = co_await Awaited::wait(awaited, until);
        if (ended == Awaited::Ended::cancelled) {
            command.result.emplace(fail(away("the call was cancelled")));
            co_return Next::done;
        }
        if (command.blocking && ended == Awaited::Ended::settled) {
            lent.connection = nullptr;
            lines->give_back(connection);
        }
        const auto next = after(command, awaited->outcomes[0]);
        if (next == Next::at_once) learn(lines, command);
        co_return next;
    }

    /// Tries until it is done or `until` is past; `next` is what the last try asked for.
    asio::awaitable<void> finish(std::shared_ptr<Lines> lines, Command& command, Next next, Deadline until) {
        Millis pause = kFirstPause;
        while (next != Next::done) {
            if (next != Next::at_once) {
                if (next == Next::refresh) {
                    const auto refreshed = co_await topology->refresh(lines, command.map_seen, until);
                    if (!refreshed) {
                        command.result.emplace(fail(refreshed.error()));
                        co_return;
                    }
                }
                if (Clock::now() + pause >= until) {
                    command.result.emplace(fail(away(command.why)));
                    co_return;
                }
                if (command.tries > 0) co_await sleep_for(jittered(pause));
                pause = std::min(pause * 2, kLongestPause);
            }
            next = co_await attempt(lines, command, until);
        }
    }

    Task<Reply> perform(Command command, Millis give_up_after) {
        const auto here = co_await lines();
        const auto until = Clock::now() + give_up_after;
        CO_CHECK(co_await know_map(here, until));
        co_await finish(here, command, Next::at_once, until);
        co_return std::move(*command.result);
    }

    Task<std::vector<Result<Reply>>> perform_all(std::vector<Command> commands) {
        if (commands.empty()) co_return std::vector<Result<Reply>>();
        const auto here = co_await lines();
        const auto until = Clock::now() + options().give_up_after;
        CO_CHECK(co_await know_map(here, until));
        const auto awaited = std::make_shared<Awaited>(here->executor(), commands.size());
        for (std::size_t i = 0; i < commands.size(); ++i) {
            if (const auto node = place(commands[i]))
                post(*here->to(*node), commands[i], awaited, i);
            else
                awaited->settle(i, {Outcome::Kind::not_sent, {}, commands[i].why});
        }
        waits.fetch_add(1, std::memory_order_relaxed);
        const auto ended = co_await Awaited::wait(awaited, until);
        if (ended == Awaited::Ended::cancelled) co_return fail(away("the call was cancelled"));

        std::vector<std::pair<std::size_t, Next>> unfinished;
        for (std::size_t i = 0; i < commands.size(); ++i) {
            const auto next = after(commands[i], awaited->outcomes[i]);
            if (next == Next::at_once) learn(here, commands[i]);
            if (next != Next::done) unfinished.emplace_back(i, next);
        }
        if (!unfinished.empty()) {
            const std::function<asio::awaitable<void>(std::size_t)> work = [&](std::size_t i) {
                return finish(here, commands[unfinished[i].first], unfinished[i].second, until);
            };
            co_await concurrently(unfinished.size(), kAtOnce, work);
        }
        std::vector<Result<Reply>> results;
        results.reserve(commands.size());
        for (auto& command : commands) {
            if (command.result)
                results.push_back(std::move(*command.result));
            else
                results.push_back(fail(away("the call was cancelled")));
        }
        co_return results;
    }
};

Cluster::Cluster(Options options) : impl_(std::make_shared<Impl>(std::move(options))) {}
Cluster::~Cluster() = default;

Task<Reply> Cluster::call(Call call) {
    const auto impl = impl_;
    auto command = command_of(std::move(call));
    co_return co_await impl->perform(std::move(command), impl->options().give_up_after);
}

Task<Reply> Cluster::run(ScriptCall call) {
    const auto impl = impl_;
    auto command = command_of(std::move(call));
    co_return co_await impl->perform(std::move(command), impl->options().give_up_after);
}

Task<std::vector<Result<Reply>>> Cluster::call_all(std::vector<Call> calls) {
    const auto impl = impl_;
    std::vector<Command> commands;
    for (auto& call : calls) commands.push_back(command_of(std::move(call)));
    co_return co_await impl->perform_all(std::move(commands));
}

Task<std::vector<Result<Reply>>> Cluster::run_all(std::vector<ScriptCall> calls) {
    const auto impl = impl_;
    std::vector<Command> commands;
    for (auto& call : calls) commands.push_back(command_of(std::move(call)));
    co_return co_await impl->perform_all(std::move(commands));
}

Task<Reply> Cluster::call_blocking(Call call, Millis wait) {
    const auto impl = impl_;
    auto command = command_of(std::move(call));
    command.blocking = wait;
    co_return co_await impl->perform(std::move(command), wait + impl->options().give_up_after);
}

Task<std::vector<Node>> Cluster::nodes() {
    const auto impl = impl_;
    const auto here = co_await impl->lines();
    const auto candidates = impl->topology->candidates();
    std::vector<Node> nodes;
    const std::function<bool(std::size_t, const Reply&)> accept = [&](std::size_t i, const Reply& reply) {
        const auto* text = std::get_if<std::string>(&reply.value);
        if (text != nullptr) nodes = parse_nodes(*text, candidates[i]);
        return !nodes.empty();
    };
    std::vector<std::string> words;
    words.emplace_back("CLUSTER");
    words.emplace_back("NODES");
    const auto until = Clock::now() + impl->options().give_up_after;
    CO_CHECK(co_await ask_any(here, candidates, std::move(words), until, accept));
    co_return nodes;
}

Task<Reply> Cluster::call_node(Endpoint node, std::vector<std::string> words) {
    const auto impl = impl_;
    const auto here = co_await impl->lines();
    const auto awaited = std::make_shared<Awaited>(here->executor(), 1);
    Command command;
    command.words = std::move(words);
    post(*here->to(node), command, awaited, 0);
    impl->waits.fetch_add(1, std::memory_order_relaxed);
    const auto until = Clock::now() + impl->options().give_up_after;
    const auto ended = co_await Awaited::wait(awaited, until);
    if (ended == Awaited::Ended::cancelled) co_return fail(away("the call was cancelled"));
    const auto next = after(command, awaited->outcomes[0]);
    if (next != Next::done) co_return fail(away(command.why));
    co_return std::move(*command.result);
}

Task<void> Cluster::check() {
    const auto impl = impl_;
    const auto here = co_await impl->lines();
    const auto until = Clock::now() + impl->options().give_up_after;
    CO_CHECK(co_await impl->know_map(here, until));
    const auto map = impl->topology->map();
    std::optional<Error> wrong;
    const auto nobody = std::find(map->owner.begin(), map->owner.end(), SlotMap::kNobody);
    if (nobody != map->owner.end()) wrong = away(fmt::format("nobody holds slot {}", nobody - map->owner.begin()));

    const auto awaited = std::make_shared<Awaited>(here->executor(), map->masters.size());
    for (std::size_t i = 0; i < map->masters.size(); ++i)
        here->to(map->masters[i])->send(std::vector<std::string>{"PING"}, awaited, i);
    impl->waits.fetch_add(1, std::memory_order_relaxed);
    (void)co_await Awaited::wait(awaited, until);
    for (std::size_t i = 0; i < map->masters.size() && !wrong; ++i) {
        const auto& outcome = awaited->outcomes[i];
        if (outcome.kind != Outcome::Kind::answered)
            wrong = away(outcome.why);
        else if (outcome.answer.error)
            wrong = judge(*outcome.answer.error, map->masters[i]).error;
    }
    if (!wrong) co_return Result<void>();
    impl->refresh_aside(here, map->version);
    co_return fail(std::move(*wrong));
}

std::uint64_t Cluster::waits() const { return impl_->waits.load(std::memory_order_relaxed); }

}  // namespace cadre::redis
