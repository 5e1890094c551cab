// What the catalog does when servers hang, die, are full, or want a password: it refuses as unavailable, and what was
// written before, or is written again, is all there afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "catalog/redis/layout.h"
#include "catalog/redis/testing.h"
#include "catalog/suite_timelines.h"

namespace cadre::catalog::redis {
namespace {

using namespace std::chrono_literals;

/// Everybody's photos, all in one month, and a second thread that does harm meanwhile.
class CatalogFaults : public CatalogTimelines {
protected:
    void TearDown() override {
        if (testing::TestCluster::available()) servers().heal();
    }
    static testing::TestCluster& servers() { return testing::TestCluster::shared(); }

    Truth photo(int number, std::int64_t n) {
        Truth photo;
        const auto set = [&](const char* name, json::value value) { photo.facts.set(name, std::move(value), {n, 7}); };
        set("owner", json::string(owners_[static_cast<std::size_t>(number) % 2].text()));
        set("access", json::object{{"visibility", (number + n) % 3 == 0 ? "private" : "public"},
                                   {"key", json::string(std::to_string(number) + "-" + std::to_string(n))}});
        set("taken_at", json::string("2024-05-0" + std::to_string(1 + number % 9) + "T10:00:00Z"));
        photo.derived.set("state", "ready", {n, 7});
        return photo;
    }
    /// Applies `count` photos, and again; returns how many were refused. Others than refusals fail the test.
    int write(int count, std::int64_t n) {
        std::vector<Task<bool>> steps;
        for (int i = 0; i < count; ++i) {
            const auto id = some_id(static_cast<std::uint64_t>(i));
            auto truth = photo(i, n);
            join(model_.photos[id], truth);
            steps.push_back(apply_now({Kind::photo, id}, model_.photos[id]));
        }
        int refused = 0;
        for (const auto& outcome : run_all(std::move(steps), 2)) {
            if (outcome) continue;
            ++refused;
            EXPECT_EQ(outcome.error().kind, ErrorKind::unavailable) << outcome.error().detail;
        }
        return refused;
    }
    /// What repair does: sets every entry to its truth, then what follows from entries.
    void repair() {
        for (const auto& [id, truth] : model_.photos) {
            const Ref ref{Kind::photo, id};
            const auto entry = ok(catalog_->get(ref));
            EXPECT_TRUE(ok(catalog_->replace(ref, entry ? entry->version : 0, truth)));
        }
        audit(*catalog_);
    }
    void compare_all() {
        for (const auto& view : views()) compare(view);
    }
};

const SuiteDriver kRedis{"Redis", testing::make_stores};
INSTANTIATE_TEST_SUITE_P(Redis, CatalogFaults, ::testing::Values(kRedis), name_of_driver);

TEST_P(CatalogFaults, ConnectionsThatAreCutAllTheTimeCostNothingThatWasWritten) {
    std::atomic<bool> over = false;
    std::jthread harm([&] {
        while (!over) {
            for (std::size_t node = 0; node < servers().size(); ++node)
                servers().say(node, {"CLIENT", "KILL", "TYPE", "normal"});
            std::this_thread::sleep_for(20ms);
        }
    });
    for (std::int64_t n = 1; n <= 6; ++n) EXPECT_EQ(write(150, n), 0) << "applies may be sent again";
    over = true;
    harm.join();
    compare_all();
}

TEST_P(CatalogFaults, AServerThatHangsAWhileRefusesItsPartAndNothingIsHalfAfterwards) {
    write(100, 1);
    std::jthread harm([&] {
        std::this_thread::sleep_for(50ms);
        servers().stop(1);
        std::this_thread::sleep_for(700ms);  // shorter than a failover
        servers().go_on(1);
    });
    for (std::int64_t n = 2; n <= 6; ++n) write(100, n);
    harm.join();
    servers().heal();
    EXPECT_EQ(write(100, 7), 0);
    compare_all();
}

TEST_P(CatalogFaults, AfterAFailoverInTheMiddleOfWritesRepairAndAuditMakeItWhole) {
    write(100, 1);
    std::jthread harm([&] {
        std::this_thread::sleep_for(50ms);
        servers().kill(servers().master_of(
            Layout(dynamic_cast<testing::RedisStores&>(*stores_).prefix(), suite_declared()).marker(0)));
    });
    for (std::int64_t n = 2; n <= 8; ++n) write(100, n);
    harm.join();
    servers().heal();
    repair();
    compare_all();
    EXPECT_TRUE(ok(catalog_->complete()));
}

TEST_P(CatalogFaults, AllServersGoneIsUnavailableAndNotEmpty) {
    write(20, 1);
    const auto lease = ok(catalog_->lease("x", Millis(60'000)));
    for (std::size_t node = 0; node < servers().size(); ++node) servers().stop(node);
    EXPECT_EQ(refusal(catalog_->timeline({})), ErrorKind::unavailable);
    EXPECT_EQ(refusal(catalog_->get({Kind::photo, some_id(1)})), ErrorKind::unavailable);
    EXPECT_EQ(refusal(catalog_->complete()), ErrorKind::unavailable);
    EXPECT_EQ(refusal(catalog_->check()), ErrorKind::unavailable);
    ok(catalog_->release(lease));  // nobody waits for a release
    for (std::size_t node = 0; node < servers().size(); ++node) servers().go_on(node);
    servers().heal();
    repair();
    compare_all();
}

/// A cluster of its own: small, without replicas, with a password.
TEST_P(CatalogFaults, AWrongPasswordIsToldAndAFullStoreRefusesWritesAndGoesOnReading) {
    testing::TestCluster own({.masters = 3, .replicas = 0, .password = "right"});
    auto wrong = own.options();
    wrong.password = "wrong";
    cadre::redis::Cluster denied(wrong);
    const auto shut = redis::open(denied, {"cadre:", 64, suite_declared()}, clock_, random_);
    auto refused = run(shut->timeline({}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("password"));

    cadre::redis::Cluster cluster(own.options());
    catalog_ = redis::open(cluster, {"cadre:", 64, suite_declared()}, clock_, random_);
    complete(*catalog_);
    EXPECT_EQ(write(200, 1), 0);
    for (std::size_t node = 0; node < own.size(); ++node) own.say(node, {"CONFIG", "SET", "maxmemory", "1"});
    EXPECT_EQ(write(200, 2), 200);
    EXPECT_TRUE(ok(catalog_->get({Kind::photo, some_id(1)})));
    EXPECT_GT(ok(catalog_->timeline({})).total, 0U);
    EXPECT_EQ(refusal(catalog_->check()), ErrorKind::unavailable);
    for (std::size_t node = 0; node < own.size(); ++node) own.say(node, {"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_EQ(write(200, 3), 0);
    compare_all();
    catalog_.reset();
}

}  // namespace
}  // namespace cadre::catalog::redis
