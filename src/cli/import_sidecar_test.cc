// What sidecars say, and what of it a photo is told.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "base/testing.h"
#include "cli/import/sidecar.h"

namespace cadre::cli {
namespace {

std::string rdf(std::string_view inside, std::string_view attributes = "") {
    return R"(<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
 xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/" )" +
           std::string(attributes) + ">" + std::string(inside) +
           R"(</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>)";
}

Said xmp(std::string_view text) {
    const auto said = read_xmp(text);
    EXPECT_TRUE(said) << text << "\n" << (said ? "" : said.error().message);
    return said.value_or(Said{});
}

using Tags = std::vector<std::string>;

TEST(Xmp, WhatApplicationsWriteIsRead) {
    const auto said = xmp(rdf(R"(
<dc:title><rdf:Alt><rdf:li xml:lang="de">See</rdf:li><rdf:li xml:lang="x-default">Lake &amp; sky</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">One
two</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>lake</rdf:li><rdf:li> sky </rdf:li><rdf:li>lake</rdf:li></rdf:Bag></dc:subject>
<lr:hierarchicalSubject><rdf:Bag><rdf:li>nature|water|lake</rdf:li><rdf:li>people|Ada</rdf:li></rdf:Bag></lr:hierarchicalSubject>
<digiKam:TagsList><rdf:Seq><rdf:li>places/Rome</rdf:li></rdf:Seq></digiKam:TagsList>)",
                              R"(xmp:Rating="4" exif:DateTimeOriginal="2018-08-11T17:38:25+02:00"
exif:GPSLatitude="48,51.5N" exif:GPSLongitude="2,17,30W")"));
    EXPECT_EQ(said.title, "Lake & sky");
    EXPECT_EQ(said.caption, "One\ntwo");
    EXPECT_EQ(said.tags, (Tags{"lake", "sky", "Ada", "Rome"}));
    EXPECT_EQ(said.rating, 4);
    ASSERT_TRUE(said.taken_at);
    EXPECT_EQ(rfc3339(*said.taken_at), "2018-08-11T17:38:25+02:00");
    ASSERT_TRUE(said.location);
    EXPECT_NEAR(said.location->lat, 48.858333, 1e-6);
    EXPECT_NEAR(said.location->lon, -2.291667, 1e-6);
}

TEST(Xmp, OtherPrefixesAndRdfAloneAreTheSame) {
    const auto said = xmp(R"(<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<r:Description xmlns="http://purl.org/dc/elements/1.1/" xmlns:q="http://ns.adobe.com/xap/1.0/" q:Rating="2"/>
<r:Description xmlns:e="http://purl.org/dc/elements/1.1/"><e:title>Plain</e:title></r:Description></r:RDF>)");
    EXPECT_EQ(said.title, "Plain");
    EXPECT_EQ(said.rating, 2);
    EXPECT_TRUE(xmp(rdf(R"(<dc:Rating>3</dc:Rating>)")).empty()) << "a name of another namespace";
}

TEST(Xmp, DatesOfEachForm) {
    const auto date = [](std::string_view text) {
        const auto said = xmp(rdf("<exif:DateTimeOriginal>" + std::string(text) + "</exif:DateTimeOriginal>"));
        return said.taken_at ? rfc3339(*said.taken_at) : std::string();
    };
    EXPECT_EQ(date("2018-08-11T17:38:25"), "2018-08-11T17:38:25");
    EXPECT_EQ(date("2018-08-11T17:38:25.123Z"), "2018-08-11T17:38:25.123Z");
    EXPECT_EQ(date("2018-08-11T17:38"), "2018-08-11T17:38:00");
    EXPECT_EQ(date("2018-08-11T17:38-07:00"), "2018-08-11T17:38:00-07:00");
    EXPECT_EQ(date("2018-08-11"), "2018-08-11T00:00:00");
    EXPECT_EQ(date("2018:08:11 17:38:25"), "2018-08-11T17:38:25");
    EXPECT_EQ(date("11.8.2018, in the evening"), "");
    EXPECT_EQ(date(""), "");
}

TEST(Xmp, WhatIsAbsurdIsAbsent) {
    EXPECT_EQ(xmp(rdf("", R"(xmp:Rating="-1")")).rating, std::nullopt) << "rejected";
    EXPECT_EQ(xmp(rdf("", R"(xmp:Rating="0")")).rating, std::nullopt);
    EXPECT_EQ(xmp(rdf("", R"(xmp:Rating="6")")).rating, std::nullopt);
    EXPECT_EQ(xmp(rdf("", R"(xmp:Rating="3.0")")).rating, 3);
    EXPECT_EQ(xmp(rdf("", R"(MicrosoftPhoto:Rating="75")")).rating, 4);
    EXPECT_EQ(xmp(rdf("", R"(MicrosoftPhoto:Rating="99")")).rating, 5);
    for (const auto* place :
         {R"(exif:GPSLatitude="0,0N" exif:GPSLongitude="0,0E")", R"(exif:GPSLatitude="91,0N" exif:GPSLongitude="0,1E")",
          R"(exif:GPSLatitude="a,0N" exif:GPSLongitude="0,1E")", R"(exif:GPSLatitude="1,0N")"})
        EXPECT_FALSE(xmp(rdf("", place)).location) << place;
    const auto south =
        xmp(rdf("", R"(exif:GPSLatitude="33.8568" exif:GPSLatitudeRef="S" exif:GPSLongitude="151.2153E")"));
    ASSERT_TRUE(south.location);
    EXPECT_DOUBLE_EQ(south.location->lat, -33.8568);
    const auto longest = xmp(rdf("<dc:title>" + std::string(5000, 'x') + "</dc:title>"));
    EXPECT_EQ(longest.title.size(), 300U);
}

TEST(Xmp, HostileFilesCostLittleAndSayNothing) {
    EXPECT_FALSE(read_xmp(""));
    EXPECT_FALSE(read_xmp("no XML"));
    EXPECT_FALSE(read_xmp("<a/>"));
    EXPECT_FALSE(read_xmp(std::string("\0\0\0\0", 4)));
    std::string deep = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">";
    for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
    (void)read_xmp(deep);  // no stack is large enough for a parser that recurses
    const auto lol = read_xmp(R"(<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY f SYSTEM "file:///etc/passwd">]>)" +
                              rdf("<dc:title>&b;&f;</dc:title>"));
    if (lol) {
        EXPECT_EQ(lol->title, "&b;&f;");
    }
    std::string many;
    for (int i = 0; i < 100'000; ++i) many += "<rdf:li>tag " + std::to_string(i) + "</rdf:li>";
    EXPECT_EQ(xmp(rdf("<dc:subject><rdf:Bag>" + many + "</rdf:Bag></dc:subject>")).tags.size(), 100U);
}

TEST(Xmp, Utf16IsRead) {
    const std::string text = rdf("<dc:title>Zoe</dc:title>");
    std::string wide("\xFF\xFE", 2);
    for (const char c : text) wide += std::string(1, c) + std::string(1, '\0');
    EXPECT_EQ(xmp(wide).title, "Zoe");
}

Said takeout(std::string_view text, std::string_view file = "IMG_1.jpg") {
    const auto said = read_takeout(text, file);
    EXPECT_TRUE(said) << text;
    return said.value_or(Said{});
}

TEST(Takeout, WhatGoogleWritesIsRead) {
    const auto said = takeout(R"({
  "title": "IMG_1 with a longer name.jpg", "description": "It&#39;s\nhere", "imageViews": "3",
  "creationTime": {"timestamp": "1700000000", "formatted": "Nov 14, 2023, 10:13:20 PM UTC"},
  "photoTakenTime": {"timestamp": "1561976529", "formatted": "Jul 1, 2019, 10:22:09 AM UTC"},
  "geoData": {"latitude": 45.4642, "longitude": 9.19, "altitude": 0.0, "latitudeSpan": 0.0, "longitudeSpan": 0.0},
  "geoDataExif": {"latitude": 1.0, "longitude": 2.0, "altitude": 0.0},
  "people": [{"name": "Somebody"}], "favorited": true, "url": "https://photos.google.com/photo/x"})");
    EXPECT_EQ(said.title, "");
    EXPECT_EQ(said.filename, "IMG_1 with a longer name.jpg");
    EXPECT_EQ(said.caption, "It's\nhere");
    EXPECT_EQ(said.taken_unix, 1561976529);
    ASSERT_TRUE(said.location);
    EXPECT_DOUBLE_EQ(said.location->lat, 45.4642);
    EXPECT_TRUE(said.favourite);
    EXPECT_EQ(said.tags, Tags{}) << "faces are no tags";
    EXPECT_FALSE(said.trashed);
}

TEST(Takeout, UnknownIsWrittenAsZero) {
    const auto said = takeout(R"({"title": "IMG_1.jpg", "description": "", "photoTakenTime": {"timestamp": "0"},
"geoData": {"latitude": 0.0, "longitude": 0.0}, "geoDataExif": {"latitude": 0.0, "longitude": 0.0}})");
    EXPECT_TRUE(said.empty());
    const auto exif = takeout(R"({"photoTakenTime": {"timestamp": "-86400"}, "geoData": {"latitude": 0, "longitude": 0},
"geoDataExif": {"latitude": 1, "longitude": 2}})");
    EXPECT_EQ(exif.taken_unix, -86400);
    EXPECT_EQ(exif.location, (media::Location{1, 2}));
    EXPECT_EQ(takeout(R"({"photoTakenTime": {"timestamp": 1561976529}})").taken_unix, 1561976529);
    EXPECT_EQ(takeout(R"({"photoTakenTime": {"timestamp": "9999999999999"}})").taken_unix, std::nullopt);
    EXPECT_TRUE(takeout(R"({"photoTakenTime": {"timestamp": "1"}, "trashed": true})").trashed);
}

