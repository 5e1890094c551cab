// Files that lack their end: shown as far as they go, if most is there.
#include "decode/testing.h"

namespace cadre::decode {
namespace {

using namespace testing;

class Ends : public ::testing::Test {
protected:
    static void SetUpTestSuite() { start("ends_test"); }
    /// Noise, so that bytes and rows go together.
    static VImage detailed() {
        return (VImage::gaussnoise(400, 300, VImage::option()->set("sigma", 50)->set("mean", 128)->set("seed", 7)))
            .bandjoin(std::vector<double>{100, 150})
            .cast(VIPS_FORMAT_UCHAR)
            .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
    }
    static std::string cut(const std::string& bytes, std::size_t left) { return bytes.substr(0, bytes.size() - left); }
    static void expect_shown(const std::string& file, std::string_view what) {
        try {
            const auto shown = show(file);
            EXPECT_FALSE(shown.complete) << what;
            EXPECT_GT(shown.smallest.crop(0, 0, shown.smallest.width(), 100).deviate(), 10) << what;
        } catch (const vips::VError& error) {
            ADD_FAILURE() << what << ": " << error.what();
        }
    }
    static void expect_not_shown(const std::string& file, std::string_view what) {
        try {
            (void)show(file);
            ADD_FAILURE() << what;
        } catch (const vips::VError& error) {
            const std::string words = error.what();
            const bool refused = words.starts_with("refused: ");
            EXPECT_TRUE(refused || refused_by_libvips(words).reason == media::Refusal::truncated)
                << what << ": " << words;
        }
    }
};

TEST_F(Ends, OfJpegsWithoutTheirMarkerOrTheirLastKilobyte) {
    for (const bool progressive : {false, true}) {
        const auto whole = written(detailed(), ".jpg", VImage::option()->set("Q", 95)->set("interlace", progressive));
        EXPECT_TRUE(show(whole).complete);
        EXPECT_TRUE(show(whole + std::string(5000, '\0')).complete) << "padding";
        for (const std::size_t left : {1U, 2U, 3U, 100U, 1024U}) expect_shown(cut(whole, left), "JPEG");
        expect_shown(cut(whole, 2) + std::string(4096, '\0'), "zeros in place of the marker");
        expect_shown(cut(whole, whole.size() / 8), "seven eighths");
        if (!progressive) expect_not_shown(cut(whole, whole.size() / 2), "half of a JPEG");
        expect_not_shown(cut(whole, whole.size() * 99 / 100), "a hundredth of a JPEG");
    }
}

TEST_F(Ends, OfJpegsThatAreNoHigherThanAStrip) {
    const auto whole = written(quarters(24, 16), ".jpg");
    const auto shown = show(cut(whole, 2));
    EXPECT_FALSE(shown.complete);
    EXPECT_TRUE(is_near(shown.at(.25, .25), kQuarters[0], 30));
}

TEST_F(Ends, OfPngsWithoutTheirLastChunkOrTheLastOfTheirData) {
    for (const bool interlaced : {false, true}) {
        const auto whole = written(detailed(), ".png", VImage::option()->set("interlace", interlaced));
        EXPECT_TRUE(show(whole).complete);
        for (const std::size_t left : {1U, 8U, 12U}) expect_shown(cut(whole, left), "PNG");
        if (!interlaced) expect_shown(cut(whole, 500), "PNG's data");
        expect_not_shown(cut(whole, whole.size() / 2), "half of a PNG");
    }
}

TEST_F(Ends, OfWebpWithoutPadding) {
    for (int width = 380; width < 400; ++width) {
        const auto whole = written(detailed().crop(0, 0, width, 300), ".webp", VImage::option()->set("Q", 90));
        if (whole.back() != '\0') continue;
        if (show(whole).complete) expect_shown(cut(whole, 1), "WebP");
        expect_not_shown(cut(whole, 2000), "a WebP that is cut");
        return;
    }
    FAIL() << "none of the pictures has padding";
}

TEST_F(Ends, OfGifs) {
    const auto whole = written(detailed(), ".gif");
    EXPECT_TRUE(show(whole).complete);
    for (const std::size_t left : {1U, 2U, 100U}) expect_shown(cut(whole, left), "GIF");
    expect_not_shown(cut(whole, whole.size() / 2), "half of a GIF");
}

TEST_F(Ends, ATurnedPictureLiesAsItIsWantedInEveryOrientation) {
    const std::vector<Colour> once = {kQuarters[2], kQuarters[0], kQuarters[3], kQuarters[1]};
    const std::vector<Colour> twice = {kQuarters[3], kQuarters[2], kQuarters[1], kQuarters[0]};
    const std::vector<Colour> thrice = {kQuarters[1], kQuarters[3], kQuarters[0], kQuarters[2]};
    const std::string png = written(quarters(96, 64), ".png");
    const auto upright = show(png, 0);
    EXPECT_EQ(upright.derivatives.width, 96);
    const auto quarter = show(png, 90);
    EXPECT_EQ(quarter.derivatives.width, 64);
    EXPECT_EQ(quarter.derivatives.height, 96);
    EXPECT_EQ(quarter.derivatives.variants.back().width, 64);
    expect_quarters(quarter, once, "90");
    expect_quarters(show(png, 180), twice, "180");
    expect_quarters(show(png, 270), thrice, "270");
    VImage lying = quarters(96, 64);
    lying.set("orientation", 6);
    expect_quarters(show(written(lying, ".jpg")), once, "6");
    expect_quarters(show(written(lying, ".jpg"), 90), twice, "6 and 90");
    expect_quarters(show(written(lying, ".jpg"), 270), kQuarters, "6 and 270");
}

}  // namespace
}  // namespace cadre::decode
