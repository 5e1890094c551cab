// The vectors are Amazon's: of its Signature Version 4 test suite (service "service") and of the examples in S3's
// documentation (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
#include "blobs/s3/signer.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace cadre::blobs::s3 {
namespace {

using http::Headers;

constexpr WallTime kSuiteTime{std::chrono::seconds(1440938160)};     // 2015-08-30T12:36:00Z
constexpr WallTime kExamplesTime{std::chrono::seconds(1369353600)};  // 2013-05-24T00:00:00Z
constexpr std::string_view kSuiteHost = "example.amazonaws.com";
constexpr std::string_view kExamplesHost = "examplebucket.s3.amazonaws.com";

struct Vector {
    const char* name;
    const char* method;
    std::string target;
    Headers fields;
    std::string payload;
    const char* names;
    const char* signature;
};

TEST(Signer, GivesTheSignaturesOfTheTestSuite) {
    const Signer signer({"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, "us-east-1", "service");
    const Headers date{{"X-Amz-Date", "20150830T123600Z"}};
    Headers duplicate{{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}};
    duplicate.add("X-Amz-Date", "20150830T123600Z");
    Headers spaces{{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}, {"X-Amz-Date", "20150830T123600Z"}};
    Headers form{{"Content-Type", "application/x-www-form-urlencoded"}, {"X-Amz-Date", "20150830T123600Z"}};
    const std::vector<Vector> vectors{
        {"get-vanilla", "GET", "/", date, "", "host;x-amz-date",
         "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        {"get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1", date, "", "host;x-amz-date",
         "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        {"get-vanilla-query-order-value", "GET", "/?Param1=value2&Param1=value1", date, "", "host;x-amz-date",
         "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
        {"get-vanilla-utf8-query", "GET", "/?" + http::percent_encode("\u1234") + "=bar", date, "", "host;x-amz-date",
         "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
        {"get-utf8", "GET", http::percent_encode("/\u1234", true), date, "", "host;x-amz-date",
         "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        {"get-space", "GET", http::percent_encode("/example space/", true), date, "", "host;x-amz-date",
         "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
        {"get-header-key-duplicate", "GET", "/", duplicate, "", "host;my-header1;x-amz-date",
         "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
        {"get-header-value-trim", "GET", "/", spaces, "", "host;my-header1;my-header2;x-amz-date",
         "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        {"post-vanilla", "POST", "/", date, "", "host;x-amz-date",
         "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        {"post-x-www-form-urlencoded", "POST", "/", form, "Param1=value1", "content-type;host;x-amz-date",
         "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    };
    for (const auto& vector : vectors)
        EXPECT_EQ(signer.authorization(vector.method, kSuiteHost, vector.target, vector.fields,
                                       sha256_hex(vector.payload), kSuiteTime),
                  std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ") +
                      "SignedHeaders=" + vector.names + ", Signature=" + vector.signature)
            << vector.name;
}

TEST(Signer, GivesTheSignaturesOfS3sExamples) {
    const Signer signer({"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, "us-east-1");
    const std::vector<Vector> vectors{
        {"GET object", "GET", "/test.txt", Headers{{"Range", "bytes=0-9"}}, "", "",
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
        {"PUT object", "PUT", http::percent_encode("/test$file.text", true),
         Headers{{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
         "Welcome to Amazon S3.", "", "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
        {"GET bucket lifecycle", "GET", "/?lifecycle", Headers{}, "", "",
         "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
        {"list objects", "GET", "/?max-keys=2&prefix=J", Headers{}, "", "",
         "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
    };
    for (const auto& vector : vectors) {
        Headers fields = vector.fields;
        const http::Url url{"https", std::string(kExamplesHost), 443, vector.target};
        signer.sign(vector.method, url, sha256_hex(vector.payload), kExamplesTime, fields);
        EXPECT_TRUE(fields.get("Authorization").value().ends_with(std::string("Signature=") + vector.signature))
            << vector.name << ": " << fields.get("Authorization").value();
        EXPECT_EQ(fields.get("X-Amz-Date"), "20130524T000000Z");
        EXPECT_EQ(fields.get("X-Amz-Content-Sha256"), sha256_hex(vector.payload));
    }
}

TEST(Signer, MakesTheCanonicalRequestOfTheDocumentation) {
    Headers fields{{"x-amz-content-sha256", kEmptySha256}, {"x-amz-date", "20130524T000000Z"}, {"Range", "bytes=0-9"}};
    EXPECT_EQ(canonical_request("GET", kExamplesHost, "/test.txt", fields, kEmptySha256),
              "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n"
              "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
              "x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n"
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Signer, TheHashOfNothingIsWhatItIs) { EXPECT_EQ(kEmptySha256, sha256_hex("")); }

}  // namespace
}  // namespace cadre::blobs::s3
