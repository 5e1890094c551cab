#include "events/streams/bus.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "events/suite.h"
#include "redis/testing/cluster.h"
#include "redis/testing/run.h"

namespace cadre::events {
namespace {

using namespace std::chrono_literals;
using redis::testing::run;
using redis::testing::TestCluster;

constexpr std::size_t kEvents = 64;
constexpr std::size_t kNode = 100;  // entries of a stream's node, Redis' default (stream-node-max-entries)

class StreamsBench final : public Bench {
public:
    StreamsBench() : cluster_(TestCluster::shared().options()), prefix_(TestCluster::shared().fresh_prefix()) {
        restart();
    }
    Bus& bus() override { return *bus_; }
    void restart() override { bus_ = another(); }
    std::size_t kept_at_least() override { return kEvents; }
    std::size_t kept_at_most() override { return kEvents + kNode; }

    /// As another process has it.
    std::unique_ptr<Bus> another() {
        return streams::open(cluster_, {.prefix = prefix_, .streams = 4, .events = kEvents, .nearby = 16});
    }
    [[nodiscard]] std::string key(int stream) const { return prefix_ + "{events:" + std::to_string(stream) + "}"; }
    void stop() { bus_.reset(); }

private:
    redis::Cluster cluster_;
    const std::string prefix_;
    std::unique_ptr<Bus> bus_;
};

std::unique_ptr<Bench> make_bench() {
    if (!TestCluster::available()) return nullptr;
    return std::make_unique<StreamsBench>();
}

INSTANTIATE_TEST_SUITE_P(Streams, BusSuite, testing::Values(&make_bench));

class StreamsBus : public ::testing::Test {
protected:
    void SetUp() override {
        if (!TestCluster::available()) GTEST_SKIP() << TestCluster::kMissing;
        servers = &TestCluster::shared();
        bench = std::make_unique<StreamsBench>();
    }
    void TearDown() override {
        if (servers != nullptr) servers->heal();
    }
    /// The stream that "wall" lies in: the one that is there after an event.
    [[nodiscard]] std::string wall_key() const {
        for (int i = 0; i < 4; ++i) {
            const auto key = bench->key(i);
            if (servers->say(servers->master_of(key), {"XLEN", key}) != "0") return key;
        }
        return {};
    }
    void publish(Bus& bus, int number) { EXPECT_TRUE(run(bus.publish("wall", "t", {{"n", number}}))); }
    static std::int64_t number_of(const Event& event) { return event.data.at("n").as_int64(); }

