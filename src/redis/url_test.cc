#include "redis/url.h"

#include <gtest/gtest.h>

namespace cadre::redis {
namespace {

TEST(RedisUrl, NamesSeedsPrefixAndTls) {
    const auto parsed = parse_url("rediss://a:7001,10.0.0.2:7002,[::1]:7003?prefix=photos-2");
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->tls);
    EXPECT_EQ(parsed->prefix, "photos-2");
    const std::vector<Endpoint> seeds{{"a", 7001}, {"10.0.0.2", 7002}, {"::1", 7003}};
    EXPECT_EQ(parsed->seeds, seeds);
}

TEST(RedisUrl, HasAPrefixWithoutBeingTold) {
    const auto parsed = parse_url("redis://a:7001/");
    ASSERT_TRUE(parsed);
    EXPECT_FALSE(parsed->tls);
    EXPECT_EQ(parsed->prefix, "cadre");
}

TEST(RedisUrl, RefusesWhatItDoesNotUnderstandWithASentence) {
    for (const auto* url : {"redis:", "redis://", "redis://a", "redis://a:", "redis://a:0", "redis://a:65536",
                            "redis://:7001", "redis://a:7001,", "redis://a:7001?prefix=", "redis://a:7001?prefix={x}",
                            "redis://a:7001?db=1", "http://a:7001", "redis://a:7001x"}) {
        const auto parsed = parse_url(url);
        ASSERT_FALSE(parsed) << url;
        EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
        EXPECT_TRUE(parsed.error().message.ends_with('.')) << parsed.error().message;
    }
}

}  // namespace
}  // namespace cadre::redis
