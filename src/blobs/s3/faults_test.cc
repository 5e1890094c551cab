// What networks and machines do to a store, made by a relay in front of a real Garage, or by signals to its nodes.
// Times are not asserted, but for what would take far longer if the promise were broken.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "blobs/s3/testing/proxy.h"
#include "blobs/s3/testing/store_bench.h"

namespace cadre::blobs::s3 {
namespace {

using testing::Garage;
using testing::GarageBench;
using testing::Proxy;
using testing::run;
using Mode = Proxy::Mode;
using std::chrono::steady_clock;

const std::string kKey = "photos/01900000-0000-7000-8000-000000000abc/original";

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 31 + i / 251) & 0x7fU);
    return text;
}

Result<void> put(Store& store, std::string key, std::string content) {
    std::vector<Put> puts(1);
    puts[0] = {std::move(key), std::move(content), Durability::synced};
    return run(store.put(std::move(puts)));
}

Task<std::string> read_all(Store& store, std::string key) {
    CO_TRY(auto object, co_await store.open(std::move(key)));
    std::string all;
    std::string buffer(100'000, '\0');
    while (true) {
        const std::span<std::uint8_t> into(reinterpret_cast<std::uint8_t*>(buffer.data()), buffer.size());
        CO_TRY(const auto got, co_await object.read(into));
        if (got == 0) co_return all;
        all.append(buffer, 0, got);
    }
}

Millis time_of(const std::function<void()>& what) {
    const auto began = steady_clock::now();
    what();
    return std::chrono::duration_cast<Millis>(steady_clock::now() - began);
}

/// One Garage behind two relays: two endpoints.
class S3Faults : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Garage::binary()) GTEST_SKIP() << Garage::kMissing;
        bench.emplace();
        const auto port = bench->options().where.endpoints.at(0).port;
        first.emplace(port);
        second.emplace(port);
    }

    /// Time limits that a hanging test waits for, and not the test of a machine under load.
    Options options(bool both) {
        auto options = bench->options();
        options.where.endpoints = {{"http", "127.0.0.1", first->port(), "/"}};
        if (both) options.where.endpoints.push_back({"http", "127.0.0.1", second->port(), "/"});
        options.limits.read = options.limits.write = Millis{10'000};
        return options;
    }
    std::unique_ptr<Store> store(bool both = true) { return bench->open(options(both)); }

    std::optional<GarageBench> bench;
    std::optional<Proxy> first, second;
};

