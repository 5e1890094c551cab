#include "redis/cluster.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <set>
#include <thread>

#include "base/sleep.h"
#include "redis/background.h"
#include "redis/testing/cluster.h"
#include "redis/testing/run.h"

namespace cadre::redis {
namespace {

using namespace std::chrono_literals;
using testing::run;
using testing::TestCluster;

class ClusterTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (!TestCluster::available()) GTEST_SKIP() << TestCluster::kMissing;
        servers = &TestCluster::shared();
        cluster = std::make_unique<Cluster>(servers->options());
        prefix = servers->fresh_prefix();
    }
    [[nodiscard]] std::string key(int i) const { return prefix + std::to_string(i); }
    [[nodiscard]] Call set(int i, std::string value) const { return {key(i), {"SET", key(i), std::move(value)}}; }
    [[nodiscard]] Call get(int i) const { return {key(i), {"GET", key(i)}, Repeat::safe}; }

    TestCluster* servers = nullptr;
    std::unique_ptr<Cluster> cluster;
    std::string prefix;
};

const Script kAppend("return redis.call('APPEND', KEYS[1], ARGV[1])");

TEST_F(ClusterTest, CommandsReachTheNodeThatHoldsTheirKey) {
    asio::io_context io;
    for (int i = 0; i < 50; ++i) {
        const auto stored = run(io, cluster->call(set(i, std::to_string(i))));
        ASSERT_TRUE(stored) << stored.error().detail;
        EXPECT_EQ(stored->text(), "OK");
    }
    for (int i = 0; i < 50; ++i) EXPECT_EQ(run(io, cluster->call(get(i)))->text(), std::to_string(i));
    EXPECT_TRUE(run(io, cluster->call(get(99)))->is_nil());
    EXPECT_EQ(cluster->waits(), 101U) << "each call is one wait: none was sent to a wrong node";
}

TEST_F(ClusterTest, ManyAtOnceAreAnsweredInTheirOrderWithOneWait) {
    asio::io_context io;
    std::vector<Call> calls;
    for (int i = 0; i < 300; ++i) calls.push_back(set(i, std::to_string(i)));
    ASSERT_TRUE(run(io, cluster->call_all(calls)));
    calls.clear();
    for (int i = 0; i < 300; ++i) calls.push_back(get(i));
    const auto waits = cluster->waits();
    const auto got = run(io, cluster->call_all(calls));
    EXPECT_EQ(cluster->waits(), waits + 1);
    ASSERT_TRUE(got);
    ASSERT_EQ(got->size(), 300U);
    for (int i = 0; i < 300; ++i) EXPECT_EQ((*got)[static_cast<std::size_t>(i)]->text(), std::to_string(i));
}

TEST_F(ClusterTest, ABatchOfNothingIsNothing) {
    EXPECT_TRUE(run(cluster->call_all({}))->empty());
    EXPECT_TRUE(run(cluster->run_all({}))->empty());
}

TEST_F(ClusterTest, OneOfABatchThatIsRefusedDoesNotHarmTheOthers) {
    std::vector<Call> calls{set(1, "a"), {key(1), {"LPUSH", key(1), "x"}}, get(1)};
    const auto got = run(cluster->call_all(calls));
    ASSERT_TRUE(got);
    EXPECT_TRUE((*got)[0]);
    ASSERT_FALSE((*got)[1]);
    EXPECT_EQ((*got)[1].error().kind, ErrorKind::internal);
    EXPECT_EQ((*got)[2]->text(), "a");
}

TEST_F(ClusterTest, ScriptsRunWhetherTheNodeHasThemOrNot) {
    asio::io_context io;
    for (int round = 0; round < 3; ++round) {
        std::vector<ScriptCall> calls;
        for (int i = 0; i < 30; ++i) calls.push_back({&kAppend, {key(i)}, {"x"}});
        const auto got = run(io, cluster->run_all(calls));
        ASSERT_TRUE(got);
        for (const auto& length : *got) {
            ASSERT_TRUE(length) << length.error().detail;
            EXPECT_EQ(length->integer(), round + 1);
        }
        for (std::size_t node = 0; node < servers->size(); ++node) servers->say(node, {"SCRIPT", "FLUSH"});
    }
    EXPECT_EQ(run(io, cluster->run({&kAppend, {key(0)}, {"x"}}))->integer(), 4);
}

TEST_F(ClusterTest, AScriptsOwnRefusalHasItsKind) {
    static const Script refuse("return redis.error_reply('CADRE ' .. ARGV[1] .. ' so it is')");
    for (const auto& [word, kind] : {std::pair{"conflict", ErrorKind::conflict},
                                     {"not_found", ErrorKind::not_found},
                                     {"unavailable", ErrorKind::unavailable}}) {
        const auto refused = run(cluster->run({&refuse, {key(0)}, {word}}));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, kind);
        EXPECT_EQ(refused.error().detail, "so it is");
    }
}

TEST_F(ClusterTest, LargeValuesPassBothWays) {
    asio::io_context io;
    const std::string large(20'000'000, 'x');
    ASSERT_TRUE(run(io, cluster->call(set(1, large))));
    EXPECT_EQ(run(io, cluster->call(get(1)))->text(), large);
}

