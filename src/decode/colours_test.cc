// Pictures of every format through the whole decoder, in this process: what colours a person sees. CI runs this under
// valgrind, which sees what libraries read after its end.
#include <algorithm>

#include "decode/icc.h"
#include "decode/testing.h"

namespace cadre::decode {
namespace {

using namespace testing;

const Chromaticities kP3 = colour_space_of(12, 13)->primaries;
const Chromaticities kRec2020 = colour_space_of(9, 13)->primaries;

/// Channels turned round: nothing is mistaken for it.
std::string swapped_profile() {
    return rgb_profile({.30, .60, .15, .06, .64, .33, .3127, .3290}, 2.2, "sRGB, it says");
}
/// kQuarters as swapped_profile() means them; gamma 2.2 and sRGB's curve differ by little.
const std::vector<Colour> kSwapped = {{60, 180, 90}, {90, 60, 150}, {180, 60, 90}, {200, 200, 200}};

/// What Little CMS itself makes of a colour.
Colour converted(const std::string& profile, const Colour& colour) {
    const cmsHPROFILE from = cmsOpenProfileFromMem(profile.data(), static_cast<cmsUInt32Number>(profile.size()));
    const cmsHPROFILE to = cmsCreate_sRGBProfile();
    const cmsHTRANSFORM transform = cmsCreateTransform(from, TYPE_RGB_DBL, to, TYPE_RGB_DBL, 1, cmsFLAGS_NOOPTIMIZE);
    double in[3] = {colour[0] / 255, colour[1] / 255, colour[2] / 255};
    double out[3] = {};
    cmsDoTransform(transform, in, out, 1);
    cmsDeleteTransform(transform);
    cmsCloseProfile(from);
    cmsCloseProfile(to);
    Colour colour_out;
    for (const double channel : out) colour_out.push_back(std::clamp(channel * 255, 0.0, 255.0));
    return colour_out;
}
std::vector<Colour> converted(const std::string& profile) {
    std::vector<Colour> colours;
    for (const auto& colour : kQuarters) colours.push_back(converted(profile, colour));
    return colours;
}

std::string with_png_chunk(const std::string& png, std::string_view type, std::string_view body) {
    constexpr std::size_t kAfterHeader = 8 + 25;
    const std::string chunk = std::string(type).append(body);
    std::uint32_t crc = 0xffffffff;
    for (const char c : chunk) {
        crc ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0);
    }
    return png.substr(0, kAfterHeader) + number(body.size(), 4) + chunk + number(~crc, 4) + png.substr(kAfterHeader);
}

class Colours : public ::testing::Test {
protected:
    static void SetUpTestSuite() { start("colours_test"); }
};

TEST_F(Colours, AreThoseThatTheProfileMeansInEveryFormat) {
    const auto swapped = swapped_profile();
    const VImage image = with_profile(quarters(96, 64), swapped);
    for (const char* suffix : {".jpg", ".png", ".webp", ".tif", ".avif"}) {
        auto* const options = VImage::option();
        if (suffix != std::string_view(".png") && suffix != std::string_view(".tif")) options->set("Q", 95);
        expect_quarters(show(written(image, suffix, options)), kSwapped, suffix, 12);
    }
    const std::string icc = box("colr", "prof" + swapped);
    for (int i = 0; i < 3; ++i) {  // what was freed may by chance still be there
        expect_quarters(show(heif({hevc(), {icc}, {}, {}, false, {}})), kSwapped, "HEIC", 12);
        expect_quarters(show(heif({av1(), {icc}, {}, {}, false, {}})), kSwapped, "AVIF", 12);
    }
    expect_quarters(show(written(quarters(96, 64), ".gif")), kQuarters, "GIF", 12);
}

TEST_F(Colours, AreLeftAloneOnlyByAProfileThatIsSrgbAndNotByOneThatSaysSo) {
    const VImage image = quarters(96, 64);
    const auto linear = rgb_profile({}, 1, "sRGB IEC61966-2.1, linear");
    expect_quarters(show(written(with_profile(image, linear), ".png")), converted(linear), "linear");
    const auto gamma = rgb_profile({}, 2.2, "sRGB");
    EXPECT_FALSE(Profile::from(Bytes(reinterpret_cast<const std::uint8_t*>(gamma.data()), gamma.size()))->is_srgb());
    const auto srgb = bytes_of_profile(cmsCreate_sRGBProfile());
    EXPECT_TRUE(Profile::from(Bytes(reinterpret_cast<const std::uint8_t*>(srgb.data()), srgb.size()))->is_srgb());
    expect_quarters(show(written(with_profile(image, srgb), ".png")), kQuarters, "sRGB", 3);
    for (const auto& [what, primaries] : {std::pair("P3", kP3), std::pair("Rec. 2020", kRec2020)}) {
        const auto wide = rgb_profile(primaries, 2.2, "sRGB");
        expect_quarters(show(written(with_profile(image, wide), ".png")), converted(wide), what);
    }
}

TEST_F(Colours, AreLeftAloneByProfilesThatAreForOtherChannelsOrBroken) {
    const VImage image = quarters(96, 64);
    expect_quarters(show(jpeg_with_profile(image, swapped_profile())), kSwapped, "one that is for them", 12);
    expect_quarters(show(jpeg_with_profile(image, gray_profile(1))), kQuarters, "a gray profile on RGB");
    for (const std::size_t from : {0U, 40U, 132U, 300U}) {
        auto broken = swapped_profile();
        broken.replace(from, 60, std::string(60, '\xff'));
        EXPECT_NO_THROW((void)show(jpeg_with_profile(image, broken))) << from;
    }
    expect_quarters(show(jpeg_with_profile(image, "not a profile")), kQuarters, "no profile");
    expect_quarters(show(jpeg_with_profile(image, swapped_profile().substr(0, 200))), kQuarters, "half a profile");

    const VImage inks = image.colourspace(VIPS_INTERPRETATION_CMYK);
    const auto right = show(written(inks, ".jpg", VImage::option()->set("Q", 95)->set("strip", true)));
    expect_quarters(show(jpeg_with_profile(inks, swapped_profile())), right.quarters(), "RGB's on CMYK", 2);
    const auto red = right.at(.25, .25);
    EXPECT_GT(red[0], red[1] + 40) << "inks are not taken for light";
}

TEST_F(Colours, OfGrayPicturesFollowGrayProfilesAndThoseOfRgb) {
    const VImage gray = quarters(96, 64).colourspace(VIPS_INTERPRETATION_B_W);
    EXPECT_TRUE(is_near(show(written(gray, ".png")).at(.75, .75), {200, 200, 200}, 3));
    const auto wanted = converted(rgb_profile({}, 1), {200, 200, 200});
    const auto by_gray = show(jpeg_with_profile(gray, gray_profile(1))).at(.75, .75);
    EXPECT_TRUE(is_near(by_gray, wanted)) << ::testing::PrintToString(by_gray);
    const auto by_rgb = show(jpeg_with_profile(gray, rgb_profile({}, 1))).at(.75, .75);
    EXPECT_TRUE(is_near(by_rgb, wanted)) << ::testing::PrintToString(by_rgb);
    const VImage wide = (gray.cast(VIPS_FORMAT_USHORT) * 257)
                            .cast(VIPS_FORMAT_USHORT)
                            .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_GREY16));
    const auto of_16 = show(written(with_profile(wide, gray_profile(1)), ".png")).at(.75, .75);
    EXPECT_TRUE(is_near(of_16, wanted)) << ::testing::PrintToString(of_16);
}

