// What people wrote, as different programs keep it, and what nobody wrote.
#include "decode/words.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "decode/boilerplate.h"
#include "decode/png_text.h"
#include "media/testing.h"

namespace cadre::decode {
namespace {

using namespace std::string_literals;
using Words = std::vector<std::string>;

media::Metadata words_of(const Tags& tags) {
    media::Metadata metadata;
    read_words(tags, metadata);
    return metadata;
}

/// IPTC's bytes as they are, which assigning text would not keep.
void set_iptc(Tags& tags, const char* key, const std::string& bytes) {
    Exiv2::StringValue value;
    value.value_ = bytes;
    tags.iptc.add(Exiv2::IptcKey(key), &value);
}

void set_comment(Tags& tags, const std::string& bytes, Exiv2::ByteOrder order = Exiv2::littleEndian) {
    Exiv2::CommentValue value;
    value.read(reinterpret_cast<const Exiv2::byte*>(bytes.data()), static_cast<Exiv2Index>(bytes.size()), order);
    tags.exif.add(Exiv2::ExifKey("Exif.Photo.UserComment"), &value);
}

void set_bytes(Tags& tags, const char* key, const std::string& bytes) {
    Exiv2::DataValue value(Exiv2::unsignedByte);
    value.read(reinterpret_cast<const Exiv2::byte*>(bytes.data()), static_cast<Exiv2Index>(bytes.size()),
               Exiv2::littleEndian);
    tags.exif.add(Exiv2::ExifKey(key), &value);
}

void add_to_list(Tags& tags, const char* key, const Words& words) {
    auto value = Exiv2::Value::create(Exiv2::xmpBag);
    for (const auto& word : words) value->read(word);
    tags.xmp.add(Exiv2::XmpKey(key), value.get());
}

TEST(Words, OfWindowsAndOfUtf8ThatWasCutAreWhole) {
    Tags tags;
    set_iptc(tags, "Iptc.Application2.Caption", "Don\x92t \x96 \x93\x8cuvre\x94 5 \x80");
    EXPECT_EQ(words_of(tags).caption, "Don’t – “Œuvre” 5 €");
    Tags cut;
    set_iptc(cut, "Iptc.Application2.ObjectName", "Familie bei den Großeltern in Garmisch-Partenkirchen im So Gr\xc3");
    EXPECT_EQ(words_of(cut).title, "Familie bei den Großeltern in Garmisch-Partenkirchen im So Gr");
    Tags plain;  // ASCII before the cut: what the file says of itself decides
    set_iptc(plain, "Iptc.Application2.ObjectName", std::string(63, 'x') + "\xe9");
    EXPECT_EQ(words_of(plain).title, std::string(63, 'x') + "é");
    set_iptc(plain, "Iptc.Envelope.CharacterSet", "\x1b%G");
    EXPECT_EQ(words_of(plain).title, std::string(63, 'x'));
}

TEST(Words, AKeywordThatIptcCutGivesWayToTheWholeOne) {
    const std::string whole = "Familientreffen bei den Großeltern in Garmisch-Partenkirchen im Sommer 1998";
    Tags tags;
    add_to_list(tags, "Xmp.dc.subject", {whole, "Zoo"});
    set_iptc(tags, "Iptc.Application2.Keywords", whole.substr(0, 64));
    set_iptc(tags, "Iptc.Application2.Keywords", "Zo");
    EXPECT_EQ(words_of(tags).keywords, (Words{whole, "Zoo", "Zo"}))
        << "a short word that another begins with is its own";
}

TEST(Words, OfHierarchiesAreTheLastPieceBesideAFlatListAndAllPiecesAlone) {
    Tags tags;
    add_to_list(tags, "Xmp.lr.hierarchicalSubject", {"Nature|Animals|Cat", "Places|Paris"});
    EXPECT_EQ(words_of(tags).keywords, (Words{"Nature", "Animals", "Cat", "Places", "Paris"}));
    add_to_list(tags, "Xmp.dc.subject", {"Cat"});
    EXPECT_EQ(words_of(tags).keywords, (Words{"Cat", "Paris"}));
    Tags digikam;
    add_to_list(digikam, "Xmp.digiKam.TagsList", {"People/Anna"});
    EXPECT_EQ(words_of(digikam).keywords, (Words{"People", "Anna"}));
}

TEST(Words, OfAUserCommentAreReadInEachOfItsCharacterSets) {
    const auto caption = [](const std::string& bytes, Exiv2::ByteOrder order = Exiv2::littleEndian) {
        Tags tags;
        set_comment(tags, bytes, order);
        return words_of(tags).caption;
    };
    EXPECT_EQ(caption("ASCII\0\0\0By hand"s), "By hand");
    EXPECT_EQ(caption("ASCII\0\0\0By hand\0\0\0"s), "By hand");
    EXPECT_EQ(caption("\0\0\0\0\0\0\0\0Gr\xc3\xbc\xc3\x9f"
                      "e"s),
              "Grüße");
    EXPECT_EQ(caption("UNICODE\0H\0\xe9\0"s), "Hé");
    EXPECT_EQ(caption("UNICODE\0\0H\0\xe9"s, Exiv2::bigEndian), "Hé");
    EXPECT_EQ(caption("UNICODE\0\0H\0\xe9"s), "Hé") << "in another order than its file";
    EXPECT_EQ(caption("UNICODE\0\xfe\xff\x65\xe5\x67\x2c"s), "日本");
    EXPECT_EQ(caption("no name before it"), "no name before it");
    for (const auto& nothing : {"ASCII\0\0\0"s, "ASCII\0\0\0      "s, "\0\0\0\0\0\0\0\0"s, "ASCII\0\0\0\1\2\3\4"s,
                                "JIS\0\0\0\0\0\x1b$B"s, "UNICODE\0"s, ""s})
        EXPECT_EQ(caption(nothing), "") << nothing;
}

TEST(Words, OfOtherFieldsComeBeforeAComment) {
    Tags tags;
    set_comment(tags, "ASCII\0\0\0the comment"s);
    tags.png.emplace_back("Description", "a PNG's description");
    EXPECT_EQ(words_of(tags).caption, "a PNG's description");
    tags.exif["Exif.Image.ImageDescription"] = "EXIF's description";
    EXPECT_EQ(words_of(tags).caption, "EXIF's description");
    tags.png.emplace_back("Title", "a PNG's title");
    EXPECT_EQ(words_of(tags).title, "a PNG's title");
    set_iptc(tags, "Iptc.Application2.Headline", "a headline");
    EXPECT_EQ(words_of(tags).title, "a headline");
    set_iptc(tags, "Iptc.Application2.ObjectName", "a title");
    EXPECT_EQ(words_of(tags).title, "a title");
}

TEST(Words, ThatAreTypedAsBytesAreText) {
    Tags tags;
    set_bytes(tags, "Exif.Image.ImageDescription", "By hand");
    set_bytes(tags, "Exif.Image.XPTitle", "T\0\xe9\0\x3d\xd8\0\xde\0\0"s);
    EXPECT_EQ(words_of(tags).caption, "By hand");
    EXPECT_EQ(words_of(tags).title, "Té😀");
}

TEST(Words, OfSeveralLanguagesAreThoseThatSaySomething) {
    Tags tags;
    auto value = Exiv2::Value::create(Exiv2::langAlt);
    value->read("lang=\"x-default\" ");
    value->read("lang=\"fr\" Bonjour");
    tags.xmp.add(Exiv2::XmpKey("Xmp.dc.title"), value.get());
    EXPECT_EQ(words_of(tags).title, "Bonjour");
}

TEST(Words, StarsAndWindowsPerCentAreOneToFive) {
    const auto rating = [](const char* key, const char* text) {
        Tags tags;
        tags.xmp[key] = text;
        return words_of(tags).rating.value_or(-1);
    };
    for (int stars = 0; stars <= 5; ++stars) EXPECT_EQ(rating("Xmp.xmp.Rating", std::to_string(stars).c_str()), stars);
    EXPECT_EQ(rating("Xmp.xmp.Rating", "-1"), -1);
    EXPECT_EQ(rating("Xmp.xmp.Rating", "99"), -1);
    EXPECT_EQ(rating("Xmp.xmp.Rating", "good"), -1);
    EXPECT_EQ(rating("Xmp.MicrosoftPhoto.Rating", "1"), 1);
    EXPECT_EQ(rating("Xmp.MicrosoftPhoto.Rating", "25"), 2);
    EXPECT_EQ(rating("Xmp.MicrosoftPhoto.Rating", "75"), 4);
    EXPECT_EQ(rating("Xmp.MicrosoftPhoto.Rating", "99"), 5);
    EXPECT_EQ(rating("Xmp.MicrosoftPhoto.Rating", "0"), 0);
}

TEST(Boilerplate, IsWhatCamerasAndProgramsWriteIntoEveryPicture) {
    for (const char* text : {"SANYO DIGITAL CAMERA",
                             "DCF 1.0",
                             "OLYMPUS DIGITAL CAMERA",
                             "MINOLTA DIGITAL CAMERA",
                             "KONICA MINOLTA DIGITAL CAMERA",
                             "SONY DSC",
                             "Exif_JPEG_PICTURE",
                             "Exif JPEG",
                             "PENTAX DIGITAL CAMERA",
                             "Digital Camera",
                             "SAMSUNG CAMERA PICTURES",
                             "default",
                             "DCIM\\100MEDIA\\DJI_0188.JPG",
                             "---",
                             "Created with GIMP",
                             "File written by Adobe Photoshop 4.0",
                             "{\"a\":1}",
                             "oplus_32",
                             "Untitled",
                             "a5cb01550dbb9a6bf732f87e413f6e231cc4581e6a5be800fb0871dce0760cd5"})
        EXPECT_TRUE(is_boilerplate(text, "", "")) << text;
    EXPECT_TRUE(is_boilerplate("Casio digital camera", "CASIO COMPUTER CO.,LTD", "QV-4000"));
    EXPECT_TRUE(is_boilerplate("NIKON D70", "NIKON", "D70"));
    EXPECT_TRUE(is_boilerplate("hdrpl", "HUAWEI", "P20"));
    for (const char* text : {"hdrpl", "My first digital camera", "Dad with his OLYMPUS DIGITAL CAMERA", "5", "Zürich",
                             "A picture", "Image of a cat", "The camera", "日本", "Title fight"})
        EXPECT_FALSE(is_boilerplate(text, "Canon", "EOS 5D")) << text;
}

std::string png_of(const std::string& chunks) { return "\x89PNG\r\n\x1a\n"s + chunks; }
std::string chunk(const std::string& type, const std::string& data) {
    const auto length = static_cast<char>(data.size());
    return "\0\0\0"s + length + type + data + "CRC!";
}

TEST(PngText, IsReadPlainAndDeflatedAndBrokenOnesAreLeftOut) {
    // zlib.compress(b"deflated"), by Python 3.11
    const std::string deflated = "\x78\x9c\x4b\x49\x4d\xcb\x49\x2c\x49\x4d\x01\x00\x0e\x79\x03\x3a"s;
    const auto texts = read_png_texts(
        as_bytes(png_of(chunk("tEXt", "Title\0A title"s) + chunk("zTXt", "Comment\0\0"s + deflated) +
                        chunk("iTXt", "Description\0\0\0en\0\0Über"s) + chunk("iTXt", "Author\0\1\0\0\0"s + deflated) +
                        chunk("tEXt", "no zero") + chunk("zTXt", "Bad\0\0xxxx"s) + chunk("iTXt", "Short\0\0"s) +
                        chunk("IEND", "") + chunk("tEXt", "After\0the end"s))));
    using Pair = std::pair<std::string, std::string>;
    EXPECT_EQ(texts,
              (std::vector<Pair>{
                  {"Title", "A title"}, {"Comment", "deflated"}, {"Description", "Über"}, {"Author", "deflated"}}));
    const std::string cut = png_of(chunk("tEXt", "Title\0A title"s));
    for (std::size_t size = 0; size < cut.size(); ++size)
        EXPECT_TRUE(read_png_texts(as_bytes(cut.substr(0, size))).empty());
}

}  // namespace
}  // namespace cadre::decode