TEST_F(ClusterTest, EveryThreadHasConnectionsOfItsOwn) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([this, t] {
            asio::io_context io;
            for (int i = 0; i < 100; ++i) {
                ASSERT_TRUE(run(io, cluster->call(set(t * 1000 + i, std::to_string(t)))));
                EXPECT_EQ(run(io, cluster->call(get(t * 1000 + i)))->text(), std::to_string(t));
            }
        });
}

TEST_F(ClusterTest, ACallThatIsCancelledDoesNotShiftTheAnswersOfOthers) {
    asio::io_context io;
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(run(io, cluster->call(set(i, std::to_string(i)))));
    for (int round = 0; round < 50; ++round) {
        asio::cancellation_signal stop;
        asio::co_spawn(io, cluster->call(get(round % 20)),
                       asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr, Result<Reply>) {}));
        auto after = asio::co_spawn(io, cluster->call(get((round + 1) % 20)), asio::use_future);
        io.restart();
        for (int turn = 0; turn <= round; ++turn) io.poll_one();  // at least its first step
        stop.emit(asio::cancellation_type::terminal);
        io.restart();  // all may have ended already
        io.run();
        EXPECT_EQ(after.get()->text(), std::to_string((round + 1) % 20));
    }
}

TEST_F(ClusterTest, ACommandThatWaitsDoesNotHoldUpOthers) {
    asio::io_context io;
    auto waiting = asio::co_spawn(io, cluster->call_blocking({key(1), {"BLPOP", key(1), "5"}}, 5s), asio::use_future);
    auto other = asio::co_spawn(
        io,
        [&]() -> Task<Reply> {
            co_await sleep_for(100ms);
            auto push = Call{key(1), {"RPUSH", key(1), "x"}};
            co_return co_await cluster->call(std::move(push));
        },
        asio::use_future);
    const auto began = std::chrono::steady_clock::now();
    io.run();
    EXPECT_TRUE(other.get());
    const auto popped = waiting.get();
    ASSERT_TRUE(popped) << popped.error().detail;
    EXPECT_EQ(popped->array().at(1).text(), "x");
    EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
}

TEST_F(ClusterTest, ACommandThatWaitsMayTakeLongerThanAnyAnswer) {
    const auto nothing = run(cluster->call_blocking({key(1), {"BLPOP", key(1), "2"}}, 2s));
    ASSERT_TRUE(nothing) << nothing.error().detail;
    EXPECT_TRUE(nothing->is_nil());
}

TEST_F(ClusterTest, AWaitForAnEntryEndsAlsoWhereItIsTakenAwayAtOnce) {
    static const Script ring(
        "local id = redis.call('XADD', KEYS[1], '*', 'bell', '')\n"
        "if ARGV[1] == 'taken' then redis.call('XDEL', KEYS[1], id) end\n"
        "return id");
    for (const auto& [what, rung] : {std::pair{"left", true}, std::pair{"taken", true}, std::pair{"silence", false}}) {
        asio::io_context io;
        auto waiting = asio::co_spawn(io, wait_for_entry(*cluster, key(1), "0-1", rung ? 5s : 500ms), asio::use_future);
        std::string added;
        asio::co_spawn(
            io,
            [&, what = what, rung = rung]() -> asio::awaitable<void> {
                co_await sleep_for(200ms);
                ScriptCall call{&ring, {key(1)}, {what}};
                if (rung) added = (co_await cluster->run(std::move(call)))->text();
            },
            asio::detached);
        io.run();
        const auto heard = waiting.get();
        ASSERT_TRUE(heard) << heard.error().detail;
        ASSERT_EQ(heard->has_value(), rung) << what;
        if (rung) {
            EXPECT_EQ(**heard, what == std::string("left") ? added : "0-1");
        }
        ASSERT_TRUE(run(cluster->call({key(1), {"DEL", key(1)}})));
    }
}

TEST_F(ClusterTest, TheNodesAreKnownAndEachCanBeSpokenTo) {
    asio::io_context io;
    const auto nodes = run(io, cluster->nodes());
    ASSERT_TRUE(nodes) << nodes.error().detail;
    EXPECT_EQ(nodes->size(), 6U);
    std::set<std::string> ids;
    for (const auto& node : *nodes) {
        const auto id = run(io, cluster->call_node(node.endpoint, {"CLUSTER", "MYID"}));
        ASSERT_TRUE(id);
        EXPECT_EQ(id->text(), node.id);
        ids.insert(node.id);
        EXPECT_EQ(node.master, node.master_id.empty());
    }
    EXPECT_EQ(ids.size(), 6U);
    EXPECT_TRUE(run(io, cluster->check()));
}

TEST_F(ClusterTest, AnySeedIsEnoughAndAllOfThemGoneIsUnavailable) {
    auto options = servers->options();
    options.seeds = {{"127.0.0.1", 1}, {"localhost", servers->endpoint(4).port}, {"127.0.0.1", 2}};
    Cluster one(options);
    const auto stored = run(one.call(set(1, "x")));
    EXPECT_TRUE(stored) << stored.error().detail;
    options.seeds = {{"127.0.0.1", 1}, {"127.0.0.1", 2}};
    Cluster none(options);
    for (const auto& refused : {run(none.call(set(1, "x"))), run(none.call(get(1)))}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    }
    EXPECT_FALSE(run(none.check()));
}

}  // namespace
}  // namespace cadre::redis
