// Pictures of every kind that libvips can write, through the whole of cadre-decode.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vips/vips8>

#include "base/testing.h"
#include "base/time.h"
#include "decode/exiv2.h"
#include "decode/testing.h"
#include "media/testing.h"
#include "media/webp.h"

namespace cadre::decode {
namespace {

using media::testing::bytes_of;
using media::testing::file_of;
using test::run;
using testing::written;
using vips::VImage;

/// Red above left, green above right, blue below left, white below right.
VImage primaries(int width, int height) {
    const auto flat = [&](double r, double g, double b) {
        return VImage::black(width / 2, height / 2).new_from_image({r, g, b}).cast(VIPS_FORMAT_UCHAR);
    };
    return VImage::arrayjoin({flat(255, 0, 0), flat(0, 255, 0), flat(0, 0, 255), flat(255, 255, 255)},
                             VImage::option()->set("across", 2))
        .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

std::vector<double> pixel(const media::Derived& derived, double x, double y) {
    const std::string bytes = bytes_of(derived.variants.front().file.get());
    const VImage image = VImage::new_from_buffer(bytes, "");
    return image.getpoint(static_cast<int>(x * image.width()), static_cast<int>(y * image.height()));
}

bool is_near(const std::vector<double>& got, double r, double g, double b, double tolerance = 40) {
    return got.size() >= 3 && std::abs(got[0] - r) < tolerance && std::abs(got[1] - g) < tolerance &&
           std::abs(got[2] - b) < tolerance;
}

class Pictures : public ::testing::Test {
protected:
    static void SetUpTestSuite() { ASSERT_EQ(VIPS_INIT("decode_test"), 0); }

    Result<media::Probe> probe(const std::string& bytes) {
        const auto file = file_of(bytes);
        return run(decoders_->probe(file.get(), {}, "owner"));
    }
    /// Derives, and checks what must hold for every derivative.
    Result<media::Derived> derive(const std::string& bytes) {
        const auto file = file_of(bytes);
        auto derived = run(decoders_->derive(file.get(), {}, "owner"));
        if (!derived) return derived;
        for (const auto& variant : derived->variants) {
            const auto clean = media::check_derivative(variant.file.get(), variant.width, variant.height);
            EXPECT_TRUE(clean) << clean.error().detail;
        }
        return derived;
    }
    void expect_quarters(const std::string& bytes, const char* what) {
        const auto derived = derive(bytes);
        ASSERT_TRUE(derived) << what << ": " << derived.error().detail;
        EXPECT_TRUE(is_near(pixel(*derived, .25, .25), 255, 0, 0)) << what;
        EXPECT_TRUE(is_near(pixel(*derived, .75, .25), 0, 255, 0)) << what;
        EXPECT_TRUE(is_near(pixel(*derived, .25, .75), 0, 0, 255)) << what;
        EXPECT_TRUE(is_near(pixel(*derived, .75, .75), 255, 255, 255)) << what;
    }

    std::unique_ptr<media::Decoders> decoders_ = media::make_sandboxed_decoders(media::testing::real_decoders());
};

TEST_F(Pictures, OfEveryFormatBecomePhotosWithTheirColours) {
    const VImage image = primaries(600, 400);
    const struct {
        const char* suffix;
        const char* format;
    } cases[] = {{".jpg", "jpeg"}, {".png", "png"},  {".webp", "webp"},
                 {".gif", "gif"},  {".tif", "tiff"}, {".avif", "avif"}};
    for (const auto& [suffix, format] : cases) {
        const std::string bytes = written(image, suffix);
        const auto found = probe(bytes);
        ASSERT_TRUE(found) << suffix << ": " << found.error().detail;
        EXPECT_EQ(found->format, format);
        EXPECT_EQ(found->width, 600);
        EXPECT_EQ(found->height, 400);
        expect_quarters(bytes, suffix);
    }
    expect_quarters(written(image, ".png", VImage::option()->set("palette", true)), "palette");
    expect_quarters(written(image, ".png", VImage::option()->set("interlace", true)), "interlaced");
    expect_quarters(written(image.colourspace(VIPS_INTERPRETATION_RGB16), ".png"), "16 bit");
    expect_quarters(written(image, ".tif", VImage::option()->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_LZW)),
                    "LZW");
}

TEST_F(Pictures, InInksKeepTheirHues) {
    const auto derived = derive(written(primaries(600, 400).colourspace(VIPS_INTERPRETATION_CMYK), ".jpg"));
    ASSERT_TRUE(derived) << derived.error().detail;
    const auto strongest = [&](double x, double y) {
        const auto got = pixel(*derived, x, y);
        return std::max_element(got.begin(), got.begin() + 3) - got.begin();
    };
    EXPECT_EQ(strongest(.25, .25), 0);
    EXPECT_EQ(strongest(.75, .25), 1);
    EXPECT_EQ(strongest(.25, .75), 2);
    EXPECT_TRUE(is_near(pixel(*derived, .75, .75), 255, 255, 255));
}

TEST_F(Pictures, AreUprightInEveryOrientation) {
    // What EXIF's orientations 1 … 8 do to the primaries, undone: turned and mirrored before they are written.
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const VImage upright = primaries(300, 200);
        const auto mirrored = [](const VImage& image) { return image.flip(VIPS_DIRECTION_HORIZONTAL); };
        const VImage stored[] = {upright,
                                 mirrored(upright),
                                 upright.rot180(),
                                 upright.flip(VIPS_DIRECTION_VERTICAL),
                                 mirrored(upright).rot90().rot180(),
                                 upright.rot270(),
                                 mirrored(upright).rot90(),
                                 upright.rot90()};
        VImage image = stored[orientation - 1].copy();
        image.set("orientation", orientation);
        const std::string bytes = written(image, ".jpg");
        const auto found = probe(bytes);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->width, 300) << orientation;
        EXPECT_EQ(found->height, 200) << orientation;
        expect_quarters(bytes, ("orientation " + std::to_string(orientation)).c_str());
    }
}

