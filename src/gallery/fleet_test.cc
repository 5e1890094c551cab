// How the gallery is: what processes say of themselves, what is read how often, and the verdict over it.
#include "gallery/fleet.h"

#include <gmock/gmock.h>

#include <thread>

#include "gallery/testing/library.h"
#include "gallery/verdict.h"

namespace cadre::gallery {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Process process_of(std::string id, std::string name, std::string role, std::string state = "ready") {
    Process process;
    process.id = std::move(id);
    process.name = std::move(name);
    process.role = std::move(role);
    process.machine = "node-a";
    process.version = "1";
    process.state = std::move(state);
    process.started = WallTime(Millis(1'700'000'000'000));
    return process;
}

TEST(Processes, AreReadAsTheyWereWrittenAndOlderOrNewerOnesToo) {
    auto process = process_of("x", "app-1@node-a", "serve");
    process.requests_per_s = 2.5;
    process.errors_per_s = 0;
    process.p99_ms = 12.25;
    process.requests = {0, 7, 4'000'000'000};
    const auto read = parse_process(text_of(process));
    ASSERT_TRUE(read);
    EXPECT_EQ(text_of(*read), text_of(process));
    EXPECT_EQ(read->requests, process.requests);
    EXPECT_EQ(read->started, process.started);

    const auto bare = parse_process(R"({"id": "x", "name": "n", "role": "serve", "tomorrow": [1]})");
    ASSERT_TRUE(bare);
    EXPECT_FALSE(bare->p99_ms);
    EXPECT_FALSE(parse_process(R"({"name": "n", "role": "serve"})"));
    EXPECT_FALSE(parse_process("[]"));
    EXPECT_FALSE(parse_process("{"));
    const auto odd = parse_process(R"({"id": "x", "name": "n", "role": "serve", "requests": [-1, "a", 3]})");
    ASSERT_TRUE(odd);
    EXPECT_THAT(odd->requests, ElementsAre(0U, 3U));
}

TEST(BlobState, IsReadAsItWasWritten) {
    BlobState state;
    state.kind = "garage";
    state.nodes.push_back({"10.0.0.1:3901", "node-a", true, 10, 100, 3, 0});
    state.nodes.push_back({"10.0.0.2:3901", "node-b", false, {}, {}, {}, {}});
    const auto read = parse_blob_state(text_of(state));
    ASSERT_TRUE(read);
    EXPECT_EQ(text_of(*read), text_of(state));
    EXPECT_FALSE(read->nodes.at(1).free);
    EXPECT_FALSE(parse_blob_state(R"({"kind": "garage"})"));
    EXPECT_FALSE(parse_blob_state("7"));
}

class ProbeOfTests final : public StoreProbe {
public:
    Task<CatalogState> catalog() override {
        ++asked;
        if (away) co_return fail(ErrorKind::unavailable, "It is away.");
        CatalogState state;
        state.kind = "sqlite";
        co_return state;
    }
    Task<BlobState> blobs() override {
        BlobState state;
        state.kind = "files";
        state.nodes.push_back({"disk", "node-a", true, 90, 100, {}, {}});
        co_return state;
    }
    int asked = 0;
    bool away = false;
};

class FleetTest : public testing::LibraryTest {
protected:
    void SetUp() override {
        auto probe = std::make_unique<ProbeOfTests>();
        probe_ = probe.get();
        Fleet::Options options;
        options.shared = true;
        options.self = [] { return process_of("me", "app-1", "serve"); };
        options.probe = std::move(probe);
        fleet_.emplace(gallery_->stores(), std::move(options));
        parts_ = fleet_->parts();
    }

    void renew() {
        for (const auto& part : parts_) ask(part.renew());
    }
    Sight look() {
        renew();
        return ask(looked());
    }
    Task<Sight> looked() { co_return co_await fleet_->look(); }

    ProbeOfTests* probe_ = nullptr;
    std::optional<Fleet> fleet_;
    std::vector<Fleet::Part> parts_;
};

TEST_F(FleetTest, ManyLooksAreOneQuestionASecondAndNoneIsOneInTen) {
    renew();
    EXPECT_EQ(probe_->asked, 1);
    clock_.advance(5s);
    renew();
    EXPECT_EQ(probe_->asked, 1) << "nobody looks";
    clock_.advance(5s);
    renew();
    EXPECT_EQ(probe_->asked, 2);
    for (int i = 0; i < 20; ++i) look();
    EXPECT_EQ(probe_->asked, 2) << "it was read in this second";
    clock_.advance(1s);
    for (int i = 0; i < 20; ++i) look();
    EXPECT_EQ(probe_->asked, 3);
}

TEST_F(FleetTest, WhatCannotBeReadStaysAsItWasAndGetsOlder) {
    EXPECT_EQ(look().catalog.value.kind, "sqlite");
    probe_->away = true;
    clock_.advance(2s);
    const auto sight = look();
    EXPECT_EQ(sight.catalog.value.kind, "sqlite");
    EXPECT_EQ(sight.catalog.problem, "It is away.");
    EXPECT_GE(sight.at - *sight.catalog.read, Millis(2000));
    EXPECT_TRUE(sight.blobs.problem.empty());
    EXPECT_NE(judge(sight).health, Health::unavailable) << "for a moment that is no news";
    clock_.advance(20s);
    EXPECT_EQ(judge(look()).reasons.front().code, "catalog_unknown");
    probe_->away = false;
    clock_.advance(2s);
    EXPECT_TRUE(look().catalog.problem.empty());
}

TEST_F(FleetTest, ProcessesAreThereLostSucceededAndForgotten) {
    auto& catalog = gallery_->stores().catalog;
    Presence first(catalog, [] { return process_of("1", "app-1", "serve"); });
    Presence second(catalog, [] { return process_of("2", "app-2", "serve"); });
    Presence keeper(catalog, [] { return process_of("3", "keeper", "keeper", "active"); });
    for (auto* one : {&keeper, &second, &first}) ask(one->beat());
    const auto names = [&] {
        std::vector<std::string> all;
        for (const auto& process : ask(processes(catalog)))
            all.push_back(process.name + (process.lost() ? " lost" : ""));
        return all;
    };
    EXPECT_THAT(names(), ElementsAre("app-1", "app-2", "keeper"));
    clock_.advance(6s);
    ask(first.beat());
    EXPECT_THAT(names(), ElementsAre("app-1", "app-2 lost", "keeper lost"));
    Presence successor(catalog, [] { return process_of("4", "app-2", "serve"); });
    ask(successor.beat());
    EXPECT_THAT(names(), ElementsAre("app-1", "app-2", "keeper lost")) << "the one that fell silent was replaced";
    ask(successor.leave());
    EXPECT_EQ(ask(processes(catalog)).at(1).state, "stopping");
    clock_.advance(4s);
    ask(first.beat());
    EXPECT_THAT(names(), ElementsAre("app-1", "app-2 lost", "keeper lost")) << "only its predecessor is left of it";
    clock_.advance(60s);
    EXPECT_THAT(names(), IsEmpty());
    const auto noted = ask(notes(catalog, clock_));
    ASSERT_EQ(noted.size(), 1U);
    EXPECT_EQ(noted[0].kind, "stopping");
    EXPECT_EQ(noted[0].by, "app-2");
    EXPECT_LE(noted[0].at, clock_.now() - Millis(64'000));
}

// ---- the verdict

/// Three shards on three machines, two replicas of the program, a worker and a keeper: all is well.
Sight well() {
    Sight sight;
    sight.shared = true;
    sight.at = MonotonicTime(Millis(1'000'000));
    sight.time = WallTime(Millis(1'700'000'000'000));
    sight.processes.value = {process_of("1", "app-1", "serve"), process_of("2", "app-2", "serve"),
                             process_of("3", "worker", "worker"), process_of("4", "keeper", "keeper", "active")};
    sight.catalog.value.kind = "redis";
    sight.catalog.value.slots = 16384;
    const auto node = [](std::string machine) {
        CatalogNode made;
        made.name = machine + ":7001";
        made.machine = std::move(machine);
        made.up = true;
        made.in_step = true;
        return made;
    };
    sight.catalog.value.shards = {{{{0, 5460}}, node("a"), {node("b")}},
                                  {{{5461, 10922}}, node("b"), {node("c")}},
                                  {{{10923, 16383}}, node("c"), {node("a")}}};
    sight.blobs.value.kind = "garage";
    for (const char* name : {"a", "b", "c"})
        sight.blobs.value.nodes.push_back(
            {name, name, true, std::uint64_t{500} << 30, std::uint64_t{1000} << 30, 0, 0});
    sight.processes.read = sight.catalog.read = sight.blobs.read = sight.queue.read = sight.at;
    return sight;
}

std::vector<std::string> codes_of(const Sight& sight) {
    std::vector<std::string> codes;
    for (const auto& reason : judge(sight).reasons) {
        EXPECT_TRUE(reason.detail.ends_with(".")) << reason.detail;
        codes.push_back(reason.code);
    }
    return codes;
}

TEST(Verdict, OfAGalleryThatIsWellHasNoReason) {
    EXPECT_THAT(codes_of(well()), IsEmpty());
    EXPECT_EQ(judge(well()).health, Health::healthy);
}

TEST(Verdict, NamesWhatOneMoreLossWouldTakeAway) {
    auto sight = well();
    sight.processes.value[1].age = 8s;
    EXPECT_THAT(codes_of(sight), ElementsAre("process_lost", "one_replica"));
    EXPECT_EQ(judge(sight).health, Health::degraded);
    sight = well();
    sight.processes.value[2].state = "stopping";
    sight.processes.value[3].age = 8s;
    EXPECT_THAT(codes_of(sight), ElementsAre("process_lost", "no_worker", "no_keeper"));
    sight = well();
    sight.catalog.value.shards[0].replicas.clear();
    EXPECT_THAT(codes_of(sight), ElementsAre("shard_without_replica"));
    EXPECT_EQ(judge(sight).reasons[0].subject, "0-5460");
    sight = well();
    sight.catalog.value.shards[1].replicas[0].up = false;
    EXPECT_THAT(codes_of(sight), ElementsAre("shard_without_replica", "catalog_node_down"));
    sight = well();
    sight.catalog.value.shards[2].replicas[0].machine = "c";
    EXPECT_THAT(codes_of(sight), ElementsAre("shard_on_one_machine"));
    sight = well();
    sight.catalog.value.shards[2].replicas[0].behind = kBehind + 1;
    sight.catalog.value.shards[0].replicas[0].in_step = false;
    EXPECT_THAT(codes_of(sight), ElementsAre("replica_behind", "replica_behind"));
    sight = well();
    sight.blobs.value.nodes[1].up = false;
    sight.blobs.value.nodes[0].errors = 2;
    sight.blobs.value.nodes[2].free = std::uint64_t{1} << 30;
    EXPECT_THAT(codes_of(sight), ElementsAre("blob_errors", "blob_node_down", "disk_low"));
    sight = well();
    sight.queue.value.oldest = sight.time - kQueueOld - 1min;
    EXPECT_THAT(codes_of(sight), ElementsAre("queue_old"));
}

TEST(Verdict, IsTheWorstOfItsReasonsWhichComesFirst) {
    auto sight = well();
    sight.processes.value[3].age = 8s;
    sight.catalog.value.shards[1].master.up = false;
    EXPECT_EQ(judge(sight).health, Health::unavailable);
    EXPECT_THAT(codes_of(sight), ElementsAre("shard_without_master", "process_lost", "no_keeper"));
    sight = well();
    sight.catalog.value.shards.pop_back();
    EXPECT_THAT(codes_of(sight), ElementsAre("slots_uncovered"));
    EXPECT_EQ(judge(sight).reasons[0].subject, "5461");
    sight = well();
    sight.blobs.value.nodes[0].up = sight.blobs.value.nodes[1].up = false;
    EXPECT_EQ(codes_of(sight).front(), "blobs_down");
    sight.blobs.value.kind = "s3";  // addresses of one store: one is enough
    EXPECT_THAT(codes_of(sight), ElementsAre("blob_node_down", "blob_node_down"));
}

TEST(Verdict, TakesNothingForTrueThatWasReadLongAgo) {
    auto sight = well();
    sight.processes.value[1].age = 8s;
    sight.at += 60s;
    EXPECT_THAT(codes_of(sight), ElementsAre("catalog_unknown", "processes_unknown", "blobs_unknown", "queue_unknown"));
    sight = well();
    sight.blobs.value.age = 60s;  // a keeper said so a minute ago
    EXPECT_THAT(codes_of(sight), ElementsAre("blobs_unknown"));
    EXPECT_THAT(codes_of(Sight{}),
                ElementsAre("catalog_unknown", "processes_unknown", "blobs_unknown", "queue_unknown"));
}

TEST(Verdict, OfSoloAsksForNoFleet) {
    auto sight = well();
    sight.shared = false;
    sight.processes.value.resize(1);
    sight.catalog.value = {};
    sight.blobs.value.kind = "files";
    sight.blobs.value.nodes.resize(1);
    EXPECT_THAT(codes_of(sight), IsEmpty());
    sight.processes.value[0].state = "rebuilding";
    EXPECT_THAT(codes_of(sight), ElementsAre("rebuilding"));
}

}  // namespace
}  // namespace cadre::gallery
