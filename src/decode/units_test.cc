// The parts of cadre-decode that need no library of pictures.
#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "decode/container.h"
#include "decode/format.h"
#include "decode/thumbhash.h"

namespace cadre::decode {
namespace {

using media::Refusal;
using namespace std::string_literals;

TEST(Thumbhash, IsWhatTheOriginalMakesOfTheSamePixels) {
    // Made once by rgbaToThumbHash of the npm package thumbhash 0.1.1.
    const struct {
        int width, height;
        bool alpha;
        const char* hash;
    } cases[] = {
        {100, 67, false, "1f18061d82797646796727d4870696776060ddbf44"},
        {40, 80, false, "6017063406455417e775a40a97386566f08e8a"},
        {64, 64, true, "1f08861504089a355a38c606789660d88f63b2f04333947487"},
        {1, 1, false, "15002aff0108f708888788708f7088f80888707ff8000000"},
        {100, 3, false, "98190631826045e15555757707a9a78077"},
    };
    for (const auto& [width, height, alpha, hash] : cases) {
        std::vector<std::uint8_t> rgba;
        const auto add = [&](int value) { rgba.push_back(static_cast<std::uint8_t>(value & 255)); };
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                add(x * 7 + y * 3), add(x * x + y), add(255 - y * 5 + x), add(alpha ? x * 11 + y * 2 : 255);
            }
        }
        EXPECT_EQ(hex(as_bytes(thumbhash(width, height, rgba))), hash) << width << "x" << height;
    }
}

TEST(Format, IsKnownByMagicBytesAlone) {
    EXPECT_EQ(format_of(as_bytes("\xff\xd8\xff\xe1"s)), Format::jpeg);
    EXPECT_EQ(format_of(as_bytes("\x89PNG\r\n\x1a\n"s)), Format::png);
    EXPECT_EQ(format_of(as_bytes("RIFF\x01\x02\x03\x04WEBP"s)), Format::webp);
    EXPECT_EQ(format_of(as_bytes("GIF89a"s)), Format::gif);
    EXPECT_EQ(format_of(as_bytes("MM\0*"s)), Format::tiff);
    EXPECT_EQ(format_of(as_bytes("\0\0\0\x18"s + "ftypheic\0\0\0\0mif1heic"s)), Format::heic);
    EXPECT_EQ(format_of(as_bytes("\0\0\0\x18"s + "ftypmif1\0\0\0\0mif1avif"s)), Format::avif);
    for (const auto& other : {""s, "BM"s, "%PDF"s, "<svg>"s, "RIFF\1\2\3\4WAVE"s,
                              "\0\0\0\x14"s + "ftypisom\0\0\0\0mp42"s, "\xff\x0a"s, "P6 "s, "8BPS"s}) {
        EXPECT_FALSE(format_of(as_bytes(other))) << other;
    }
}

TEST(Format, CameraRawIsNotTakenForTiff) {
    EXPECT_TRUE(is_raw(as_bytes("II*\0\x10\0\0\0CR\x02\0"s)));
    const std::string dng = "II*\0\x08\0\0\0\x01\0\x12\xc6\x01\0\x04\0\0\0\x01\x04\0\0"s;
    EXPECT_TRUE(is_raw(as_bytes(dng)));
    const auto refused = check_container(Format::tiff, as_bytes(dng));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Refusal::raw);
    EXPECT_FALSE(is_raw(as_bytes("II*\0\x08\0\0\0\x01\0\x00\x01\x03\0\x01\0\0\0\x01\0\0\0"s)));
}

TEST(Container, GarbageBetweenSegmentsAndAfterTheEndOfAJpegIsNoFault) {
    const std::string head = "\xff\xd8\xff\xe0\0\x04zz garbage \xff\xff\xc2\0\x03z"s;
    const std::string scan = "\xff\xda\0\x02 data \xff\0 data \xff\xd0 data"s;
    const auto whole = check_container(Format::jpeg, as_bytes(head + scan + "\xff\xd9 trailing bytes"s));
    ASSERT_TRUE(whole);
    EXPECT_TRUE(whole->progressive);
    EXPECT_TRUE(whole->complete);
    const auto cut = check_container(Format::jpeg, as_bytes(head + scan));
    ASSERT_TRUE(cut) << "whether a cut scan can be shown is for decoding to say";
    EXPECT_FALSE(cut->complete);
    for (std::size_t length = 3; length < head.size() + 4; ++length) {
        const std::string part = (head + scan).substr(0, length);
        const auto refused = check_container(Format::jpeg, as_bytes(part));
        ASSERT_FALSE(refused) << length;
        EXPECT_EQ(refused.error().reason, Refusal::truncated) << length;
    }
}

TEST(Container, WhatIsCutOffIsSeenInEveryFormatThatStatesItsLength) {
    const std::string png = "\x89PNG\r\n\x1a\n\0\0\0\x02IHDRxxCCCC\0\0\0\0IENDCCCC"s;
    const std::string webp = "RIFF\x09\0\0\0WEBPVP8 x"s;
    const std::string heif = "\0\0\0\x10"s + "ftypheicXXXX"s + "\0\0\0\x0c"s + "mdatDATA"s;
    EXPECT_TRUE(check_container(Format::png, as_bytes(png + "trailing")));
    EXPECT_TRUE(check_container(Format::webp, as_bytes(webp + "trailing")));
    EXPECT_TRUE(check_container(Format::heic, as_bytes(heif)));
    EXPECT_FALSE(check_container(Format::png, as_bytes(png.substr(0, png.size() - 1))));
    EXPECT_FALSE(check_container(Format::webp, as_bytes(webp.substr(0, webp.size() - 2)))) << "more than padding";
    EXPECT_FALSE(check_container(Format::heic, as_bytes(heif.substr(0, heif.size() - 1))));
}

}  // namespace
}  // namespace cadre::decode
