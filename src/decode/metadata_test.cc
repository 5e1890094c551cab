// Position, camera and lens out of tags, and where HEIF keeps them.
#include <gtest/gtest.h>

#include <vips/vips8>

#include "decode/camera.h"
#include "decode/position.h"
#include "decode/read_tags.h"

namespace cadre::decode {
namespace {

using namespace std::string_literals;

media::Metadata settings_of(const Tags& tags) {
    media::Metadata metadata;
    read_settings(tags, metadata);
    return metadata;
}

void set_rationals(Tags& tags, const char* key, std::initializer_list<Exiv2::URational> numbers) {
    Exiv2::URationalValue value;
    for (const auto& number : numbers) value.value_.push_back(number);
    tags.exif.add(Exiv2::ExifKey(key), &value);
}

TEST(Position, OfLargeRationalsTextAndSmallLettersIsRead) {
    Tags tags;
    set_rationals(tags, "Exif.GPSInfo.GPSLatitude", {{4'000'000'000U, 80'000'000U}, {0, 1}, {0, 1}});
    tags.exif["Exif.GPSInfo.GPSLatitudeRef"] = "s";
    set_rationals(tags, "Exif.GPSInfo.GPSLongitude", {{70, 1}, {1'800'000'000U, 60'000'000U}, {0, 0}});
    tags.exif["Exif.GPSInfo.GPSLongitudeRef"] = "west";
    const auto at = location_of(tags);
    ASSERT_TRUE(at);
    EXPECT_NEAR(at->lat, -50, 1e-9);
    EXPECT_NEAR(at->lon, -70.5, 1e-9);
}

TEST(Position, InXmpIsReadInAllItsForms) {
    const auto read = [](const char* lat, const char* lon) {
        Tags tags;
        tags.xmp["Xmp.exif.GPSLatitude"] = lat;
        tags.xmp["Xmp.exif.GPSLongitude"] = lon;
        return location_of(tags).value_or(media::Location{});
    };
    EXPECT_NEAR(read("48,51.5N", "2,17,40W").lat, 48.858333, 1e-6);
    EXPECT_NEAR(read("48,51.5N", "2,17,40W").lon, -2.294444, 1e-6);
    EXPECT_NEAR(read("55/1 54/1 36/1", "12/1 30/1 0/1").lat, 55.91, 1e-6);
    EXPECT_NEAR(read("55/1,54/1S", "12/1").lat, -55.9, 1e-6);
    EXPECT_NEAR(read("-33.8568", "151.2153").lat, -33.8568, 1e-9);
    EXPECT_NEAR(read("0,30s", "0,30e").lat, -0.5, 1e-9);
    EXPECT_EQ(read("north", "east"), media::Location{});
    EXPECT_EQ(read("91,0N", "2,0E"), media::Location{});
    EXPECT_EQ(read("1/0", "2,0E"), media::Location{});
}

TEST(Position, WithoutAFixIsNoneAndXmpFillsIn) {
    Tags tags;
    tags.exif["Exif.GPSInfo.GPSLatitude"] = "0/1 0/1 0/1";
    tags.exif["Exif.GPSInfo.GPSLongitude"] = "0/1 0/1 0/1";
    EXPECT_FALSE(location_of(tags));
    tags.xmp["Xmp.exif.GPSLatitude"] = "1,30N";
    tags.xmp["Xmp.exif.GPSLongitude"] = "2,30E";
    EXPECT_EQ(location_of(tags), (media::Location{1.5, 2.5}));
    Tags equator;
    equator.exif["Exif.GPSInfo.GPSLatitude"] = "0/1 0/1 0/1";
    equator.exif["Exif.GPSInfo.GPSLongitude"] = "10/1 0/1 0/1";
    EXPECT_EQ(location_of(equator), (media::Location{0, 10}));
}

TEST(Position, AsTextInExifIsReadToo) {
    Tags tags;
    for (const auto& [key, text] :
         {std::pair{"Exif.GPSInfo.GPSLatitude", "48/1,51/1,30/1"}, {"Exif.GPSInfo.GPSLongitude", "2.5 w"}}) {
        Exiv2::AsciiValue value;
        value.read(text);
        tags.exif.add(Exiv2::ExifKey(key), &value);
    }
    const auto at = location_of(tags);
    ASSERT_TRUE(at);
    EXPECT_NEAR(at->lat, 48.858333, 1e-6);
    EXPECT_NEAR(at->lon, -2.5, 1e-9);
}

TEST(Camera, SettingsAreFoundWhereverTheyAre) {
    Tags own;
    own.exif["Exif.Photo.FNumber"] = Exiv2::Rational(0, 1);  // unknown
    own.exif["Exif.Photo.ApertureValue"] = Exiv2::Rational(4, 1);
    own.exif["Exif.Photo.ShutterSpeedValue"] = Exiv2::Rational(8, 1);
    own.exif["Exif.Photo.ISOSpeedRatings"] = std::uint16_t{65535};
    own.exif["Exif.Photo.RecommendedExposureIndex"] = std::uint32_t{102400};
    EXPECT_NEAR(settings_of(own).aperture.value_or(0), 4, 1e-9);
    EXPECT_NEAR(settings_of(own).exposure_s.value_or(0), 1.0 / 256, 1e-9);
    EXPECT_EQ(settings_of(own).iso, 102400);
    Tags xmp;
    xmp.xmp["Xmp.exif.FNumber"] = "28/10";
    xmp.xmp["Xmp.exif.ExposureTime"] = "1/125";
    xmp.xmp["Xmp.exif.FocalLength"] = "50/1";
    xmp.xmp["Xmp.aux.Lens"] = "EF50mm f/1.8";
    EXPECT_NEAR(settings_of(xmp).aperture.value_or(0), 2.8, 1e-9);
    EXPECT_NEAR(settings_of(xmp).exposure_s.value_or(0), 1.0 / 125, 1e-9);
    EXPECT_EQ(settings_of(xmp).focal_length_mm, 50);
    EXPECT_EQ(settings_of(xmp).lens, "EF50mm f/1.8");
    Tags maker;
    maker.exif["Exif.Image.Make"] = "Canon";
    maker.exif["Exif.CanonSi.ISOSpeed"] = std::uint16_t{160};  // 100 · 2^(160/32 − 5)
    EXPECT_EQ(settings_of(maker).iso, 100);
}

TEST(Camera, ALensWithoutANameIsNamedByItsNumbers) {
    Tags tags;
    tags.exif["Exif.Photo.LensModel"] = "----";
    EXPECT_EQ(settings_of(tags).lens, "");
    set_rationals(tags, "Exif.Photo.LensSpecification", {{18, 1}, {55, 1}, {35, 10}, {56, 10}});
    EXPECT_EQ(settings_of(tags).lens, "18-55mm f/3.5-5.6");
    Tags prime;
    set_rationals(prime, "Exif.Photo.LensSpecification", {{85, 1}, {85, 1}, {18, 10}, {18, 10}});
    EXPECT_EQ(settings_of(prime).lens, "85mm f/1.8");
    set_rationals(prime, "Exif.Photo.LensSpecification", {{0, 0}, {0, 0}, {0, 0}, {0, 0}});
}

/// What libvips made of a HEIF container: its blobs by name.
Picture heif_with(const char* name, const std::string& bytes) {
    Picture picture;
    picture.format = Format::heic;
    picture.header = vips::VImage::black(1, 1).copy();
    vips_image_set_blob_copy(picture.header.get_image(), name, bytes.data(), bytes.size());
    return picture;
}

TEST(Heif, XmpIsFoundUnderWhateverNameLibvipsGivesIt) {
    ASSERT_EQ(VIPS_INIT("decode_test"), 0);
    const std::string xmp =
        "<?xpacket begin='\xef\xbb\xbf' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
        "xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='4'/></rdf:RDF></x:xmpmeta><?xpacket end='w'?>";
    for (const char* name : {"heif-mime-1", "heif-mime-12", "xmp-data"})
        EXPECT_EQ(read_tags(heif_with(name, xmp)).xmp_text("Xmp.xmp.Rating"), "4") << name;
    EXPECT_TRUE(read_tags(heif_with("heif-mime-1", "<html>no XMP</html>")).xmp.empty());
}

TEST(Heif, ExifIsFoundBehindWhateverStandsBeforeIt) {
    ASSERT_EQ(VIPS_INIT("decode_test"), 0);
    Exiv2::ExifData exif;
    exif["Exif.Image.Make"] = "Cadre Works";
    Exiv2::Blob blob;
    Exiv2::ExifParser::encode(blob, Exiv2::littleEndian, exif);
    const std::string tiff(blob.begin(), blob.end());
    for (const auto& before : {""s, "Exif\0\0"s,
                               "\xff\xe1\x12\x34"
                               "Exif\0\0"s,
                               "\0\0\0\6Exif\0\0"s})
        EXPECT_EQ(read_tags(heif_with("exif-data", before + tiff)).exif_text("Exif.Image.Make"), "Cadre Works");
    EXPECT_TRUE(tiff_in({}).empty());
    EXPECT_TRUE(read_tags(heif_with("exif-data", "Exif\0\0 and nothing that is any"s)).exif.empty());
}

}  // namespace
}  // namespace cadre::decode
