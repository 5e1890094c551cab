#include "redis/verdict.h"

#include <gtest/gtest.h>

namespace cadre::redis {
namespace {

using Kind = Verdict::Kind;
const Endpoint kAskedNode{"10.0.0.9", 7009};

TEST(Judge, RedirectionsNameWhereToGo) {
    const auto moved = judge("MOVED 3999 127.0.0.1:6381", kAskedNode);
    EXPECT_EQ(moved.kind, Kind::moved);
    EXPECT_EQ(moved.to, (Endpoint{"127.0.0.1", 6381}));
    const auto ask = judge("ASK 3999 :6381", kAskedNode);
    EXPECT_EQ(ask.kind, Kind::ask);
    EXPECT_EQ(ask.to, (Endpoint{"10.0.0.9", 6381}));
    EXPECT_EQ(judge("MOVED 3999 nonsense", kAskedNode).kind, Kind::refresh);
}

TEST(Judge, WhatWasNotCarriedOutIsTriedAgain) {
    EXPECT_EQ(judge("TRYAGAIN Multiple keys request during rehashing of slot", kAskedNode).kind, Kind::try_again);
    EXPECT_EQ(judge("LOADING Redis is loading the dataset in memory", kAskedNode).kind, Kind::try_again);
    EXPECT_EQ(judge("CLUSTERDOWN Hash slot not served", kAskedNode).kind, Kind::refresh);
    EXPECT_EQ(
        judge("ERR Script attempted to execute a write command while the cluster is down and readonly script: 5a, on "
              "@user_script:4.",
              kAskedNode)
            .kind,
        Kind::refresh);
    EXPECT_EQ(judge("READONLY You can't write against a read only replica.", kAskedNode).kind, Kind::refresh);
    EXPECT_EQ(judge("MASTERDOWN Link with MASTER is down", kAskedNode).kind, Kind::refresh);
    EXPECT_EQ(judge("NOSCRIPT No matching script.", kAskedNode).kind, Kind::no_script);
}

TEST(Judge, RefusalsSayWhatIsWrong) {
    for (const char* reply : {"NOAUTH Authentication required.", "WRONGPASS invalid username-password pair",
                              "ERR AUTH <password> called without any password configured for the default user"}) {
        const auto verdict = judge(reply, kAskedNode);
        EXPECT_EQ(verdict.kind, Kind::refused);
        EXPECT_EQ(verdict.error.kind, ErrorKind::unavailable);
        EXPECT_NE(verdict.error.message.find("password"), std::string::npos);
    }
    for (const char* reply :
         {"OOM command not allowed when used memory > 'maxmemory'.",
          "ERR Error running script (call to f_x): @user_script:1: -OOM command not allowed when used memory"}) {
        const auto verdict = judge(reply, kAskedNode);
        EXPECT_EQ(verdict.error.kind, ErrorKind::unavailable);
        EXPECT_TRUE(verdict.error.retry_after);
    }
    EXPECT_EQ(judge("WRONGTYPE Operation against a key", kAskedNode).error.kind, ErrorKind::internal);
}

TEST(Judge, ScriptsOfOursSayTheirKind) {
    EXPECT_EQ(judge("CADRE conflict it is newer", kAskedNode).error.kind, ErrorKind::conflict);
    EXPECT_EQ(judge("CADRE conflict it is newer", kAskedNode).error.detail, "it is newer");
    EXPECT_EQ(judge("CADRE not_found x script: 5a, on @user_script:1.", kAskedNode).error.detail, "x");
    EXPECT_EQ(judge("CADRE unavailable incomplete", kAskedNode).error.kind, ErrorKind::unavailable);
    EXPECT_EQ(judge("CADRE nonsense", kAskedNode).error.kind, ErrorKind::internal);
}

}  // namespace
}  // namespace cadre::redis