TEST_F(Colours, OfSixteenBitsWithAlphaAndAProfileKeepBoth) {
    const auto swapped = swapped_profile();
    const VImage wide = quarters(96, 64).bandjoin_const({128}).cast(VIPS_FORMAT_USHORT) * 257;
    const VImage image =
        wide.cast(VIPS_FORMAT_USHORT).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_RGB16));
    for (const char* suffix : {".png", ".tif"}) {
        const auto shown = show(written(with_profile(image, swapped), suffix));
        expect_quarters(shown, kSwapped, suffix, 12);
        EXPECT_TRUE(is_near(shown.at(.25, .25), {60, 180, 90, 128}, 12)) << suffix;
    }
    expect_quarters(show(written(image, ".png")), kQuarters, "without a profile", 8);
}

TEST_F(Colours, AreThoseThatHeifStatesByNumber) {
    for (const auto& coded : {hevc(), av1()}) {
        const auto p3 = rgb_profile(kP3, 2.2);
        expect_quarters(show(heif({coded, {nclx(12, 13)}, {}, {}, false, {}})), converted(p3), "P3", 10);
        const auto linear = rgb_profile({}, 1);
        expect_quarters(show(heif({coded, {nclx(1, 8)}, {}, {}, false, {}})), converted(linear), "linear", 10);
        for (const unsigned same : {1U, 2U, 6U, 13U, 200U})
            expect_quarters(show(heif({coded, {nclx(1, same)}, {}, {}, false, {}})), kQuarters, "like sRGB");
        const std::string icc = box("colr", "prof" + swapped_profile());
        expect_quarters(show(heif({coded, {nclx(12, 13), icc}, {}, {}, false, {}})), kSwapped, "a profile comes first",
                        12);
    }
}

