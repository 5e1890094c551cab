// What the client does when servers move slots, hang, die, are full, or want a password.
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <chrono>
#include <thread>

#include "base/sleep.h"
#include "redis/cluster.h"
#include "redis/nodes.h"
#include "redis/slots.h"
#include "redis/testing/cluster.h"
#include "redis/testing/run.h"

namespace cadre::redis {
namespace {

using namespace std::chrono_literals;
using testing::run;
using testing::TestCluster;
using Clock = std::chrono::steady_clock;

Call set(const std::string& key, std::string value) { return {key, {"SET", key, std::move(value)}}; }
Call get(const std::string& key, Repeat repeat = Repeat::safe) { return {key, {"GET", key}, repeat}; }

class Faults : public ::testing::Test {
protected:
    void SetUp() override {
        if (!TestCluster::available()) GTEST_SKIP() << TestCluster::kMissing;
        servers = &TestCluster::shared();
        cluster = std::make_unique<Cluster>(servers->options());
        key = servers->fresh_prefix() + "{fault}";
        ASSERT_TRUE(run(io, cluster->call(set(key, "before"))));
    }
    void TearDown() override {
        if (servers != nullptr) servers->heal();
    }
    [[nodiscard]] std::string id_of(std::size_t node) const { return servers->say(node, {"CLUSTER", "MYID"}); }
    /// A master that does not hold the key.
    [[nodiscard]] std::size_t other_master() const {
        const auto holder = servers->master_of(key);
        for (int i = 0;; ++i)
            if (const auto node = servers->master_of(std::to_string(i)); node != holder) return node;
    }
    /// How often all nodes were asked for the map.
    [[nodiscard]] int maps_asked() const {
        int count = 0;
        for (std::size_t node = 0; node < servers->size(); ++node) {
            const auto stats = servers->say(node, {"INFO", "commandstats"});
            const auto at = stats.find("cmdstat_cluster|slots:calls=");
            if (at != std::string::npos) count += std::stoi(stats.substr(at + 28));
        }
        return count;
    }
    /// Sets the key anew until that works; how long it took.
    std::chrono::milliseconds until_works(const std::string& value) {
        const auto began = Clock::now();
        while (Clock::now() - began < 20s) {
            const auto stored = run(io, cluster->call(set(key, value)));
            if (stored) break;
            EXPECT_EQ(stored.error().kind, ErrorKind::unavailable) << stored.error().detail;
            std::this_thread::sleep_for(20ms);
        }
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    }