    TestCluster* servers = nullptr;
    std::unique_ptr<StreamsBench> bench;
};

TEST_F(StreamsBus, WhatOneProcessPublishesAnotherHearsAtOnceAndInOrder) {
    const auto other = bench->another();
    asio::io_context io;
    const auto watcher = run(io, bench->bus().subscribe("wall", "")).value();
    std::this_thread::sleep_for(200ms);  // until it is listened to
    std::jthread publisher([&] {
        for (int i = 0; i < 50; ++i) publish(*other, i);
    });
    const auto began = std::chrono::steady_clock::now();
    int expected = 0;
    while (expected < 50) {
        const auto events = run(io, watcher->next(20s)).value();
        ASSERT_FALSE(events.empty());
        for (const auto& event : events) EXPECT_EQ(number_of(event), expected++);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, 4s) << "it was heard, not looked for";
}

TEST_F(StreamsBus, WhatTheNextReleasePublishesIsHeardWithoutWhatThisOneDoesNotKnow) {
    asio::io_context io;
    const auto watcher = run(io, bench->bus().subscribe("wall", "")).value();
    publish(bench->bus(), 1);
    const auto key = wall_key();
    servers->say(servers->master_of(key), {"XADD", key, "*", "channel", "wall", "type", "of.the.next", "data",
                                           R"({"n":2,"more":{"deep":[1.5]}})", "since", "2"});
    publish(bench->bus(), 3);
    std::vector<Event> heard;
    while (heard.size() < 3) {
        auto events = run(io, watcher->next(5s)).value();
        ASSERT_FALSE(events.empty());
        for (auto& event : events) heard.push_back(std::move(event));
    }
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(number_of(heard[i]), static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(heard[1].type, "of.the.next");
}

TEST_F(StreamsBus, LastEventIdGoesOnAtAnotherProcess) {
    const auto watcher = run(bench->bus().subscribe("wall", "")).value();
    publish(bench->bus(), 1);
    const auto id = run(watcher->next(20s)).value().at(0).id;
    publish(bench->bus(), 2);
    const auto other = bench->another();
    const auto again = run(other->subscribe("wall", id)).value();
    EXPECT_EQ(number_of(run(again->next(20s)).value().at(0)), 2);
}

TEST_F(StreamsBus, HoweverManyWatchOneBlockingReadStandsForEachStream) {
    std::vector<std::unique_ptr<Subscription>> watchers;
    for (int i = 0; i < 100; ++i)
        watchers.push_back(run(bench->bus().subscribe("user:" + std::to_string(i), "")).value());
    std::this_thread::sleep_for(300ms);
    int blocked = 0;
    for (std::size_t node = 0; node < servers->size(); ++node) {
        const auto info = servers->say(node, {"INFO", "clients"});
        blocked += std::stoi(info.substr(info.find("blocked_clients:") + 16));
    }
    EXPECT_LE(blocked, 4);
    EXPECT_GE(blocked, 1);
}

TEST_F(StreamsBus, AWatcherGoesOnAfterConnectionsWereCut) {
    asio::io_context io;
    const auto watcher = run(io, bench->bus().subscribe("wall", "")).value();
    for (int i = 0; i < 5; ++i) {
        for (std::size_t node = 0; node < servers->size(); ++node)
            servers->say(node, {"CLIENT", "KILL", "TYPE", "normal"});
        publish(bench->bus(), i);
        const auto events = run(io, watcher->next(20s)).value();
        ASSERT_EQ(events.size(), 1U);
        EXPECT_EQ(number_of(events[0]), i);
    }
}

TEST_F(StreamsBus, AWatcherGoesOnOrResyncsAfterAFailover) {
    asio::io_context io;
    const auto watcher = run(io, bench->bus().subscribe("wall", "")).value();
    publish(bench->bus(), 1);
    EXPECT_EQ(number_of(run(io, watcher->next(20s)).value().at(0)), 1);
    servers->kill(servers->master_of(wall_key()));
    while (!run(bench->bus().publish("wall", "t", {{"n", 2}}))) std::this_thread::sleep_for(50ms);
    const auto events = run(io, watcher->next(20s)).value();
    ASSERT_FALSE(events.empty());
    if (events[0].type != "resync") {
        EXPECT_EQ(number_of(events[0]), 2);
    }
}

TEST_F(StreamsBus, WhereRedisLostEverythingWatchersResyncAndGoOn) {
    asio::io_context io;
    const auto watcher = run(io, bench->bus().subscribe("wall", "")).value();
    publish(bench->bus(), 1);
    EXPECT_EQ(number_of(run(io, watcher->next(20s)).value().at(0)), 1);
    const auto key = wall_key();
    servers->say(servers->master_of(key), {"DEL", key});
    publish(bench->bus(), 2);
    const auto events = run(io, watcher->next(20s)).value();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "resync");
    publish(bench->bus(), 3);
    EXPECT_EQ(number_of(run(io, watcher->next(20s)).value().at(0)), 3);
}

TEST_F(StreamsBus, WhatHangsIsUnavailableAndAFullStoreToo) {
    TestCluster small({.masters = 1, .replicas = 0});
    redis::Cluster cluster(small.options());
    const auto bus = streams::open(cluster, {.prefix = "x"});
    asio::io_context io;
    ASSERT_TRUE(run(io, bus->publish("wall", "t", {})));
    const auto watcher = run(io, bus->subscribe("wall", "")).value();
    small.stop(0);
    const auto hung = run(io, bus->publish("wall", "t", {}));
    small.go_on(0);
    ASSERT_FALSE(hung);
    EXPECT_EQ(hung.error().kind, ErrorKind::unavailable);
    EXPECT_TRUE(run(io, bus->publish("wall", "t", {{"n", 1}})));
    EXPECT_FALSE(run(io, watcher->next(20s)).value().empty());
    small.say(0, {"CONFIG", "SET", "maxmemory", "1mb"});  // less than an empty server has
    const auto refused = run(io, bus->publish("wall", "t", {}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
}

TEST_F(StreamsBus, ASubscriptionMayOutliveTheBus) {
    const auto watcher = run(bench->bus().subscribe("wall", "")).value();
    bench->stop();
    EXPECT_TRUE(run(watcher->next(0ms)).value().empty());
}

}  // namespace
}  // namespace cadre::events
