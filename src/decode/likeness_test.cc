// Which files are the same picture, and which are nearly: through the whole of cadre-decode's work, in this process.
#include "decode/likeness.h"

#include <bit>

#include "decode/testing.h"

namespace cadre::decode {
namespace {

using testing::show;
using testing::written;
using vips::VImage;

class Likeness : public ::testing::Test {
protected:
    static void SetUpTestSuite() { testing::start("decode_test"); }
};

/// A scene with much and little in it; another one for each `seed`.
VImage scene(int width, int height, int seed) {
    const auto noise = [&](int size, int of) {
        return VImage::gaussnoise(size, size * height / width,
                                  VImage::option()->set("mean", 128)->set("sigma", 55)->set("seed", seed * 3 + of))
            .resize(static_cast<double>(width) / size);
    };
    const auto coarse = noise(6, 1), fine = noise(40, 2);
    const auto grey = (coarse.linear(1, 0) + fine.linear(0.3, -38)).extract_area(0, 0, width, height);
    return grey.bandjoin(grey.linear(0.8, 20))
        .bandjoin(grey.linear(-0.5, 190))
        .cast(VIPS_FORMAT_UCHAR)
        .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
        .copy_memory();
}

int distance(const testing::Shown& one, const testing::Shown& other) {
    return std::popcount(one.derivatives.phash.value() ^ other.derivatives.phash.value());
}

vips::VOption* quality(int q) { return VImage::option()->set("Q", q); }

TEST_F(Likeness, OfFilesThatDifferInMetadataAloneIsTheSame) {
    const auto image = scene(480, 320, 1);
    auto said = image.copy();
    said.set("exif-ifd0-ImageDescription", "A boat");
    said.set("exif-ifd0-Artist", "Anna");
    const auto plain = written(image, ".jpg", quality(90)), with_words = written(said, ".jpg", quality(90));
    ASSERT_NE(plain, with_words);
    const auto one = show(plain), other = show(with_words);
    EXPECT_EQ(one.derivatives.pixels.size(), media::kPixelsDigest);
    EXPECT_EQ(one.derivatives.pixels, other.derivatives.pixels);
    EXPECT_EQ(one.derivatives.phash, other.derivatives.phash);
    EXPECT_NE(one.derivatives.pixels, show(written(image, ".jpg", quality(91))).derivatives.pixels);
}

TEST_F(Likeness, OfOneThatLiesOnItsSideAndSaysSoIsThatOfTheUprightPicture) {
    const auto image = scene(480, 320, 2);
    auto lying = image.rot270();
    lying.set("orientation", 6);
    const auto upright = show(written(image, ".tif")), marked = show(written(lying, ".tif"));
    EXPECT_EQ(upright.derivatives.width, 480);
    EXPECT_EQ(marked.derivatives.width, 480);
    EXPECT_EQ(upright.derivatives.pixels, marked.derivatives.pixels);
    EXPECT_EQ(upright.derivatives.phash, marked.derivatives.phash);
    EXPECT_NE(upright.derivatives.pixels, show(written(image.rot270(), ".tif")).derivatives.pixels);
}

TEST_F(Likeness, StaysTheSameWhereAPersonTurnsThePicture) {
    const auto file = written(scene(480, 320, 3), ".png");
    const auto as_sent = show(file);
    for (const int rotation : {90, 180, 270}) {
        const auto turned = show(file, rotation);
        EXPECT_EQ(turned.derivatives.pixels, as_sent.derivatives.pixels) << rotation;
        EXPECT_LE(distance(turned, as_sent), 2) << rotation;
    }
}

TEST_F(Likeness, OfPicturesOfOtherSizesIsNotTheSame) {
    // Enlarged without a new pixel: the derivatives of both would be 2,560 pixels wide.
    const auto large = show(written(scene(2700, 900, 4), ".png"));
    const auto larger = show(written(scene(2700, 900, 4).resize(1.25), ".png"));
    EXPECT_NE(large.derivatives.pixels, larger.derivatives.pixels);
    EXPECT_LE(distance(large, larger), 2);
}

TEST_F(Likeness, DiffersInFewBitsWhereAPictureWasCodedAgainMadeSmallerOrBrighter) {
    int between_others = 64;
    std::vector<testing::Shown> firsts;
    for (int seed = 10; seed < 16; ++seed) {
        const auto image = scene(640, 400, seed);
        const auto first = show(written(image, ".jpg", quality(95)));
        const std::vector<std::pair<const char*, std::string>> copies = {
            {"quality 30", written(image, ".jpg", quality(30))},
            {"webp", written(image, ".webp", quality(60))},
            {"a quarter as wide", written(image.resize(0.25), ".jpg", quality(85))},
            {"brighter", written(image.linear(1, 16).cast(VIPS_FORMAT_UCHAR), ".jpg", quality(90))},
            {"more contrast", written(image.linear(1.15, -19).cast(VIPS_FORMAT_UCHAR), ".jpg", quality(90))},
        };
        for (const auto& [what, file] : copies) {
            const auto copy = show(file);
            EXPECT_NE(copy.derivatives.pixels, first.derivatives.pixels) << what << " of " << seed;
            EXPECT_LE(distance(copy, first), 6) << what << " of " << seed;
        }
        for (const auto& other : firsts) between_others = std::min(between_others, distance(first, other));
        firsts.push_back(first);
    }
    EXPECT_GE(between_others, 14);
}

TEST_F(Likeness, WhatIsFlatHasNoPerceptualHashAndIsTheSameOnlyAsItself) {
    const auto flat = [](const testing::Colour& colour) {
        return VImage::black(800, 600)
            .new_from_image(colour)
            .cast(VIPS_FORMAT_UCHAR)
            .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
    };
    const auto grey = show(written(flat({128, 128, 128}), ".png")), red = show(written(flat({200, 20, 20}), ".png"));
    EXPECT_FALSE(grey.derivatives.phash);
    EXPECT_FALSE(red.derivatives.phash);
    EXPECT_NE(grey.derivatives.pixels, red.derivatives.pixels);
    EXPECT_EQ(grey.derivatives.pixels, show(written(flat({128, 128, 128}), ".png")).derivatives.pixels);
    // Nearly flat: a lens cap, with what the sensor adds.
    const auto cap = VImage::gaussnoise(800, 600, VImage::option()->set("mean", 9)->set("sigma", 4)->set("seed", 5));
    EXPECT_FALSE(show(written(cap.cast(VIPS_FORMAT_UCHAR), ".jpg", quality(90))).derivatives.phash);
    EXPECT_TRUE(show(written(scene(800, 600, 6), ".jpg", quality(90))).derivatives.phash);
}

TEST_F(Likeness, WhatIsTransparentIsSeenOnWhite) {
    const auto image = scene(800, 600, 7);
    const auto half = VImage::black(400, 600).new_from_image({0}).join(VImage::black(400, 600).new_from_image({255}),
                                                                       VIPS_DIRECTION_HORIZONTAL);
    const auto clear = image.bandjoin(half.cast(VIPS_FORMAT_UCHAR));
    const auto on_white = clear.flatten(VImage::option()->set("background", std::vector{255.0}));
    EXPECT_LE(distance(show(written(clear, ".png")), show(written(on_white.cast(VIPS_FORMAT_UCHAR), ".png"))), 4);
}

}  // namespace
}  // namespace cadre::decode
