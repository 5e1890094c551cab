#include "jobs/streams/queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "jobs/streams/scripts.h"
#include "jobs/suite.h"
#include "redis/testing/cluster.h"
#include "redis/testing/run.h"

namespace cadre::jobs {
namespace {

using namespace std::chrono_literals;
using redis::testing::run;
using redis::testing::TestCluster;

class TestClock final : public Clock {
public:
    [[nodiscard]] WallTime now() const override { return WallTime(Millis(millis_.load())); }
    [[nodiscard]] MonotonicTime monotonic() const override { return MonotonicTime(Millis(millis_.load())); }
    void pass(Millis time) { millis_ += time.count(); }

private:
    std::atomic<std::int64_t> millis_{1'700'000'000'000};
};

class StreamsBench final : public Bench {
public:
    StreamsBench() : cluster_(TestCluster::shared().options()), prefix_(TestCluster::shared().fresh_prefix()) {
        queue_ = another();
    }
    Queue& queue() override { return *queue_; }
    void pass(Millis time) override { clock_.pass(time); }
    WallTime now() override { return clock_.now(); }
    std::size_t limit() override { return 300; }

    /// As another process has it.
    std::unique_ptr<Queue> another() {
        return streams::open(cluster_, {.prefix = prefix_, .consumer = "test", .limit = limit(), .dead_limit = 5},
                             clock_, random_);
    }
    [[nodiscard]] const std::string& prefix() const { return prefix_; }

private:
    redis::Cluster cluster_;
    const std::string prefix_;
    TestClock clock_;
    SystemRandom random_;
    std::unique_ptr<Queue> queue_;
};

std::unique_ptr<Bench> make_bench() {
    if (!TestCluster::available()) return nullptr;
    return std::make_unique<StreamsBench>();
}

INSTANTIATE_TEST_SUITE_P(Streams, QueueSuite, testing::Values(&make_bench));

class StreamsQueue : public ::testing::Test {
protected:
    void SetUp() override {
        if (!TestCluster::available()) GTEST_SKIP() << TestCluster::kMissing;
        servers = &TestCluster::shared();
        bench = std::make_unique<StreamsBench>();
    }
    void TearDown() override {
        if (servers != nullptr) servers->heal();
    }
    [[nodiscard]] std::size_t master() const {
        return servers->master_of(streams::ready_key(bench->prefix(), "derive"));
    }

