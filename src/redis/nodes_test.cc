#include "redis/nodes.h"

#include <gtest/gtest.h>

namespace cadre::redis {
namespace {

Node master(std::string id, std::string host) {
    Node node;
    node.id = std::move(id);
    node.endpoint = {std::move(host), 7001};
    node.master = true;
    node.slots = {{0, 1}};
    return node;
}

Node replica(std::string id, std::string host, std::string of) {
    Node node;
    node.id = std::move(id);
    node.endpoint = {std::move(host), 7002};
    node.master_id = std::move(of);
    return node;
}

TEST(Promotion, LeavesAnEvenSpreadAlone) {
    EXPECT_FALSE(to_be_promoted({master("1", "a"), master("2", "b"), master("3", "c"), replica("4", "b", "1"),
                                 replica("5", "c", "2"), replica("6", "a", "3")}));
}

TEST(Promotion, GivesAMasterBackToTheMachineThatHasNone) {
    const auto promoted = to_be_promoted({replica("1", "a", "4"), master("2", "b"), master("3", "c"), master("4", "b"),
                                          replica("5", "c", "2"), replica("6", "a", "3")});
    ASSERT_TRUE(promoted);
    EXPECT_EQ(promoted->id, "1");
}

TEST(Promotion, WaitsForAMachineThatIsStillAway) {
    auto away = replica("1", "a", "4");
    away.failed = true;
    auto also_away = replica("6", "a", "3");
    also_away.failed = true;
    EXPECT_FALSE(to_be_promoted(
        {away, master("2", "b"), master("3", "c"), master("4", "b"), replica("5", "c", "2"), also_away}));
}

TEST(Promotion, DoesNothingWhereAllNodesAreOnOneMachine) {
    EXPECT_FALSE(to_be_promoted(
        {master("1", "a"), master("2", "a"), master("3", "a"), replica("4", "a", "1"), replica("5", "a", "2")}));
}

TEST(ClusterNodes, SaysWhoIsReachableAndWhere) {
    const auto nodes = parse_nodes(
        "07c3 127.0.0.1:30004@31004,hostname4 slave e7d1 0 1426238317239 4 connected\n"
        "67ed 127.0.0.1:30002@31002 master,fail - 0 1426238316232 2 connected 5461-10922\n"
        "292f 127.0.0.1:30003@31003 master - 0 1426238318243 3 disconnected 10923-16383\n"
        "e7d1 :30001@31001 myself,master - 0 0 1 connected 0-5460\n"
        "aaaa :0@0 master,noaddr - 1 1 1 connected\r\n\n");
    ASSERT_EQ(nodes.size(), 5U);
    EXPECT_TRUE(nodes[0].reachable);
    EXPECT_EQ(nodes[0].endpoint, (Endpoint{"127.0.0.1", 30004}));
    EXPECT_FALSE(nodes[1].reachable);
    EXPECT_FALSE(nodes[2].reachable);
    EXPECT_TRUE(nodes[3].myself);
    EXPECT_EQ(nodes[3].endpoint.host, "");
    EXPECT_FALSE(nodes[4].reachable);
    EXPECT_EQ(nodes[0].bus_port, 31004);
    EXPECT_FALSE(nodes[0].has_slots);
    EXPECT_TRUE(nodes[1].has_slots);
    EXPECT_TRUE(nodes[3].has_slots);
    EXPECT_FALSE(nodes[4].has_slots);
}

View view_of(std::uint16_t port, std::string_view cluster_nodes) {
    return {{"redis", port}, "127.0.0.1", parse_nodes(cluster_nodes)};
}

TEST(Meetings, ThoseThatDoNotKnowEachOtherMeetAtThePortOfTheirBus) {
    const std::vector<View> views{view_of(7001,
                                          "aaaa 127.0.0.1:7001@9001 myself,master - 0 0 1 connected 0-16383\n"
                                          "bbbb 127.0.0.9:7002@9002 slave aaaa 0 0 1 disconnected\n"),
                                  view_of(7002,
                                          "bbbb :7002@9002 myself,slave aaaa 0 0 1 connected\n"
                                          "aaaa 127.0.0.1:7001@9001 master - 0 0 1 connected 0-16383\n")};
    EXPECT_EQ(meetings_of(views), (std::vector<Meeting>{{{"redis", 7001}, {"127.0.0.1", 7002}, 9002}}));
}

TEST(Meetings, NodesThatWereNeverAClusterAreLeftToWhoeverFormsOne) {
    const std::vector<View> views{view_of(7001, "aaaa :7001@9001 myself,master - 0 0 0 connected\n"),
                                  view_of(7002, "bbbb :7002@9002 myself,master - 0 0 0 connected\n")};
    EXPECT_TRUE(meetings_of(views).empty());
}

TEST(Meetings, ANodeThatLostItsDiskIsMetByThoseThatDidNot) {
    const std::vector<View> views{view_of(7001, "aaaa 127.0.0.1:7001@9001 myself,master - 0 0 1 connected 0-16383\n"),
                                  view_of(7002, "bbbb :7002@9002 myself,master - 0 0 0 connected\n")};
    EXPECT_EQ(meetings_of(views).size(), 2U);
}

}  // namespace
}  // namespace cadre::redis
