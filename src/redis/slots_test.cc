#include "redis/slots.h"

#include <gtest/gtest.h>

#include "redis/resp.h"

namespace cadre::redis {
namespace {

const Endpoint kAsked{"10.0.0.9", 7009};

Reply parsed(std::string_view bytes) {
    Reader reader;
    reader.feed(bytes);
    Answer answer;
    EXPECT_EQ(reader.next(answer), Reader::Got::answer);
    return answer.reply;
}

// The cluster specification, appendix A, and what CLUSTER KEYSLOT of Redis 7.0 answers.
TEST(SlotOf, PublishedVectors) {
    EXPECT_EQ(slot_of("123456789"), 0x31C3 % 16384);
    EXPECT_EQ(slot_of(""), 0);
    EXPECT_EQ(slot_of("foo"), 12182);
    EXPECT_EQ(slot_of("bar"), 5061);
    EXPECT_EQ(slot_of("hello"), 866);
}

TEST(SlotOf, OnlyTheTagCountsWhereThereIsOne) {
    EXPECT_EQ(slot_of("{user1000}.following"), slot_of("{user1000}.followers"));
    EXPECT_EQ(slot_of("{user1000}.following"), slot_of("user1000"));
    EXPECT_EQ(slot_of("foo{{bar}}zap"), slot_of("{bar"));
    EXPECT_EQ(slot_of("foo{bar}{zap}"), slot_of("bar"));
    EXPECT_EQ(slot_of("foo{}{bar}"), 8363);  // an empty tag is none
    EXPECT_NE(slot_of("{a"), slot_of("a"));
}

TEST(ParseSlots, OfRedis7WithNamesAndOfRedis6) {
    const auto map =
        parse_slots(parsed("*2\r\n*4\r\n:0\r\n:8191\r\n"
                           "*4\r\n$9\r\n127.0.0.1\r\n:7001\r\n$3\r\nabc\r\n*0\r\n"
                           "*4\r\n$9\r\n127.0.0.1\r\n:7004\r\n$3\r\ndef\r\n*2\r\n$8\r\nhostname\r\n$1\r\nh\r\n"
                           "*3\r\n:8192\r\n:16383\r\n*3\r\n$0\r\n\r\n:7002\r\n$3\r\nghi\r\n"),
                    kAsked);
    ASSERT_TRUE(map);
    EXPECT_EQ(*map->master_of(0), (Endpoint{"127.0.0.1", 7001}));
    EXPECT_EQ(*map->master_of(8191), (Endpoint{"127.0.0.1", 7001}));
    EXPECT_EQ(*map->master_of(16383), (Endpoint{"10.0.0.9", 7002})) << "without a name it is the host that was asked";
    EXPECT_EQ(map->replicas, (std::vector<Endpoint>{{"127.0.0.1", 7004}}));
}

TEST(ParseSlots, WhatIsMalformedOrEmptyIsNoMap) {
    for (const char* answer :
         {"*0\r\n", "+OK\r\n", "*1\r\n:1\r\n", "*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:1\r\n",
          "*1\r\n*3\r\n:-1\r\n:5\r\n*2\r\n$1\r\na\r\n:1\r\n", "*1\r\n*3\r\n:5\r\n:4\r\n*2\r\n$1\r\na\r\n:1\r\n",
          "*1\r\n*3\r\n:0\r\n:5\r\n*2\r\n$1\r\na\r\n:99999\r\n"})
        EXPECT_FALSE(parse_slots(parsed(answer), kAsked)) << answer;
}

TEST(ParseSlots, ASlotWithoutAnOwnerHasNone) {
    const auto map = parse_slots(parsed("*1\r\n*3\r\n:5\r\n:6\r\n*2\r\n$1\r\na\r\n:1\r\n"), kAsked);
    ASSERT_TRUE(map);
    EXPECT_EQ(map->master_of(4), nullptr);
    EXPECT_NE(map->master_of(5), nullptr);
    EXPECT_EQ(map->master_of(7), nullptr);
}

TEST(ParseNodes, ALineWithoutANameIsLeftOut) {
    EXPECT_TRUE(parse_nodes(" 127.0.0.1:7001@17001 master - 0 0 1 connected 0-5\n", kAsked).empty());
}

TEST(ParseNodes, MastersReplicasFailuresAndSlots) {
    const auto nodes = parse_nodes(
        "07c3 127.0.0.1:30004@31004,hostname4 slave e7d1 0 1426238317239 4 connected\n"
        "67ed :30002@31002 myself,master - 0 1426238316232 2 connected 5461-10922 16000 [77->-e7d1]\n"
        "6ec2 127.0.0.1:30003@31003 master,fail - 0 1426238318243 3 disconnected\n"
        "broken line\n",
        kAsked);
    ASSERT_EQ(nodes.size(), 3U);
    EXPECT_EQ(nodes[0].endpoint, (Endpoint{"127.0.0.1", 30004}));
    EXPECT_FALSE(nodes[0].master);
    EXPECT_EQ(nodes[0].master_id, "e7d1");
    EXPECT_EQ(nodes[1].endpoint, (Endpoint{"10.0.0.9", 30002}));
    EXPECT_TRUE(nodes[1].master);
    EXPECT_EQ(nodes[1].slots, (std::vector<std::pair<int, int>>{{5461, 10922}, {16000, 16000}}));
    EXPECT_TRUE(nodes[2].failed);
}

TEST(ParseEndpoint, WithAndWithoutAHost) {
    EXPECT_EQ(parse_endpoint("::1:7001", kAsked), (Endpoint{"::1", 7001}));
    EXPECT_EQ(parse_endpoint(":7001", kAsked), (Endpoint{"10.0.0.9", 7001}));
    EXPECT_FALSE(parse_endpoint("7001", kAsked));
    EXPECT_FALSE(parse_endpoint("a:70010", kAsked));
}

}  // namespace
}  // namespace cadre::redis
