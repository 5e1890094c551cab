#include "redis/shards.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "redis/testing/cluster.h"
#include "redis/testing/run.h"

namespace cadre::redis {
namespace {

using namespace std::chrono_literals;
using testing::run;
using testing::TestCluster;

ShardNode node_of(std::string id, std::uint16_t port, std::string master_id, std::vector<std::pair<int, int>> slots) {
    ShardNode node;
    node.node.id = std::move(id);
    node.node.endpoint = {"10.0.0.1", port};
    node.node.master = master_id.empty();
    node.node.master_id = std::move(master_id);
    node.node.slots = std::move(slots);
    return node;
}

TEST(Shards, AreTheNodesWithSlotsAndWhoFollowsThem) {
    std::vector<ShardNode> nodes{node_of("r", 3, "b", {}), node_of("b", 2, "", {{8192, 16383}}),
                                 node_of("a", 1, "", {{5000, 8191}, {0, 4999}}), node_of("old", 4, "", {}),
                                 node_of("stray", 5, "old", {})};
    const auto found = arrange(std::move(nodes));
    ASSERT_EQ(found.shards.size(), 2U);
    EXPECT_EQ(found.shards[0].master.node.id, "a");
    EXPECT_EQ(found.shards[0].slots, (std::vector<std::pair<int, int>>{{0, 4999}, {5000, 8191}}));
    EXPECT_TRUE(found.shards[0].replicas.empty());
    ASSERT_EQ(found.shards[1].replicas.size(), 1U);
    EXPECT_EQ(found.shards[1].replicas[0].node.id, "r");
    ASSERT_EQ(found.others.size(), 2U);
    EXPECT_EQ(found.others[0].node.id, "old");
}

TEST(Shards, HaveEachAddressOnceAlsoWhileANodeIsMetAgain) {
    auto unknown = node_of("handshake", 1, "", {});
    unknown.node.failed = true;
    auto unknown_replica = node_of("handshake2", 2, "", {});
    unknown_replica.node.failed = true;
    auto forgotten = node_of("forgotten", 0, "", {});
    const auto found =
        arrange({unknown, forgotten, node_of("a", 1, "", {{0, 16383}}), unknown_replica, node_of("r", 2, "a", {})});
    ASSERT_EQ(found.shards.size(), 1U);
    EXPECT_EQ(found.shards[0].master.node.id, "a");
    ASSERT_EQ(found.shards[0].replicas.size(), 1U);
    EXPECT_EQ(found.shards[0].replicas[0].node.id, "r");
    EXPECT_TRUE(found.others.empty());
}

TEST(Shards, InfoSaysHowMuchANodeHoldsAndHowFarAReplicaIs) {
    auto replica = node_of("r", 3, "b", {});
    read_info(replica,
              "# Memory\r\nused_memory:1234\r\nmaxmemory:0\r\n# Replication\r\nrole:slave\r\nmaster_link_status:up\r\n"
              "slave_repl_offset:940\r\nmaster_sync_in_progress:0\r\nmaster_repl_offset:940\r\n");
    auto master = node_of("b", 2, "", {{0, 16383}});
    read_info(master, "used_memory:1\r\nrole:master\r\nmaster_repl_offset:1000\r\n");
    EXPECT_EQ(arrange({replica, master}).shards.at(0).replicas.at(0).behind, 60U);
    EXPECT_TRUE(replica.answers);
    EXPECT_EQ(replica.memory, 1234U);
    EXPECT_FALSE(replica.max_memory);
    EXPECT_EQ(replica.in_step, true);
    auto cut_off = node_of("r", 3, "b", {});
    read_info(cut_off, "maxmemory:4096\r\nmaster_link_status:down\r\nmaster_sync_in_progress:1\r\n");
    EXPECT_EQ(cut_off.max_memory, 4096U);
    EXPECT_EQ(cut_off.in_step, false);
    EXPECT_FALSE(arrange({cut_off, master}).shards.at(0).replicas.at(0).behind);
}

TEST(Shards, OfARealClusterShowAFailover) {
    if (!TestCluster::available()) GTEST_SKIP() << TestCluster::kMissing;
    TestCluster servers;
    Cluster cluster(servers.options());
    asio::io_context io;
    // A cluster that was just formed: every node hears of the others' roles soon.
    auto before = run(io, ask_shards(cluster));
    for (int tries = 0; tries < 100 && !(before && before->others.empty() && before->shards.size() == 3); ++tries) {
        std::this_thread::sleep_for(100ms);
        before = run(io, ask_shards(cluster));
    }
    ASSERT_TRUE(before) << before.error().detail;
    ASSERT_EQ(before->shards.size(), 3U);
    ASSERT_TRUE(before->others.empty());
    for (const auto& shard : before->shards) {
        EXPECT_GT(shard.master.memory.value_or(0), 0U);
        ASSERT_EQ(shard.replicas.size(), 1U);
        EXPECT_TRUE(shard.replicas[0].answers);
        EXPECT_TRUE(shard.replicas[0].in_step.has_value());
    }
    const auto lost = before->shards[0].master.node;
    for (std::size_t i = 0; i < servers.size(); ++i)
        if (servers.endpoint(i) == lost.endpoint) servers.kill(i);
    bool seen = false;
    for (int tries = 0; tries < 300 && !seen; ++tries) {
        const auto now = run(io, ask_shards(cluster));
        if (now && now->shards.size() == 3 && now->shards[0].master.node.id != lost.id) {
            seen = true;
            EXPECT_EQ(now->shards[0].master.node.id, before->shards[0].replicas[0].node.id);
            EXPECT_TRUE(now->shards[0].replicas.empty());
            ASSERT_EQ(now->others.size(), 1U);
            EXPECT_EQ(now->others[0].node.id, lost.id);
            EXPECT_FALSE(now->others[0].answers);
        }
        std::this_thread::sleep_for(100ms);
    }
    EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace cadre::redis