    TestCluster* servers = nullptr;
    asio::io_context io;
    std::unique_ptr<Cluster> cluster;
    std::string key;
};

TEST_F(Faults, AnIdleConnectionThatWasCutIsNotNoticedByTheNextCall) {
    for (int i = 0; i < 5; ++i) {
        for (std::size_t node = 0; node < servers->size(); ++node)
            servers->say(node, {"CLIENT", "KILL", "TYPE", "normal"});
        const auto stored = run(io, cluster->call(set(key, std::to_string(i))));
        EXPECT_TRUE(stored) << stored.error().detail;
    }
}

TEST_F(Faults, ACallWhoseAnswerWasCutOffIsSentAgainOnlyIfThatIsSafe) {
    const auto holder = servers->master_of(key);
    for (const auto repeat : {Repeat::safe, Repeat::never}) {
        servers->say(holder, {"DEL", key});
        auto pop = Call{key, {"BLPOP", key, "3"}, repeat};
        auto popped = asio::co_spawn(io, cluster->call_blocking(std::move(pop), 3s), asio::use_future);
        std::jthread cutter([&] {
            std::this_thread::sleep_for(100ms);
            servers->say(holder, {"CLIENT", "KILL", "TYPE", "normal"});
            std::this_thread::sleep_for(300ms);
            servers->say(holder, {"RPUSH", key, "x"});
        });
        io.restart();
        io.run();
        const auto got = popped.get();
        if (repeat == Repeat::safe) {
            ASSERT_TRUE(got) << got.error().detail;
            EXPECT_FALSE(got->is_nil());
        } else {
            ASSERT_FALSE(got);
            EXPECT_EQ(got.error().kind, ErrorKind::unavailable);
        }
        cutter.join();
        servers->say(holder, {"DEL", key});
    }
}

TEST_F(Faults, ASlotThatMovesIsFollowed) {
    const auto from = servers->master_of(key);
    const auto to = other_master();
    const auto slot = std::to_string(slot_of(key));
    servers->say(to, {"CLUSTER", "SETSLOT", slot, "IMPORTING", id_of(from)});
    servers->say(from, {"CLUSTER", "SETSLOT", slot, "MIGRATING", id_of(to)});
    // ASK: what is not at the old place is at the new one.
    const auto added = servers->fresh_prefix() + "{fault}";
    EXPECT_TRUE(run(io, cluster->call(set(added, "moved"))));
    EXPECT_EQ(run(io, cluster->call(get(added)))->text(), "moved");
    EXPECT_EQ(run(io, cluster->call(get(key)))->text(), "before");
    auto both = Call{key, {"MGET", key, added}, Repeat::never};
    auto waiting = asio::co_spawn(io, cluster->call(both), asio::use_future);  // TRYAGAIN, until the other is there too
    std::jthread mover([&] {
        std::this_thread::sleep_for(300ms);
        const auto port = std::to_string(servers->endpoint(to).port);
        servers->say(from, {"MIGRATE", "127.0.0.1", port, key, "0", "5000"});
    });
    io.restart();
    io.run();
    const auto got = waiting.get();
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->array().at(0).text(), "before");
    EXPECT_EQ(got->array().at(1).text(), "moved");
    mover.join();
    // MOVED.
    for (const auto node : {to, from}) servers->say(node, {"CLUSTER", "SETSLOT", slot, "NODE", id_of(to)});
    const auto asked = maps_asked();
    std::vector<Call> many(200, get(key, Repeat::never));
    const auto all = run(io, cluster->call_all(many));
    ASSERT_TRUE(all);
    for (const auto& one : *all) EXPECT_EQ(one->text(), "before");
    EXPECT_EQ(run(io, cluster->call(get(key)))->text(), "before");
    EXPECT_LE(maps_asked() - asked, 2) << "one refresh, perhaps of two nodes, however many calls were moved";
    // And back, so that the shared cluster is as it was.
    servers->say(from, {"CLUSTER", "SETSLOT", slot, "IMPORTING", id_of(to)});
    servers->say(to, {"CLUSTER", "SETSLOT", slot, "MIGRATING", id_of(from)});
    const auto port = std::to_string(servers->endpoint(from).port);
    servers->say(to, {"MIGRATE", "127.0.0.1", port, "", "0", "5000", "KEYS", key, added});
    for (const auto node : {from, to}) servers->say(node, {"CLUSTER", "SETSLOT", slot, "NODE", id_of(from)});
    EXPECT_EQ(run(io, cluster->call(get(key)))->text(), "before");
}

TEST_F(Faults, AServerThatHangsAWhileIsUnavailableAndThenAnswersAgain) {
    const auto holder = servers->master_of(key);
    servers->stop(holder);
    const auto began = Clock::now();
    const auto refused = run(io, cluster->call(set(key, "lost?")));
    const auto waited = Clock::now() - began;
    servers->go_on(holder);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_GE(waited, servers->options().answer_timeout);
    EXPECT_LT(waited, servers->options().give_up_after);
    EXPECT_LT(until_works("after"), 10s);
    EXPECT_EQ(run(io, cluster->call(get(key)))->text(), "after");
}

TEST_F(Faults, WhenAMasterDiesItsReplicaIsFound) {
    servers->kill(servers->master_of(key));
    const auto took = until_works("after");
    EXPECT_LT(took, 10s);
    RecordProperty("milliseconds", static_cast<int>(took.count()));
    EXPECT_EQ(run(io, cluster->call(get(key)))->text(), "after");
    EXPECT_TRUE(run(io, cluster->check()));
}

TEST_F(Faults, NoAnswerIsBelievedOfAMasterThatWasStoppedAndGoesOn) {
    const auto old = servers->master_of(key);
    servers->stop(old);
    std::vector<Call> calls;
    for (int i = 0; i < 50; ++i) calls.push_back(set(key, "to the stopped one"));
    const auto first = run(io, cluster->call_all(calls));
    ASSERT_TRUE(first);
    for (const auto& one : *first) EXPECT_FALSE(one);
    EXPECT_LT(until_works("after"), 10s);
    ASSERT_NE(servers->master_of(key), old);
    EXPECT_EQ(run(io, cluster->call(get(key)))->text(), "after");
    servers->go_on(old);
    const auto until = Clock::now() + 2s;
    while (Clock::now() < until) {
        const auto read = run(io, cluster->call(get(key)));
        ASSERT_TRUE(read) << read.error().detail;
        ASSERT_EQ(read->text(), "after");
    }
}

TEST_F(Faults, OthersSlotsAreServedWhileAMasterHangs) {
    const auto other = other_master();
    std::string its_key;
    for (int i = 0; its_key.empty(); ++i)
        if (servers->master_of(std::to_string(i)) == other) its_key = std::to_string(i);
    servers->stop(servers->master_of(key));
    bool served = false;
    bool served_first = false;
    const auto hanging = [&]() -> asio::awaitable<void> {
        auto call = set(key, "x");
        const auto stored = co_await cluster->call(std::move(call));
        EXPECT_FALSE(stored);
        served_first = served;
    };
    const auto quick = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < 100; ++i) {
            auto call = set(its_key, "y");
            const auto stored = co_await cluster->call(std::move(call));
            EXPECT_TRUE(stored);
            co_await sleep_for(1ms);
        }
        served = true;
    };
    asio::co_spawn(io, hanging, asio::detached);
    asio::co_spawn(io, quick, asio::detached);
    io.restart();
    io.run();
    EXPECT_TRUE(served_first);
}

