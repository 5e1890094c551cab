// What a server says of itself and of the stores: vitals, figures for monitoring, names of machines.
#include <gmock/gmock.h>

#include "cli/fleet/figures.h"
#include "cli/fleet/machines.h"
#include "cli/vitals.h"

namespace cadre::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kDurations = "cadre_http_request_duration_seconds";
constexpr const char* kRequests = "cadre_http_requests_total";

TEST(Vitals, TellRequestsErrorsAndTheNinetyNinthPercentileOfTheLastSeconds) {
    http::Metrics metrics;
    auto& durations = metrics.histogram(kDurations, "", {{"route", "/"}});
    auto& good = metrics.counter(kRequests, "", {{"route", "/"}, {"status", "200"}});
    auto& bad = metrics.counter(kRequests, "", {{"route", "/"}, {"status", "503"}});
    auto& health = metrics.counter(kRequests, "", {{"route", "/livez"}, {"status", "200"}});
    auto& events = metrics.histogram(kDurations, "", {{"route", "/api/v1/events"}});
    Vitals vitals(metrics);
    gallery::Process none;
    vitals.fill(none);
    EXPECT_FALSE(none.requests_per_s);

    MonotonicTime now{Millis(1000)};
    vitals.sample(now);
    for (int second = 0; second < 12; ++second) {
        for (int i = 0; i < 100; ++i) {
            durations.observe(i < 98 ? 2'000 : 90'000);
            (i < 95 ? good : bad).add();
            health.add();
        }
        events.observe(3'600'000'000);
        vitals.sample(now += Millis(1000));
    }
    gallery::Process busy;
    vitals.fill(busy);
    EXPECT_DOUBLE_EQ(*busy.requests_per_s, 100);
    EXPECT_DOUBLE_EQ(*busy.errors_per_s, 5);
    EXPECT_GT(*busy.p99_ms, 50);
    EXPECT_LE(*busy.p99_ms, 100);
    EXPECT_EQ(busy.requests, std::vector<std::uint32_t>(12, 100));

    for (int second = 0; second < 70; ++second) vitals.sample(now += Millis(1000));
    gallery::Process idle;
    vitals.fill(idle);
    EXPECT_DOUBLE_EQ(*idle.requests_per_s, 0);
    EXPECT_FALSE(idle.p99_ms) << "of nothing there is no percentile";
    EXPECT_EQ(idle.requests, std::vector<std::uint32_t>(60, 0));
}

TEST(Quantile, LiesWithinItsBucketAndBelowTheLastBound) {
    http::Histogram::Buckets buckets{};
    EXPECT_FALSE(http::Histogram::quantile(buckets, 0.5));
    buckets[1] = 100;  // 500 to 1000 µs
    EXPECT_DOUBLE_EQ(*http::Histogram::quantile(buckets, 0.5), 750);
    EXPECT_DOUBLE_EQ(*http::Histogram::quantile(buckets, 1), 1000);
    buckets.back() = 100;  // longer than all bounds
    EXPECT_DOUBLE_EQ(*http::Histogram::quantile(buckets, 0.99), 30e6);
}

TEST(Machines, AreNamedByTheirAddresses) {
    const auto machines = Machines::parse("node-a=10.0.0.1,node-b=10.0.0.2");
    ASSERT_TRUE(machines);
    EXPECT_EQ(machines->of("10.0.0.2"), "node-b");
    EXPECT_EQ(machines->of("10.0.0.3"), "10.0.0.3");
    EXPECT_EQ(Machines::parse("")->of("x"), "x");
    for (const char* wrong : {"node-a", "=10.0.0.1", "node-a=", "a=1,,b=2"}) {
        const auto refused = Machines::parse(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    }
}

TEST(Figures, OfAReplicaThatHasASuccessorAreThoseOfTheLivelierOne) {
    gallery::Sight sight;
    gallery::Process old, successor;
    old.name = successor.name = "app-1@a";
    old.role = successor.role = "serve";
    old.age = Millis(4'000);
    successor.age = Millis(500);
    sight.processes.value = {old, successor};
    sight.processes.read = sight.at;
    const auto text = figures_of(sight);
    EXPECT_THAT(text, HasSubstr("cadre_process_silent_seconds{name=\"app-1@a\",role=\"serve\",machine=\"\"} 0.5\n"));
    EXPECT_THAT(text, Not(HasSubstr("} 4\n")));
}

TEST(Figures, AreWhatWasReadLatelyAndNothingElse) {
    gallery::Sight sight;
    sight.at = MonotonicTime(Millis(100'000));
    sight.time = WallTime(Millis(1'700'000'000'000));
    sight.self.name = "app\"1";
    EXPECT_THAT(figures_of(sight), HasSubstr("name=\"app\\\"1\""));
    EXPECT_THAT(figures_of(sight), Not(HasSubstr("cadre_jobs")));

    sight.queue.value.waiting = 3;
    sight.queue.value.oldest = sight.time - Millis(90'500);
    sight.catalog.value.slots = 16384;
    gallery::CatalogShard shard;
    shard.slots = {{0, 16000}};
    shard.master.name = "10.0.0.1:7001";
    shard.master.up = true;
    shard.replicas.resize(2);
    shard.replicas[0].up = true;
    shard.replicas[0].name = "10.0.0.2:7001";
    shard.replicas[0].behind = 17;
    sight.catalog.value.shards.push_back(shard);
    sight.blobs.value.nodes.push_back({"disk", "m", true, 10, 100, {}, 4});
    sight.queue.read = sight.catalog.read = sight.blobs.read = sight.at;
    const auto text = figures_of(sight);
    for (const char* line : {"cadre_jobs{state=\"waiting\"} 3\n", "cadre_jobs_oldest_seconds 90.5\n",
                             "cadre_catalog_shard_replicas{shard=\"0\"} 1\n", "cadre_catalog_slots_missing 383\n",
                             "cadre_catalog_replica_behind_bytes{node=\"10.0.0.2:7001\"} 17\n",
                             "cadre_blob_free_bytes{node=\"disk\",machine=\"m\"} 10\n",
                             "cadre_blob_repair_errors{node=\"disk\",machine=\"m\"} 4\n", "cadre_health 2\n"})
        EXPECT_THAT(text, HasSubstr(line));

    sight.at += Millis(60'000);
    EXPECT_THAT(figures_of(sight), Not(HasSubstr("cadre_jobs")));
    EXPECT_THAT(figures_of(sight), Not(HasSubstr("cadre_catalog")));
}

}  // namespace
}  // namespace cadre::cli