    TestCluster* servers = nullptr;
    std::unique_ptr<StreamsBench> bench;
};

TEST_F(StreamsQueue, AWaitingTakerIsWokenByAnotherProcess) {
    const auto other = bench->another();
    asio::io_context io;
    for (int i = 0; i < 10; ++i) {
        auto taking = asio::co_spawn(io, bench->queue().take({"purge", "derive"}, 1min, 20s), asio::use_future);
        std::jthread pusher([&] {
            std::this_thread::sleep_for(i == 0 ? 500ms : 20ms);
            EXPECT_TRUE(run(other->push(make_job("derive", std::to_string(i)))));
        });
        const auto began = std::chrono::steady_clock::now();
        io.restart();
        io.run();
        const auto taken = taking.get();
        ASSERT_TRUE(taken) << taken.error().detail;
        ASSERT_TRUE(*taken);
        EXPECT_LT(std::chrono::steady_clock::now() - began, 4s) << "it was heard, not looked for";
        EXPECT_TRUE(run(bench->queue().done(**taken)));
    }
}

TEST_F(StreamsQueue, WhatBecomesDueAndIsTakenInOneCallIsNoHarmToThoseWhoListen) {
    const auto other = bench->another();
    asio::io_context io;
    for (int i = 0; i < 5; ++i) {
        auto job = make_job("derive", std::to_string(i));
        job.not_before = bench->now() + 200ms;
        ASSERT_TRUE(run(other->push(std::move(job))));
        auto here = asio::co_spawn(io, bench->queue().take({"derive"}, 1min, 1s), asio::use_future);
        auto there = asio::co_spawn(io, other->take({"derive"}, 1min, 1s), asio::use_future);
        std::jthread time([&] {
            std::this_thread::sleep_for(100ms);
            bench->pass(200ms);
        });
        io.restart();
        io.run();
        const auto first = here.get();
        const auto second = there.get();
        ASSERT_TRUE(first && second);
        ASSERT_NE(first->has_value(), second->has_value()) << "one of them has it";
        EXPECT_TRUE(run(bench->queue().done(first->has_value() ? **first : **second)));
    }
}

TEST_F(StreamsQueue, AWaitAsksRedisSeldom) {
    const auto calls = [&] {
        const auto stats = servers->say(master(), {"INFO", "commandstats"});
        const auto at = stats.find("cmdstat_evalsha:calls=");
        return at == std::string::npos ? 0 : std::stoi(stats.substr(at + 22));
    };
    EXPECT_FALSE(*run(bench->queue().take({"derive"}, 1min, 10ms)));
    std::this_thread::sleep_for(300ms);  // until it is listened to
    const auto before = calls();
    EXPECT_FALSE(*run(bench->queue().take({"derive"}, 1min, 2s)));
    EXPECT_LE(calls() - before, 4);
}

TEST_F(StreamsQueue, NothingOfAJobStaysBehindIt) {
    for (const char* subject : {"a", "b", "c"}) ASSERT_TRUE(run(bench->queue().push(make_job("derive", subject))));
    while (const auto taken = *run(bench->queue().take({"derive"}, 1min, 0ms)))
        ASSERT_TRUE(run(bench->queue().done(*taken)));
    const auto keys = servers->say(master(), {"KEYS", bench->prefix() + "{jobs:derive}:*"});
    // What is left is of constant size: the empty stream with its group, and the number.
    EXPECT_EQ(std::count(keys.begin(), keys.end(), '\n'), 1) << keys;
}

/// What the release before owners does in Redis when it queues and takes a job of the kind "derive".
constexpr const char* kOldPush = R"lua(
local ready, jobs, subjects, waiting, number = unpack(KEYS)
local id = redis.call('INCR', number)
redis.call('HSET', subjects, ARGV[1], id)
redis.call('ZADD', waiting, 1, id)
local entry = redis.call('XADD', ready, '*', 'job', id)
redis.call('HSET', jobs, id, cmsgpack.pack({ARGV[1], '{}', 0, 1, 0, entry, ''}))
return id
)lua";

TEST_F(StreamsQueue, WhatTheReleaseBeforeOwnersHasQueuedIsTakenAndWhatIsQueuedNowIsFoundByIt) {
    const auto key = [&](const char* name) { return bench->prefix() + "{jobs:derive}:" + name; };
    servers->say(master(), {"EVAL", kOldPush, "5", key("ready"), key("jobs"), key("subjects"), key("waiting"),
                            key("number"), "old"});
    EXPECT_TRUE(run(bench->queue().holds("derive", "old")).value());
    const auto taken = run(bench->queue().take({"derive"}, 1min, 0ms)).value();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->job.subject, "old");
    EXPECT_TRUE(run(bench->queue().done(*taken)));
    EXPECT_FALSE(run(bench->queue().holds("derive", "old")).value());

    // It looks at `later` alone, and takes what is due there.
    ASSERT_TRUE(run(bench->queue().push(make_job("derive", "new", "ada"))));
    EXPECT_NE(servers->say(master(), {"ZCARD", key("later")}).find('1'), std::string::npos);
    // The place in it is always ahead, and no second job.
    bench->pass(11min);
    EXPECT_EQ(run(bench->queue().take({"derive"}, 1min, 0ms)).value()->job.subject, "new");
    EXPECT_FALSE(run(bench->queue().take({"derive"}, 1min, 0ms)).value());
}

// A record with members that this release does not know, each time it is looked at: as if a newer process had pushed
// it.
constexpr const char* kIntoTheNextForm = R"lua(
local all, longest = redis.call('HGETALL', KEYS[1]), 0
for i = 1, #all, 2 do
  local job = cmsgpack.unpack(all[i + 1])
  if ARGV[1] == 'put' then
    job[10], job[11] = 'of the next', {map = 1.5}
    redis.call('HSET', KEYS[1], all[i], cmsgpack.pack(job))
  end
  longest = math.max(longest, #job)
end
return longest
)lua";

TEST_F(StreamsQueue, WhatTheNextReleaseHasQueuedIsTakenAndKeepsWhatThisOneDoesNotKnow) {
    const auto members = [&](const char* what) {
        return servers->say(master(), {"EVAL", kIntoTheNextForm, "1", bench->prefix() + "{jobs:derive}:jobs", what});
    };
    auto job = make_job("derive", "new", "ada");
    job.payload["how"] = "in a way that came later";
    ASSERT_TRUE(run(bench->queue().push(job)));
    ASSERT_NE(members("put").find("11"), std::string::npos);

    auto taken = *run(bench->queue().take({"derive"}, 1min, 0ms));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->job.subject, "new");
    EXPECT_EQ(taken->job.payload, job.payload);
    ASSERT_TRUE(run(bench->queue().retry(*taken, {})));
    EXPECT_NE(members("look").find("11"), std::string::npos);
    taken = *run(bench->queue().take({"derive"}, 1min, 0ms));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->attempt, 2);
    EXPECT_TRUE(run(bench->queue().done(*taken)));
    EXPECT_FALSE(run(bench->queue().holds("derive", "new")).value());
}

