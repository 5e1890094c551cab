#include "base/encoding.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace cadre {
namespace {

TEST(Encoding, Base64MatchesTheVectorsOfRfc4648) {
    EXPECT_EQ(base64(as_bytes("")), "");
    EXPECT_EQ(base64(as_bytes("f")), "Zg==");
    EXPECT_EQ(base64(as_bytes("fo")), "Zm8=");
    EXPECT_EQ(base64(as_bytes("foo")), "Zm9v");
    EXPECT_EQ(base64(as_bytes("foobar")), "Zm9vYmFy");
    EXPECT_EQ(base64url(as_bytes("\xff\xfe\xfd\xfc")), "__79_A");
}

TEST(Encoding, WhatWasEncodedIsDecodedAgain) {
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all.push_back(static_cast<char>(i));
        const auto bytes = as_bytes(all);
        const std::vector<std::uint8_t> expected(bytes.begin(), bytes.end());
        EXPECT_EQ(from_base64(base64(bytes)), expected);
        EXPECT_EQ(from_base64(base64url(bytes)), expected);
        EXPECT_EQ(from_hex(hex(bytes)), expected);
    }
}

TEST(Encoding, WhatIsNotTheEncodingIsRefused) {
    EXPECT_FALSE(from_base64("Zg="));
    EXPECT_FALSE(from_base64("Z"));
    EXPECT_FALSE(from_base64("Zg*="));
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0g"));
}

TEST(Hash, Sha256MatchesTheVectorOfFips180) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace cadre