TEST_F(S3Faults, AConnectionThatIsCutIsMadeGoodByAnother) {
    const auto two = store();
    first->set(Mode::close);
    const auto done = put(*two, kKey, pattern(100'000));
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(run(two->get(kKey)).value(), pattern(100'000));
    EXPECT_EQ(run(two->list("", "", 10)).value().items.size(), 1U);
    ASSERT_TRUE(run(two->copy(kKey, kKey + ".2", Durability::synced)));
    ASSERT_TRUE(run(two->remove({kKey})));
    EXPECT_EQ(run(two->get(kKey)).error().kind, ErrorKind::not_found);
    EXPECT_TRUE(run(two->check()));
}

TEST_F(S3Faults, AnEndpointThatFailedIsAvoidedForAWhile) {
    const auto two = store();
    first->set(Mode::close);
    ASSERT_TRUE(put(*two, kKey, "x"));
    const int before = first->connections();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(put(*two, kKey, "x"));
    EXPECT_EQ(first->connections(), before);
}

TEST_F(S3Faults, WhenNobodyAnswersItIsUnavailableAndSaysWho) {
    const auto one = store(false);
    first->set(Mode::close);
    for (const auto& error : {put(*one, kKey, "x").error(), run(one->get(kKey)).error(), run(one->open(kKey)).error(),
                              run(one->list("", "", 10)).error(), run(one->check()).error()}) {
        EXPECT_EQ(error.kind, ErrorKind::unavailable);
        EXPECT_NE((error.message + error.detail).find(std::to_string(first->port())), std::string::npos)
            << error.message << " / " << error.detail;
    }
    first->set(Mode::pass);
    EXPECT_TRUE(put(*one, kKey, "x"));
}

TEST_F(S3Faults, ABodyThatIsCutIsAnErrorAndNeverAShortObject) {
    const auto one = store(false);
    const auto content = pattern(300'000);
    ASSERT_TRUE(put(*one, kKey, content));
    for (const std::size_t after : {1'000U, 40'000U, 150'000U, 299'000U}) {
        first->set(Mode::cut, after);
        const auto got = run(one->get(kKey));
        EXPECT_FALSE(got && got.value() != content);
        EXPECT_FALSE(got) << after;
        const auto streamed = run(read_all(*one, kKey));
        EXPECT_FALSE(streamed && streamed.value() != content) << after << ' ' << streamed.value().size();
    }
    first->set(Mode::pass);
    EXPECT_EQ(run(one->get(kKey)).value(), content);
}

TEST_F(S3Faults, AStreamThatIsCutGoesOnFromAnotherEndpoint) {
    const auto two = store();
    const auto content = pattern(3'000'000);
    ASSERT_TRUE(put(*two, kKey, content));
    first->set(Mode::cut, 1'000'000);
    const auto streamed = run(read_all(*two, kKey));
    ASSERT_TRUE(streamed) << streamed.error().detail;
    EXPECT_TRUE(streamed.value() == content);
    EXPECT_GT(second->connections(), 0);
}

TEST_F(S3Faults, AStreamGoesOnOnlyIfTheObjectIsStillTheSame) {
    const auto two = store();
    const auto content = pattern(30'000'000);  // more than sockets hold
    ASSERT_TRUE(put(*two, kKey, content));
    auto broken = [&]() -> Task<std::size_t> {
        CO_TRY(auto object, co_await two->open(kKey));
        first->set(Mode::cut, 1);
        std::string other(content.size(), 'x');
        std::vector<Put> puts(1);
        puts[0] = {kKey, std::move(other), Durability::synced};
        CO_CHECK(co_await bench->store().put(std::move(puts)));
        std::vector<std::uint8_t> buffer(1 << 20);
        std::size_t all = 0;
        while (true) {
            CO_TRY(const auto got, co_await object.read(buffer));
            if (got == 0) co_return all;
            all += got;
        }
    };
    const auto streamed = run(broken());
    ASSERT_FALSE(streamed);
    EXPECT_EQ(streamed.error().kind, ErrorKind::unavailable);
}

TEST_F(S3Faults, AReadThatHangsIsBegunElsewhereAndTheFirstAnswerCounts) {
    const auto two = store();
    ASSERT_TRUE(put(*two, kKey, pattern(100'000)));
    first->set(Mode::hang);
    const auto took = time_of([&] {
        EXPECT_EQ(run(two->get(kKey)).value(), pattern(100'000));
        EXPECT_EQ(run(read_all(*two, kKey)).value(), pattern(100'000));
        EXPECT_EQ(run(two->list("", "", 10)).value().items.size(), 1U);
        EXPECT_EQ(run(two->open(kKey, 0, 0)).value().size, 100'000U);
    });
    EXPECT_LT(took, Millis{8'000}) << "the time limit of one is 10 s";
}

TEST_F(S3Faults, ABodyThatStallsIsReadElsewhere) {
    const auto two = store();
    ASSERT_TRUE(put(*two, kKey, pattern(100'000)));
    first->set(Mode::stall, 50'000);
    const auto took = time_of([&] { EXPECT_EQ(run(two->get(kKey)).value(), pattern(100'000)); });
    EXPECT_LT(took, Millis{8'000});
}

TEST_F(S3Faults, AHangingPutIsRepeatedElsewhereAfterItsTimeLimit) {
    auto patient = options(true);
    patient.limits.write = Millis{500};
    patient.limits.slow_write = Millis{2'000};  // so long the put that lost goes on, and this test with it
    const auto two = bench->open(patient);
    first->set(Mode::hang);
    const auto done = put(*two, kKey, pattern(100'000));
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(run(bench->store().get(kKey)).value(), pattern(100'000));
}

TEST_F(S3Faults, APutDuringWhichAnotherOfTheSameFailedIsNotAcknowledgedBeforeAThird) {
    auto hasty = options(true);
    hasty.limits.hedge_put_after = Millis{200};
    const auto two = bench->open(hasty);
    first->set(Mode::late, 800);
    second->set(Mode::busy, 100);
    const auto done = put(*two, kKey, "x");
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(first->answers() + second->answers(), 2);
    EXPECT_EQ(run(bench->store().get(kKey)).value(), "x");
}

TEST_F(S3Faults, APutThatFailsAfterAnotherWasAcknowledgedIsFollowedByAThird) {
    auto hasty = options(true);
    hasty.limits.hedge_put_after = Millis{200};
    const auto two = bench->open(hasty);
    first->set(Mode::late, 500);
    second->set(Mode::busy, 1'000);
    const auto done = put(*two, kKey, "x");
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(first->answers() + second->answers(), 2);
}

TEST_F(S3Faults, AFastAnswerCausesNoSecondRequest) {
    const auto two = store();
    ASSERT_TRUE(put(*two, kKey, "x"));
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(run(two->get(kKey)));
    EXPECT_EQ(second->requests(), 0);
}

TEST_F(S3Faults, BytesThatChangedOnTheWayAreAnError) {
    const auto one = store(false);
    ASSERT_TRUE(put(*one, kKey, pattern(200'000)));
    EXPECT_FALSE(matches_checksum("AAAA", std::vector<std::uint8_t>(32)));
    EXPECT_TRUE(matches_checksum("", std::vector<std::uint8_t>(32)));
    EXPECT_TRUE(matches_checksum("AAAA-3", std::vector<std::uint8_t>(32)));
    first->set(Mode::flip, 100'000);
    const auto got = run(one->get(kKey));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, ErrorKind::unavailable);
    const auto streamed = run(read_all(*one, kKey));
    ASSERT_FALSE(streamed);
    EXPECT_EQ(streamed.error().kind, ErrorKind::unavailable);
    auto flipped = put(*one, kKey, pattern(200'000));  // answers are short: nothing is flipped
    EXPECT_TRUE(flipped) << flipped.error().detail;
}

TEST_F(S3Faults, APutWhoseBytesChangeOnTheWayIsRefused) {
    const auto one = store(false);
    first->set(Mode::flip_request, 100'000);
    const auto done = put(*one, kKey, pattern(200'000));
    ASSERT_FALSE(done);
    first->set(Mode::pass);
    EXPECT_EQ(run(one->get(kKey)).error().kind, ErrorKind::not_found);
}

/// Three nodes, replication factor 3.
class S3Cluster : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Garage::binary()) GTEST_SKIP() << Garage::kMissing;
        garage.emplace(testing::GarageOptions{.nodes = 3, .fsync = false});
        bench.emplace(*garage);
    }
    std::optional<Garage> garage;
    std::optional<GarageBench> bench;
};

TEST_F(S3Cluster, NothingIsLostAndReadsAndWritesGoOnWhenANodeIsKilledAndComesBack) {
    auto& store = bench->store();
    const auto key = [](int n) { return fmt::format("photos/01900000-0000-7000-8000-000000000abc/f/{}", n); };
    for (int n = 0; n < 90; ++n) {
        if (n == 30) garage->kill(0);
        if (n == 60) garage->restart(0);
        const auto done = put(store, key(n), key(n));
        ASSERT_TRUE(done) << n << ' ' << done.error().detail;
        EXPECT_EQ(run(store.get(key(n / 2))).value(), key(n / 2));
    }
    for (int n = 0; n < 90; ++n) EXPECT_EQ(run(store.get(key(n))).value(), key(n));
    EXPECT_EQ(run(store.list("", "", 1000)).value().items.size(), 90U);
}

TEST_F(S3Cluster, ReadsGoOnQuicklyWhenTheNearestNodeHangs) {
    auto& store = bench->store();
    ASSERT_TRUE(put(store, kKey, pattern(200'000)));
    garage->signal(0, SIGSTOP);
    Millis worst{0};
    for (int n = 0; n < 20; ++n) {
        const auto took = time_of([&] {
            const auto got = run(store.get(kKey));
            EXPECT_TRUE(got) << got.error().detail;
        });
        worst = std::max(worst, took);
    }
    const auto wrote = time_of([&] {
        const auto done = put(store, kKey + ".2", "x");
        EXPECT_TRUE(done) << done.error().detail;
    });
    garage->signal(0, SIGCONT);
    std::printf("while a node hung: reads %d ms at worst, a put %d ms\n", static_cast<int>(worst.count()),
                static_cast<int>(wrote.count()));
    EXPECT_TRUE(run(store.get(kKey + ".2")));
}

/// A photo's objects, as its deletion for good removes them: Garage waits for the node that hangs once for each.
TEST_F(S3Cluster, APhotosObjectsAreRemovedQuicklyWhenTheNearestNodeHangs) {
    constexpr int kObjects = 8;
    auto& store = bench->store();
    std::vector<std::string> keys;
    for (int n = 0; n < kObjects; ++n) {
        keys.push_back(fmt::format("photos/01900000-0000-7000-8000-000000000abc/f/{}", n));
        ASSERT_TRUE(put(store, keys.back(), "x"));
    }
    garage->signal(0, SIGSTOP);
    asio::io_context io;
    const auto took = time_of([&] {
        auto removed = asio::co_spawn(io, store.remove(keys), asio::use_future);
        while (removed.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io.run_one();
        const auto done = removed.get();
        EXPECT_TRUE(done) << done.error().detail;
    });
    garage->signal(0, SIGCONT);
    io.run();  // those that were begun at the node that hung end as well
    std::printf("while a node hung: %d objects were removed in %d ms\n", kObjects, static_cast<int>(took.count()));
    EXPECT_LT(took, Millis{4'000});
    for (const auto& key : keys) EXPECT_EQ(run(store.get(key)).error().kind, ErrorKind::not_found);
}

/// A put that is broken off at its very end makes Garage forget what another node had acknowledged.
TEST_F(S3Cluster, NothingAcknowledgedIsLostWhenANodeThatHungGoesOnWithItsPuts) {
    constexpr int kPuts = 16;
    std::vector<std::string> keys;
    for (int cycle = 0; cycle < 12; ++cycle) {
        const auto fresh = bench->open(bench->options());  // which does not know yet that the node hangs
        asio::io_context io;
        std::vector<std::future<Result<void>>> done;
        garage->signal(0, SIGSTOP);
        for (int n = 0; n < kPuts; ++n) {
            keys.push_back(fmt::format("photos/01900000-0000-7000-8000-000000000abc/f/{}-{}", cycle, n));
            std::vector<Put> puts;
            puts.push_back({keys.back(), pattern(20'000)});
            done.push_back(asio::co_spawn(io, fresh->put(std::move(puts)), asio::use_future));
        }
        // While the same puts are under way at another node.
        std::jthread wakes([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(500 + 5 * cycle));
            garage->signal(0, SIGCONT);
        });
        for (auto& one : done) {
            while (one.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io.run_one();
            const auto outcome = one.get();
            ASSERT_TRUE(outcome) << outcome.error().detail;
        }
        io.run();  // the puts that nobody waits for
    }
    for (const auto& key : keys) EXPECT_TRUE(run(bench->store().get(key))) << key;
}

/// A put that fails at its end for want of a quorum undoes what another node has acknowledged of the same.
TEST_F(S3Cluster, NothingAcknowledgedIsLostWhenPutsFailForWantOfAQuorum) {
    constexpr int kPuts = 24;
    auto options = bench->options();
    options.limits.hedge_put_after = Millis{5};  // each put is under way at two nodes
    std::vector<std::string> acknowledged;
    for (int cycle = 0; cycle < 20; ++cycle) {
        const auto fresh = bench->open(options);
        asio::io_context io;
        std::vector<std::pair<std::string, std::future<Result<void>>>> done;
        for (int n = 0; n < kPuts; ++n) {
            auto key = fmt::format("photos/01900000-0000-7000-8000-000000000abc/f/{}-{}", cycle, n);
            std::vector<Put> puts;
            puts.push_back({key, pattern(20'000)});
            done.emplace_back(std::move(key), asio::co_spawn(io, fresh->put(std::move(puts)), asio::use_future));
        }
        // Longer than nodes wait for each other: what is under way finds one node of three.
        std::jthread hangs([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(20 + 10 * cycle));
            for (const int node : {1, 2}) garage->signal(node, SIGSTOP);
            std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
            for (const int node : {1, 2}) garage->signal(node, SIGCONT);
        });
        for (auto& [key, outcome] : done) {
            while (outcome.wait_for(std::chrono::seconds(0)) != std::future_status::ready) io.run_one();
            if (outcome.get()) acknowledged.push_back(key);
        }
        io.run();  // the puts that nobody waits for
    }
    EXPECT_GT(acknowledged.size(), 100U);
    for (const auto& key : acknowledged) EXPECT_TRUE(run(bench->store().get(key))) << key;
}

}  // namespace
}  // namespace cadre::blobs::s3