TEST_F(Faults, NodesWhoseAddressesAllChangedAtOnceFindEachOtherAgainWhenTheyAreIntroduced) {
    TestCluster moved({.masters = 3, .replicas = 0});
    for (std::size_t node = 0; node < moved.size(); ++node) moved.kill(node);
    for (std::size_t node = 0; node < moved.size(); ++node) moved.move(node);
    std::this_thread::sleep_for(3s);  // twice what a node waits for another before it gives it up
    EXPECT_NE(moved.say(0, {"CLUSTER", "INFO"}).find("cluster_state:fail"), std::string::npos);

    const auto options = moved.options();
    Cluster keeper(options);
    const auto arranged = run(io, introduce(keeper, options.seeds));
    ASSERT_TRUE(arranged) << arranged.error().detail;
    EXPECT_GT(*arranged, 0U);
    moved.wait_until_well();
    std::this_thread::sleep_for(1s);
    EXPECT_EQ(*run(io, introduce(keeper, options.seeds)), 0U) << "who knows each other is left alone";
}

TEST_F(Faults, AWrongPasswordIsASentence) {
    TestCluster guarded({.masters = 1, .replicas = 0, .password = "right"});
    auto options = guarded.options();
    EXPECT_TRUE(run(Cluster(options).call(set(key, "x"))));
    for (const char* wrong : {"wrong", ""}) {
        options.password = wrong;
        Cluster refused(options);
        const auto began = Clock::now();
        for (const auto& answer : {run(refused.call(get(key))).error(), run(refused.check()).error()}) {
            EXPECT_EQ(answer.kind, ErrorKind::unavailable);
            EXPECT_NE(answer.message.find("password"), std::string::npos) << answer.message << answer.detail;
            EXPECT_EQ(answer.message.find("wrong"), std::string::npos);
        }
        EXPECT_LT(Clock::now() - began, options.give_up_after) << "trying again would not help";
    }
    options = servers->options();
    options.password = "not wanted";
    EXPECT_NE(run(Cluster(options).call(get(key))).error().message.find("password"), std::string::npos);
}

TEST_F(Faults, AFullStoreIsUnavailable) {
    TestCluster small({.masters = 1, .replicas = 0});
    Cluster full(small.options());
    static const Script write("return redis.call('SET', KEYS[1], ARGV[1])");
    ASSERT_TRUE(run(io, full.call(set("k", "kept"))));
    small.say(0, {"CONFIG", "SET", "maxmemory", "1mb"});  // less than an empty server has; eviction is off
    for (const auto& refused : {run(io, full.call(set("k", "x"))), run(io, full.run({&write, {"k"}, {"x"}}))}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::unavailable) << refused.error().detail;
        EXPECT_NE(refused.error().message.find("full"), std::string::npos) << refused.error().detail;
    }
    EXPECT_EQ(run(io, full.call(get("k")))->text(), "kept");
}

TEST_F(Faults, TlsIsSpokenAndUnknownCertificatesAreRefused) {
    TestCluster secure({.masters = 1, .replicas = 0, .password = "p", .tls = true});
    auto options = secure.options();
    {
        Cluster trusting(options);
        const std::string large(3'000'000, 'x');
        const auto stored = run(io, trusting.call(set(key, large)));
        ASSERT_TRUE(stored) << stored.error().detail;
        for (int i = 0; i < 20; ++i) EXPECT_EQ(run(io, trusting.call(get(key)))->text(), large);
        EXPECT_NE(secure.say(0, {"CLIENT", "LIST"}).find("cmd=get"), std::string::npos);
        EXPECT_EQ(secure.say(0, {"INFO", "stats"}).find("total_connections_received:0"), std::string::npos);
    }
    options.tls_ca_file = "";
    const auto refused = run(io, Cluster(options).call(get(key)));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("certificate"), std::string::npos) << refused.error().detail;
}

TEST_F(Faults, AServerThatIsNoClusterIsASentence) {
    auto options = servers->options();
    options.seeds = {{"127.0.0.1", 1}};
    const auto refused = run(io, Cluster(options).call(get(key)));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("127.0.0.1:1"), std::string::npos) << refused.error().detail;
}

}  // namespace
}  // namespace cadre::redis
