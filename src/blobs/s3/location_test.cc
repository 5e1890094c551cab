#include "blobs/s3/location.h"

#include <gtest/gtest.h>

namespace cadre::blobs::s3 {
namespace {

TEST(S3Location, HasBucketEndpointsAndRegion) {
    const auto location = parse_location(
        "s3://my-photos?endpoint=http://10.0.0.1:3900,http://[fd00::2]:3900,http://three&region=garage&choose=turns");
    ASSERT_TRUE(location) << location.error().message;
    EXPECT_EQ(location->bucket, "my-photos");
    ASSERT_EQ(location->endpoints.size(), 3U);
    EXPECT_EQ(location->endpoints[0].authority(), "10.0.0.1:3900");
    EXPECT_EQ(location->endpoints[1].authority(), "[fd00::2]:3900");
    EXPECT_EQ(location->endpoints[2].authority(), "three");
    EXPECT_EQ(location->region, "garage");
    EXPECT_EQ(location->choice, Choice::turns);
}

TEST(S3Location, HasARegionAndAChoiceOfItsOwn) {
    const auto location = parse_location("s3://photos?endpoint=http://localhost:3900");
    ASSERT_TRUE(location) << location.error().message;
    EXPECT_EQ(location->region, "us-east-1");
    EXPECT_EQ(location->choice, Choice::first);
}

TEST(S3Location, SaysWhatIsWrong) {
    const std::vector<std::pair<const char*, const char*>> wrong{
        {"files:/tmp", "does not begin with s3://"},
        {"s3://", "names no bucket"},
        {"s3://Photos?endpoint=http://a", "names no bucket"},
        {"s3://a/b?endpoint=http://a", "names no bucket"},
        {"s3://photos", "says no endpoint"},
        {"s3://photos?endpoint=", "no value"},
        {"s3://photos?endpoint=http://a:x", "has no valid port"},
        {"s3://photos?endpoint=localhost:3900", "does not begin with http:// or https://"},
        {"s3://photos?endpoint=https://a", "TLS is not there yet"},
        {"s3://photos?endpoint=http://a/path", "must have no path"},
        {"s3://photos?endpoint=http://a&zone=b", "“zone”, which is unknown"},
        {"s3://photos?endpoint=http://a&choose=last", "must have “first” or “turns”"},
        {"s3://photos?endpoint=http://a&region=%zz", "“region” no value"},
    };
    for (const auto& [text, sentence] : wrong) {
        const auto location = parse_location(text);
        ASSERT_FALSE(location) << text;
        EXPECT_EQ(location.error().kind, ErrorKind::invalid);
        EXPECT_NE(location.error().message.find(sentence), std::string::npos) << location.error().message;
    }
}

}  // namespace
}  // namespace cadre::blobs::s3