TEST_F(StreamsQueue, KindsThatOnlyTheNextReleaseKnowsAreLeftToIt) {
    ASSERT_TRUE(run(bench->queue().push(make_job("of_the_next", "x"))));
    EXPECT_FALSE(*run(bench->queue().take({"derive", "repair"}, 1min, 0ms)));
    EXPECT_TRUE(run(bench->queue().holds("of_the_next", "x")).value());
    EXPECT_EQ(run(bench->queue().stats()).value().waiting, 1U);
}

TEST_F(StreamsQueue, TheOldestDeadMakeRoom) {
    for (int i = 0; i < 7; ++i) {
        ASSERT_TRUE(run(bench->queue().push(make_job("derive", std::to_string(i)))));
        ASSERT_TRUE(run(bench->queue().bury(**run(bench->queue().take({"derive"}, 1min, 0ms)), "no")));
        bench->pass(1ms);
    }
    const auto dead = run(bench->queue().dead(100)).value();
    ASSERT_EQ(dead.size(), 5U);
    EXPECT_EQ(dead.front().job.subject, "6");
    EXPECT_EQ(dead.back().job.subject, "2");
}

TEST_F(StreamsQueue, ATakerOutlivesConnectionsThatAreCut) {
    asio::io_context io;
    auto taking = asio::co_spawn(io, bench->queue().take({"derive"}, 1min, 20s), asio::use_future);
    std::jthread pusher([&] {
        for (int i = 0; i < 5; ++i) {
            std::this_thread::sleep_for(100ms);
            for (std::size_t node = 0; node < servers->size(); ++node)
                servers->say(node, {"CLIENT", "KILL", "TYPE", "normal"});
        }
        EXPECT_TRUE(run(bench->another()->push(make_job("derive", "a"))));
    });
    io.run();
    const auto taken = taking.get();
    ASSERT_TRUE(taken) << taken.error().detail;
    EXPECT_TRUE(*taken);
}

TEST_F(StreamsQueue, WhatHangsIsUnavailableAndTheQueueGoesOnAfterAFailover) {
    asio::io_context io;  // and with it the connection that will hang
    ASSERT_TRUE(run(io, bench->queue().push(make_job("derive", "before"))));
    std::this_thread::sleep_for(100ms);  // replication is not waited for
    servers->stop(master());
    const auto refused = run(io, bench->queue().take({"derive"}, 1min, 0ms));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    const auto began = std::chrono::steady_clock::now();
    Result<std::optional<Taken>> taken;
    do {
        taken = run(io, bench->queue().take({"derive"}, 1min, 0ms));
    } while (!taken && std::chrono::steady_clock::now() - began < 20s);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    ASSERT_TRUE(taken);
    ASSERT_TRUE(*taken);
    EXPECT_EQ((*taken)->job.subject, "before");
    EXPECT_TRUE(run(bench->queue().done(**taken)));
}

TEST_F(StreamsQueue, AFullStoreTakesNoMoreJobsButThoseThereAreAreDone) {
    TestCluster small({.masters = 1, .replicas = 0});
    redis::Cluster cluster(small.options());
    TestClock clock;
    SystemRandom random;
    const auto queue = streams::open(cluster, {.prefix = "x"}, clock, random);
    for (const char* subject : {"a", "b"}) ASSERT_TRUE(run(queue->push(make_job("derive", subject))));
    small.say(0, {"CONFIG", "SET", "maxmemory", "1mb"});  // less than an empty server has
    const auto refused = run(queue->push(make_job("derive", "c")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    for (int i = 0; i < 2; ++i) {
        const auto taken = run(queue->take({"derive"}, 1min, 0ms));
        ASSERT_TRUE(taken && *taken) << i;
        EXPECT_TRUE(run(queue->done(**taken)));
    }
}

TEST_F(StreamsQueue, AWrongPasswordIsASentence) {
    auto options = servers->options();
    options.password = "not theirs";
    redis::Cluster cluster(options);
    TestClock clock;
    SystemRandom random;
    const auto queue = streams::open(cluster, {.prefix = bench->prefix()}, clock, random);
    for (const auto& error : {run(queue->push(make_job("derive", "a"))).error(),
                              run(queue->take({"derive"}, 1min, 100ms)).error(), run(queue->stats()).error()}) {
        EXPECT_EQ(error.kind, ErrorKind::unavailable);
        EXPECT_NE(error.message.find("password"), std::string::npos);
    }
}

}  // namespace
}  // namespace cadre::jobs