TEST_F(Pictures, KeepTheirTransparencyAndGrayStaysGray) {
    const VImage image = primaries(400, 400).bandjoin_const({0}).cast(VIPS_FORMAT_UCHAR);
    const auto clear = derive(written(image, ".png"));
    ASSERT_TRUE(clear) << clear.error().detail;
    EXPECT_EQ(pixel(*clear, .5, .5).at(3), 0);

    const VImage gray = (VImage::black(500, 300) + 128).cast(VIPS_FORMAT_UCHAR);
    const auto derived =
        derive(written(gray.copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W)), ".png"));
    ASSERT_TRUE(derived) << derived.error().detail;
    EXPECT_TRUE(is_near(pixel(*derived, .5, .5), 128, 128, 128, 4));
}

TEST_F(Pictures, MetadataIsReadAndNoneOfItIsInTheDerivatives) {
    const std::string plain = written(primaries(3000, 2000), ".jpg");
    const auto image =
        Exiv2::ImageFactory::open(reinterpret_cast<const Exiv2::byte*>(plain.data()), static_cast<long>(plain.size()));
    Exiv2::ExifData exif;
    exif["Exif.Image.Make"] = "Cadre Works";
    exif["Exif.Image.Model"] = "Model \x01One";
    exif["Exif.Photo.LensModel"] = "50mm f/1.8";
    exif["Exif.Photo.DateTimeOriginal"] = "2019:07:14 21:05:00";
    exif["Exif.Photo.OffsetTimeOriginal"] = "+02:00";
    exif["Exif.Photo.FNumber"] = Exiv2::Rational(18, 10);
    exif["Exif.Photo.ExposureTime"] = Exiv2::Rational(1, 250);
    exif["Exif.Photo.FocalLength"] = Exiv2::Rational(50, 1);
    exif["Exif.Photo.ISOSpeedRatings"] = std::uint16_t{400};
    exif["Exif.GPSInfo.GPSLatitude"] = "48/1 51/1 30/1";
    exif["Exif.GPSInfo.GPSLatitudeRef"] = "N";
    exif["Exif.GPSInfo.GPSLongitude"] = "70/1 30/1 0/1";
    exif["Exif.GPSInfo.GPSLongitudeRef"] = "W";
    Exiv2::XmpData xmp;
    xmp["Xmp.dc.title"] = "Fireworks";
    xmp["Xmp.dc.subject"] = "night";
    xmp["Xmp.xmp.Rating"] = "4";
    Exiv2::IptcData iptc;
    iptc["Iptc.Application2.Caption"] = "Over the river";
    iptc["Iptc.Application2.Keywords"] = "night";
    image->setExifData(exif);
    image->setXmpData(xmp);
    image->setIptcData(iptc);
    image->writeMetadata();
    Exiv2::BasicIo& io = image->io();
    ASSERT_EQ(io.open(), 0);
    std::string bytes(io.size(), '\0');
    io.read(reinterpret_cast<Exiv2::byte*>(bytes.data()), static_cast<Exiv2Index>(bytes.size()));
    ASSERT_NE(bytes.find("Cadre Works"), std::string::npos);

    const auto found = probe(bytes);
    ASSERT_TRUE(found) << found.error().detail;
    const auto& metadata = found->metadata;
    EXPECT_EQ(metadata.make, "Cadre Works");
    EXPECT_EQ(metadata.model, "Model One");
    EXPECT_EQ(metadata.lens, "50mm f/1.8");
    ASSERT_TRUE(metadata.taken_at);
    EXPECT_EQ(text_of(*metadata.taken_at), "2019-07-14T21:05:00+02:00");
    EXPECT_EQ(metadata.aperture, 1.8);
    EXPECT_EQ(metadata.exposure_s, 1.0 / 250);
    EXPECT_EQ(metadata.focal_length_mm, 50);
    EXPECT_EQ(metadata.iso, 400);
    ASSERT_TRUE(metadata.location);
    EXPECT_NEAR(metadata.location->lat, 48.858333, 1e-5);
    EXPECT_NEAR(metadata.location->lon, -70.5, 1e-9);
    EXPECT_EQ(metadata.title, "Fireworks");
    EXPECT_EQ(metadata.caption, "Over the river");
    EXPECT_EQ(metadata.keywords, std::vector<std::string>{"night"});
    EXPECT_EQ(metadata.rating, 4);

    const auto derived = derive(bytes);
    ASSERT_TRUE(derived) << derived.error().detail;
    for (const auto& variant : derived->variants) {
        const std::string file = bytes_of(variant.file.get());
        for (const char* secret : {"Cadre Works", "EXIF", "XMP ", "ICCP", "Fireworks"}) {
            EXPECT_EQ(file.find(secret), std::string::npos) << secret << " in " << variant.name;
        }
    }
}

