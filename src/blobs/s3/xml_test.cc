#include "blobs/s3/xml.h"

#include <gtest/gtest.h>

namespace cadre::blobs::s3 {
namespace {

TEST(S3Xml, ReadsAPageOfAListing) {
    const auto page = parse_list(R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>photos</Name><Prefix>a/</Prefix>
<KeyCount>2</KeyCount><MaxKeys>2</MaxKeys><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>
<Contents><Key>a/b&amp;c</Key><LastModified>2009-10-12T17:50:30.123Z</LastModified><ETag>&quot;fba9&quot;</ETag>
<Size>434234</Size><StorageClass>STANDARD</StorageClass></Contents>
<Contents><Key>a/d</Key><LastModified>2009-10-12T19:50:30+02:00</LastModified><Size>0</Size></Contents>
</ListBucketResult>)");
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_TRUE(page->more);
    const WallTime time{std::chrono::seconds(1255369830)};
    EXPECT_EQ(page->items, (std::vector<Item>{{"a/b&c", 434234, time}, {"a/d", 0, time}}));
}

TEST(S3Xml, AnEmptyBucketIsAnEmptyPage) {
    const auto page = parse_list("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->items.empty());
    EXPECT_FALSE(page->more);
}

TEST(S3Xml, WhatIsNotAListingIsNoEmptyListing) {
    for (const char* xml : {"", "<html>", "<html></html>", "{}", "<ListBucketResult>",
                            "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
                            "<ListBucketResult><Contents><Key>a</Key><Size>1x</Size>"
                            "<LastModified>2009-10-12T17:50:30Z</LastModified></Contents></ListBucketResult>",
                            "<ListBucketResult><Contents><Key>a</Key><Size>1</Size>"
                            "<LastModified>yesterday</LastModified></Contents></ListBucketResult>"}) {
        const auto page = parse_list(xml);
        ASSERT_FALSE(page) << xml;
        EXPECT_EQ(page.error().kind, ErrorKind::unavailable);
    }
}

TEST(S3Xml, ReadsARefusal) {
    const auto refusal =
        parse_refusal("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>Key not found</Message></Error>");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->code, "NoSuchKey");
    EXPECT_EQ(refusal->message, "Key not found");
    EXPECT_FALSE(parse_refusal("<CopyObjectResult><ETag>x</ETag></CopyObjectResult>"));
    EXPECT_FALSE(parse_refusal("no such thing"));
}

TEST(S3Xml, ReadsWhatCouldNotBeDeleted) {
    const auto refusals = parse_delete_result(
        "<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code>"
        "<Message>no</Message></Error></DeleteResult>");
    ASSERT_TRUE(refusals);
    ASSERT_EQ(refusals->size(), 1U);
    EXPECT_EQ(refusals->front().key, "b");
    EXPECT_EQ(refusals->front().code, "AccessDenied");
    EXPECT_FALSE(parse_delete_result("<html></html>"));
}

TEST(S3Xml, WritesWhatIsToBeDeletedAndCompleted) {
    EXPECT_EQ(delete_request({"a/b", "c&<d"}),
              "<Delete><Object><Key>a/b</Key></Object><Object><Key>c&amp;&lt;d</Key></Object><Quiet>true</Quiet>"
              "</Delete>");
    EXPECT_EQ(complete_request({"\"x\"", "\"y\""}),
              "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"x\"</ETag></Part>"
              "<Part><PartNumber>2</PartNumber><ETag>\"y\"</ETag></Part></CompleteMultipartUpload>");
    EXPECT_EQ(
        parse_upload_id("<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>"),
        "u-1");
    EXPECT_FALSE(parse_upload_id("<Error/>"));
}

}  // namespace
}  // namespace cadre::blobs::s3