TEST(Takeout, ATitleIsTheNameOfTheFileUnlessItIsNone) {
    const auto titled = [](const char* title, const char* file) {
        return takeout(R"({"photoTakenTime":{},"title":")" + std::string(title) + "\"}", file);
    };
    EXPECT_EQ(titled("20030616", "20030616.jpg").filename, "20030616.jpg");
    EXPECT_EQ(titled("a/b.png", "a_b.png").filename, "a_b.png");
    EXPECT_EQ(titled("The lake", "IMG_1.jpg").title, "The lake");
    EXPECT_EQ(titled("The lake", "IMG_1.jpg").filename, "");
    EXPECT_EQ(titled("Let&#39;s go.JPG", "Let_s go.JPG").filename, "Let's go.JPG");
}

TEST(Takeout, OtherJsonIsNone) {
    for (const auto* text : {"", "{", "[]", "null", "{}", R"({"name": "package", "version": "1"})",
                             R"({"title": "Album"})", "{\"photoTakenTime\": \"\xff\"}"})
        EXPECT_FALSE(read_takeout(text, "a.jpg")) << text;
    EXPECT_FALSE(read_takeout(std::string(100'000, '['), "a.jpg"));
    EXPECT_TRUE(takeout(R"({"photoTakenTime": [], "geoData": "x", "favorited": "yes", "description": 5, "title": {}})")
                    .empty());
    EXPECT_EQ(takeout("\xEF\xBB\xBF{\"description\": \"x\", \"geoData\": {}}").caption, "x");
}

TEST(Said, TheFirstOfTwoSidecarsCountsAndTagsAreThoseOfBoth) {
    Said first, second;
    first.title = "One";
    first.tags = {"a"};
    second.title = "Two";
    second.caption = "Two";
    second.tags = {"a", "b"};
    second.rating = 3;
    first.add(second);
    EXPECT_EQ(first.title, "One");
    EXPECT_EQ(first.caption, "Two");
    EXPECT_EQ(first.tags, (Tags{"a", "b"}));
    EXPECT_EQ(first.rating, 3);
}

/// Clocks as in Rome for one test.
class RomanTime : public ::testing::Test {
protected:
    RomanTime() {
        ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
        ::tzset();
    }
    ~RomanTime() override {
        ::unsetenv("TZ");
        ::tzset();
    }
};

TEST_F(RomanTime, InstantsStandOnTheLocalDay) {
    EXPECT_EQ(rfc3339(on_local_clock(1'717'194'600)), "2024-06-01T00:30:00+02:00");  // 22:30 UTC of May
    EXPECT_EQ(rfc3339(on_local_clock(1'704'063'600)), "2024-01-01T00:00:00+01:00");
}

std::string date_told(const Said& said, const char* there) {
    json::object photo{{"taken_at", nullptr}};
    if (there != nullptr) photo["taken_at"] = there;
    const auto patch = patch_of(said, photo);
    return std::string(get_string(patch, "taken_at").value_or(""));
}

TEST_F(RomanTime, AnInstantIsADateUnlessTheFileMayMeanTheSameMoment) {
    Said said;
    said.taken_unix = 1'561'976'529;  // 2019-07-01T10:22:09Z
    EXPECT_EQ(date_told(said, nullptr), "2019-07-01T12:22:09+02:00");
    EXPECT_EQ(date_told(said, "2019-07-01T10:22:09"), "");
    EXPECT_EQ(date_told(said, "2019-07-01T15:52:09"), "") << "India";
    EXPECT_EQ(date_told(said, "2019-06-30T23:22:09"), "") << "Samoa";
    EXPECT_EQ(date_told(said, "2019-07-01T06:22:10-04:00"), "");
    EXPECT_EQ(date_told(said, "2019-07-01T06:22:09-05:00"), "2019-07-01T12:22:09+02:00") << "an hour apart";
    EXPECT_EQ(date_told(said, "2019-07-01T10:25:09"), "2019-07-01T12:22:09+02:00") << "no zone is three minutes off";
    EXPECT_EQ(date_told(said, "2009-07-01T10:22:09"), "2019-07-01T12:22:09+02:00") << "put right by hand";
}

TEST(PatchOf, ADateOnAClockCountsUnlessTheFileSaysTheSame) {
    Said said;
    said.taken_at = parse_rfc3339("2019-07-01T12:22:09");
    EXPECT_EQ(date_told(said, nullptr), "2019-07-01T12:22:09");
    EXPECT_EQ(date_told(said, "2019-07-01T12:22:09+02:00"), "") << "the file knows more";
    EXPECT_EQ(date_told(said, "2019-07-01T13:22:09+02:00"), "2019-07-01T12:22:09");
    said.taken_at = parse_rfc3339("2019-07-01T12:22:09+02:00");
    EXPECT_EQ(date_told(said, "2019-07-01T12:22:09"), "2019-07-01T12:22:09+02:00") << "the sidecar knows more";
    EXPECT_EQ(date_told(said, "2019-07-01T10:22:09Z"), "") << "the same moment";
}

TEST(PatchOf, OnlyWhatThePhotoDoesNotSay) {
    Said said;
    said.title = "T";
    said.caption = "C";
    said.tags = {"a", "b"};
    said.rating = 4;
    said.favourite = true;
    said.location = media::Location{45.4642, 9.19};
    const json::object bare{{"title", ""},       {"caption", ""},      {"tags", json::array{"b", "c"}},
                            {"rating", nullptr}, {"favourite", false}, {"location", nullptr}};
    const json::object wanted{
        {"title", "T"}, {"caption", "C"},    {"tags", json::array{"b", "c", "a"}},
        {"rating", 4},  {"favourite", true}, {"location", json::object{{"lat", 45.4642}, {"lon", 9.19}}}};
    EXPECT_EQ(json::value(patch_of(said, bare)), json::value(wanted));
    EXPECT_EQ(json::value(patch_of(said, wanted)), json::value(json::object{}));
    EXPECT_EQ(json::value(patch_of(Said{}, bare)), json::value(json::object{}));
}

TEST(ReadSidecar, BoundsWhatItReads) {
    const test::TemporaryFolder folder;
    folder.write("a.json", std::string((std::size_t{4} << 20) + 1, ' '));
    std::filesystem::create_directory(folder / "b.json");
    for (const auto* name : {"a.json", "b.json", "c.json"})
        EXPECT_FALSE(read_sidecar(folder.path(), {name, SidecarKind::takeout, true}, "a.jpg")) << name;
    folder.write("d.json", R"({"photoTakenTime": {}, "title": "longer.jpg"})");
    EXPECT_EQ(read_sidecar(folder.path(), {"d.json", SidecarKind::takeout, true}, "lo.jpg")->filename, "longer.jpg");
    EXPECT_EQ(read_sidecar(folder.path(), {"d.json", SidecarKind::takeout, false}, "lo.jpg")->filename, "")
        << "an edited copy has a name of its own";
}

}  // namespace
}  // namespace cadre::cli