TEST_F(Pictures, AWebpThatLibvipsWroteWithMetadataIsNoDerivative) {
    const VImage image = primaries(40, 40);
    const auto ours = derive(written(image, ".png"));
    ASSERT_TRUE(ours);
    EXPECT_FALSE(media::check_derivative(ours->variants[0].file.get(), 41, 40)) << "not the size that was said";
    VImage telling = image.copy();
    telling.set("exif-ifd0-Make", "Cadre Works");
    const auto file = file_of(written(telling, ".webp"));
    EXPECT_FALSE(media::check_derivative(file.get(), 40, 40));
}

TEST_F(Pictures, CutAnywhereAreRefusedOrFailButHarmNothing) {
    const VImage image = primaries(400, 300);
    for (const char* suffix : {".jpg", ".png", ".webp", ".avif"}) {
        const std::string whole = written(image, suffix);
        for (std::size_t part = 0; part < 9; ++part) {  // of what is almost whole, ends_test.cc tells
            const auto derived = derive(whole.substr(0, whole.size() * part / 12));
            ASSERT_FALSE(derived) << suffix << " cut to " << part << "/12";
            EXPECT_EQ(derived.error().detail.find("a decoder"), std::string::npos) << derived.error().detail;
        }
    }
}

TEST_F(Pictures, AProfileAHeifAndATurnGoThroughTheSandboxToo) {
    const auto swapped = testing::rgb_profile({.30, .60, .15, .06, .64, .33, .3127, .3290}, 2.2);
    const auto derived = derive(written(testing::with_profile(primaries(600, 400), swapped), ".png"));
    ASSERT_TRUE(derived) << derived.error().detail;
    EXPECT_TRUE(is_near(pixel(*derived, .25, .25), 0, 255, 0)) << "red is green in this profile";
    testing::HeifParts parts;
    parts.exif = testing::exif_with_orientation(1);
    parts.describe_two = true;
    parts.trailer = "trailer";
    const auto file = file_of(testing::heif(parts));
    const auto found = run(decoders_->probe(file.get(), {}, "owner"));
    ASSERT_TRUE(found) << found.error().detail;
    EXPECT_FALSE(found->incomplete);
    const auto turned = run(decoders_->derive(file.get(), {}, "owner", 90));
    ASSERT_TRUE(turned) << turned.error().detail;
    EXPECT_TRUE(is_near(pixel(*turned, .25, .25), 60, 90, 180, 10));
}

TEST_F(Pictures, AProgressiveJpegHasALimitOfItsOwn) {
    const auto file = file_of(written(primaries(600, 400), ".jpg", VImage::option()->set("interlace", true)));
    const auto found = run(decoders_->probe(file.get(), {}, "owner"));
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->progressive);
    media::Limits limits;
    limits.max_progressive_pixels = 200'000;
    const auto refused = run(decoders_->probe(file.get(), limits, "owner"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unprocessable);
    EXPECT_NE(refused.error().message.find("progressive"), std::string::npos);
}

}  // namespace
}  // namespace cadre::decode