TEST_F(Colours, AreThoseThatPngStatesByNumber) {
    const std::string png = written(quarters(96, 64), ".png");
    const auto p3 = rgb_profile(kP3, 2.2);
    expect_quarters(show(with_png_chunk(png, "cICP", "\x0c\x0d\0\x01"s)), converted(p3), "cICP", 8);
    const auto linear = rgb_profile({}, 1);
    expect_quarters(show(with_png_chunk(png, "gAMA", number(100'000, 4))), converted(linear), "gAMA");
    expect_quarters(show(with_png_chunk(png, "gAMA", number(45'455, 4))), kQuarters, "gAMA of sRGB", 3);
    const std::string both = with_png_chunk(with_png_chunk(png, "gAMA", number(100'000, 4)), "sRGB", "\0"s);
    expect_quarters(show(both), kQuarters, "sRGB counts more than gAMA", 3);
    expect_quarters(show(with_png_chunk(png, "gAMA", number(0, 4))), kQuarters, "nonsense", 3);
    std::string primaries;
    for (const unsigned n : {31'270U, 32'900U, 30'000U, 60'000U, 15'000U, 6'000U, 64'000U, 33'000U})
        primaries += number(n, 4);
    const std::string swapped = with_png_chunk(with_png_chunk(png, "gAMA", number(45'455, 4)), "cHRM", primaries);
    expect_quarters(show(swapped), kSwapped, "cHRM", 12);
}

TEST_F(Colours, OfHdrAreShownAsBrightAsDiffuseWhiteAllowsAndHighlightsAreRolledOff) {
    // Codes of 16 bits: PQ of 203, 50 and 1000 cd/m² and of black; the last is the brightest of the picture.
    const auto pq = [](double a, double b, double c, double d) {
        std::vector<Colour> grays;
        for (const double code : {a, b, c, d}) grays.push_back({code, code, code});
        VImage image = quarters(96, 64, {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}}).cast(VIPS_FORMAT_USHORT);
        for (int i = 0; i < 4; ++i) {
            const auto gray = grays[static_cast<std::size_t>(i)];
            image = image.insert((VImage::black(48, 32) + gray[0] * 65535)
                                     .bandjoin(std::vector<double>{gray[0] * 65535, gray[0] * 65535}),
                                 i % 2 * 48, i / 2 * 32);
        }
        image = image.cast(VIPS_FORMAT_USHORT).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_RGB16));
        return written(image, ".png");
    };
    const auto sdr = show(with_png_chunk(pq(.5807, .4401, .3, 0), "cICP", "\x09\x10\0\x01"s));
    EXPECT_TRUE(is_near(sdr.at(.25, .25), {255, 255, 255}, 4)) << "203 cd/m² is white, where nothing is brighter";
    EXPECT_TRUE(is_near(sdr.at(.75, .25), {136, 136, 136}, 6)) << ::testing::PrintToString(sdr.at(.75, .25));
    const auto hdr = show(with_png_chunk(pq(.5807, .4401, .7518, 0), "cICP", "\x09\x10\0\x01"s));
    EXPECT_TRUE(is_near(hdr.at(.25, .75), {255, 255, 255}, 4)) << "the brightest is white";
    EXPECT_TRUE(is_near(hdr.at(.25, .25), {230, 230, 230}, 8)) << ::testing::PrintToString(hdr.at(.25, .25));
    EXPECT_TRUE(is_near(hdr.at(.75, .25), {136, 136, 136}, 6)) << "midtones stay";
    EXPECT_TRUE(is_near(hdr.at(.75, .75), {0, 0, 0}, 3));
    const auto hlg = show(with_png_chunk(pq(.75, .5, .25, 0), "cICP", "\x09\x12\0\x01"s));
    EXPECT_TRUE(is_near(hlg.at(.25, .25), {255, 255, 255}, 6)) << "75 % of HLG is diffuse white";
    EXPECT_TRUE(is_near(hlg.at(.75, .25), {135, 135, 135}, 12)) << ::testing::PrintToString(hlg.at(.75, .25));
    // Of 8 bits, in HEIF: colours of BT.2020 in PQ, none of them brighter than diffuse white.
    const auto heic = show(heif({hevc(), {nclx(9, 16)}, {}, {}, false, {}}));
    EXPECT_GT(heic.at(.75, .75)[0], 230) << "200 of 255 in PQ is some 1500 cd/m²";
    EXPECT_LT(heic.at(.25, .25)[2], 30);
}

TEST_F(Colours, OfATiffAreNotHiddenByASelectionThatSomebodySaved) {
    const VImage image = quarters(96, 64);
    const VImage left = VImage::black(48, 64).join(VImage::black(48, 64) + 255, VIPS_DIRECTION_HORIZONTAL);
    // libvips writes the extra channel as transparency (2); place 338's value is put to 0 for a selection.
    const auto as_selection = [](std::string tiff) {
        const auto at = tiff.find("\x52\x01\x03\0\x01\0\0\0"s);
        EXPECT_NE(at, std::string::npos);
        tiff[at + 8] = 0;
        return tiff;
    };
    const auto half = written(image.bandjoin(left.cast(VIPS_FORMAT_UCHAR)), ".tif");
    const auto transparent = show(half);
    EXPECT_EQ(transparent.at(.25, .25).at(3), 0);
    EXPECT_TRUE(is_near(transparent.at(.75, .25), {60, 150, 90, 255}, 6));
    const auto selected = show(as_selection(half));
    expect_quarters(selected, kQuarters, "a selection of a half");
    EXPECT_EQ(selected.smallest.bands(), 3);
    const auto hidden = show(written(image.bandjoin_const({0}).cast(VIPS_FORMAT_UCHAR), ".tif"));
    expect_quarters(hidden, kQuarters, "transparency that hides all");
}

TEST_F(Colours, OfTiffsInOtherSpacesAndDepthsAreTheSame) {
    const VImage image = quarters(96, 64);
    for (const auto space : {VIPS_INTERPRETATION_LAB, VIPS_INTERPRETATION_LABS, VIPS_INTERPRETATION_XYZ,
                             VIPS_INTERPRETATION_scRGB, VIPS_INTERPRETATION_RGB16})
        expect_quarters(show(written(image.colourspace(space), ".tif")), kQuarters, "space " + std::to_string(space));
    const VImage deep = (image.cast(VIPS_FORMAT_UINT) * 16'843'009).cast(VIPS_FORMAT_UINT);
    expect_quarters(show(written(deep, ".tif")), kQuarters, "32 bits");
    const auto associated = VImage::option()->set("premultiply", true);
    const VImage half = image.bandjoin_const({128}).cast(VIPS_FORMAT_UCHAR);
    expect_quarters(show(written(half, ".tif", associated)), kQuarters, "associated alpha");
    const VImage ink = image.colourspace(VIPS_INTERPRETATION_B_W) > 128;
    EXPECT_TRUE(
        is_near(show(written(ink, ".tif", VImage::option()->set("bitdepth", 1))).at(.75, .75), {255, 255, 255}));
}

TEST_F(Colours, OfAProfileWithOnlyPerceptualTablesAreConverted) {
    // A device link's tables, as XYB profiles have them: from RGB turned round, by A2B0 alone.
    const auto swapped = swapped_profile();
    const cmsHPROFILE source = cmsOpenProfileFromMem(swapped.data(), static_cast<cmsUInt32Number>(swapped.size()));
    const cmsHPROFILE lab = cmsCreateLab4Profile(nullptr);
    const cmsHTRANSFORM transform = cmsCreateTransform(source, TYPE_RGB_16, lab, TYPE_Lab_16, 0, 0);
    const cmsHPROFILE made = cmsTransform2DeviceLink(transform, 4.3, 0);
    cmsSetDeviceClass(made, cmsSigDisplayClass);
    cmsSetPCS(made, cmsSigLabData);
    cmsSetHeaderRenderingIntent(made, 0);
    cmsDeleteTransform(transform);
    cmsCloseProfile(lab);
    cmsCloseProfile(source);
    const auto tables = bytes_of_profile(made);
    ASSERT_NE(tables.find("A2B0"), std::string::npos);
    ASSERT_EQ(tables.find("A2B1"), std::string::npos);
    expect_quarters(show(written(with_profile(quarters(96, 64), tables), ".jpg", VImage::option()->set("Q", 95))),
                    kSwapped, "A2B0 alone", 14);
}

}  // namespace
}  // namespace cadre::decode
