// What `cadre export` calls files, writes into them and into sidecars; that an import reads what it writes.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/hash.h"
#include "base/testing.h"
#include "base/utf8.h"
#include "cli/export/names.h"
#include "cli/export/site_html.h"
#include "cli/export/target.h"
#include "cli/export/xmp.h"
#include "cli/import/album_list.h"
#include "cli/import/left_out.h"
#include "cli/import/pairs.h"
#include "cli/import/sidecar.h"

namespace cadre::cli {
namespace {

namespace fs = std::filesystem;

Exported exported() {
    Exported one;
    one.photo.sha256 = std::string(64, 'a');
    return one;
}

Said read(const Exported& one) {
    const auto text = xmp_of(one);
    auto said = read_xmp(text);
    EXPECT_TRUE(said) << text;
    return said.value_or(Said{});
}

TEST(ExportedSidecar, AnImportReadsAllThatItSays) {
    auto one = exported();
    auto& photo = one.photo;
    photo.title = "  Ümläut </script> & \"中文\" ";
    photo.caption = "line one\n\n  line\tthree\n";
    photo.tags = {" ", "a, b", "a|b", "été", "été "};
    photo.rating = 4;
    photo.favourite = photo.archived = true;
    photo.visibility = gallery::Visibility::public_;
    photo.rotation = 270;
    photo.filename = "CON.jpg";
    photo.path = "Old/Folder";
    photo.location = {48.85837009999999, -0.00000012345};
    photo.taken_at = parse_taken_at("1958-06");
    one.modified = parse_rfc3339("2001-02-03T04:05:06-03:30");
    const auto album = parse_id("01890a5d-ac96-774b-bcce-b302099a8057");
    one.albums = {{*album, {"Travel", " Rome/Roma "}, "1714564800.9000000000000000"}};
    const auto said = read(one);
    EXPECT_TRUE(said.exact);
    EXPECT_EQ(said.title, photo.title);
    EXPECT_EQ(said.caption, photo.caption);
    EXPECT_EQ(said.tags, photo.tags);
    EXPECT_EQ(said.rating, 4);
    EXPECT_TRUE(said.favourite);
    EXPECT_TRUE(said.archived);
    EXPECT_EQ(said.visibility, gallery::Visibility::public_);
    EXPECT_EQ(said.rotation, 270);
    EXPECT_EQ(said.filename, "CON.jpg");
    EXPECT_EQ(said.folder, "Old/Folder");
    ASSERT_TRUE(said.location);
    EXPECT_EQ(said.location->lat, photo.location->first);
    EXPECT_EQ(said.location->lon, photo.location->second);
    ASSERT_TRUE(said.taken_at);
    EXPECT_EQ(text_of(TakenAt{*said.taken_at, said.precision}), "1958-06");
    EXPECT_EQ(said.modified, one.modified);
    ASSERT_EQ(said.albums.size(), 1U);
    EXPECT_EQ(said.albums[0].id, album->text());
    EXPECT_EQ(said.albums[0].titles, one.albums[0].titles);
    EXPECT_EQ(said.albums[0].place, one.albums[0].place);
    EXPECT_FALSE(said.trashed);
}

TEST(ExportedSidecar, WhatItDoesNotSayIsTakenFromTheFilesOwnWords) {
    const auto said = read(exported());
    const json::object photo{{"title", "of the file"},
                             {"caption", "too"},
                             {"tags", json::array{"its", "own"}},
                             {"rating", 3},
                             {"favourite", false},
                             {"location", json::object{{"lat", 1.0}, {"lon", 2.0}}},
                             {"taken_at", "2020-01-01T00:00:00"},
                             {"taken_precision", "time"}};
    const auto patch = patch_of(said, photo);
    EXPECT_EQ(json::serialize(patch),
              R"({"title":"","caption":"","remove_tags":["its","own"],"rating":null,"location":null,"taken_at":null})");
    EXPECT_TRUE(patch_of(said, {}).empty()) << "nothing is told that is so already";
}

TEST(ExportedSidecar, APositionAtTheEdgesOfMinutesAndOnNullIslandIsKept) {
    for (const auto& [lat, lon] :
         {std::pair(0.0, 0.0), std::pair(-90.0, 180.0), std::pair(59.99999999999, -179.9999999)}) {
        auto one = exported();
        one.photo.location = {lat, lon};
        const auto said = read(one);
        ASSERT_TRUE(said.location) << lat;
        EXPECT_EQ(said.location->lat, lat);
        EXPECT_EQ(said.location->lon, lon);
    }
}

TEST(ExportedSidecar, WhatAnotherProgramChangedInItCounts) {
    auto one = exported();
    one.photo.location = {48.5, 2.25};
    one.photo.tags = {"lake "};
    auto text = xmp_of(one);
    const auto change = [&](const std::string& from, const std::string& to) {
        const auto at = text.find(from);
        ASSERT_NE(at, std::string::npos) << text;
        text.replace(at, from.size(), to);
    };
    change("48,30.0000000000N", "47,30.0N");
    change("<cadre:Schema>",
           R"(<digiKam:TagsList xmlns:digiKam="http://www.digikam.org/ns/1.0/"><rdf:Seq><rdf:li>places/Rome</rdf:li>)"
           R"(<rdf:li>lake</rdf:li></rdf:Seq></digiKam:TagsList><cadre:Schema>)");
    const auto said = read_xmp(text);
    ASSERT_TRUE(said);
    ASSERT_TRUE(said->location);
    EXPECT_NEAR(said->location->lat, 47.5, 1e-9);
    EXPECT_EQ(said->tags, (std::vector<std::string>{"lake ", "Rome"}));
}

TEST(ExportedSidecar, OneOfALaterFormIsReadAsAnyPrograms) {
    auto one = exported();
    one.photo.title = "a title";
    one.photo.favourite = true;
    auto text = xmp_of(one);
    const std::string schema = "<cadre:Schema>1";
    text.replace(text.find(schema), schema.size(), "<cadre:Schema>2");
    const auto said = read_xmp(text);
    ASSERT_TRUE(said);
    EXPECT_FALSE(said->exact);
    EXPECT_EQ(said->title, "a title");
}

TEST(ExportedSidecar, AlbumsThatAGalleryWouldNotTakeAreLeftOut) {
    auto one = exported();
    const auto id = *parse_id("01890a5d-ac96-774b-bcce-b302099a8057");
    one.albums = {{id, {"a"}, "no place"},
                  {id, {"", "b"}, ""},
                  {id, {std::string(400, 'x')}, ""},
                  {id, std::vector<std::string>(60, "deep"), ""}};
    auto text = xmp_of(one);
    const std::string last = "</rdf:Bag>\n   </cadre:Albums>";
    const auto at = text.find(last);
    ASSERT_NE(at, std::string::npos) << text;
    text.insert(at, R"(<rdf:li rdf:parseType="Resource"><cadre:Titles><rdf:Seq/></cadre:Titles></rdf:li><rdf:li/>)");
    const auto said = read_xmp(text);
    ASSERT_TRUE(said);
    ASSERT_EQ(said->albums.size(), 1U);
    EXPECT_EQ(said->albums[0].titles, std::vector<std::string>{"a"});
    EXPECT_EQ(said->albums[0].place, "") << "it stands by its time";
}

TEST(AlbumList, OneThatAGalleryWouldNotTakeIsLeftOut) {
    EXPECT_FALSE(read_album_list("[]"));
    EXPECT_FALSE(read_album_list(R"({"schema": 2, "albums": []})"));
    const auto listed = read_album_list(R"({"schema": 1, "albums": [
        {"id": "1", "titles": ["Travel"], "description": "two\nlines", "order": "oldest", "cover": "ab", "parent": null},
        {"id": "2", "titles": []}, {"id": "3"}, {"titles": ["no id"]}, 7, {"id": "4", "titles": ["Travel", ""]},
        {"id": "5", "titles": ["Travel", "Rome"], "parent": "1", "description": "\u0007"}]})");
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 2U);
    EXPECT_EQ((*listed)[0].description, "two\nlines");
    EXPECT_EQ((*listed)[0].order, "oldest");
    EXPECT_EQ((*listed)[1].parent, "1");
    EXPECT_EQ((*listed)[1].description, "");
}

TEST(ExportedNames, EverySystemTakesThemAndAnImportSendsThem) {
    gallery::Photo photo;
    photo.content_type = "image/jpeg";
    for (const auto* const name :
         {"../../etc/passwd", "CON", "con.jpg", "a.xmp", "a.json", "._a.jpg", ".hidden", "b.part", "Thumbs.db",
          "SYNOPHOTO_THUMB_XL.jpg", "a\x01\x02.jpg", "aux .png", "", "SHA256SUMS", ". .", "x:y?.jpg"}) {
        photo.filename = name;
        const auto given = file_name_of(photo);
        EXPECT_FALSE(given.empty()) << name;
        EXPECT_EQ(given.find_first_of("/\\:?*<>|\"\x01\x02"), std::string::npos) << given;
        EXPECT_FALSE(left_out(given, false)) << given;
        EXPECT_FALSE(sidecar_kind(given)) << given;
        EXPECT_FALSE(given.starts_with("con")) << given;
        EXPECT_FALSE(given.starts_with('.')) << given;
    }
    for (const auto* const title :
         {"..", "a/../../b", "@eaDir", "#recycle", "Fotos.photoslibrary", "NUL", "   ", "x.download"}) {
        const auto given = folder_name_of(title);
        EXPECT_FALSE(given.empty() || given == "." || given == "..") << title;
        EXPECT_EQ(given.find('/'), std::string::npos) << given;
        EXPECT_FALSE(left_out(given, true)) << given;
        EXPECT_EQ(library_of(given), LibraryForm::none) << given;
    }
}

TEST(ExportedNames, ALongOneLeavesRoomForItsNumberAndItsSidecar) {
    std::string name;
    while (name.size() < 250) name += "é";
    name += ".jpeg";
    for (const std::uint32_t n : {1U, 2U, 12'345U}) {
        const auto nth = nth_name(name, n);
        EXPECT_LE(nth.size() + kSidecarEnding.size(), 255U);
        EXPECT_TRUE(nth.ends_with(".jpeg")) << nth;
        EXPECT_TRUE(utf8_length(nth)) << nth;
    }
    EXPECT_EQ(nth_name("a.jpg", 1), "a.jpg");
    EXPECT_EQ(nth_name("a.jpg", 2), "a (2).jpg");
}

TEST(ExportedNames, NoTwoFilesOfAFolderShareOneNorASidecars) {
    NamesGiven names;
    names.give("f", "Été.JPG");
    EXPECT_FALSE(names.is_free("f", "e\xCC\x81te\xCC\x81.jpg"));
    EXPECT_TRUE(names.is_free("g", "été.jpg"));
    EXPECT_FALSE(names.is_free("f", "été.jpg.XMP"));
    names.give("f", "b.jpg.xmp");
    EXPECT_FALSE(names.is_free("f", "b.jpg"));
    names.forget("f");
    EXPECT_TRUE(names.is_free("f", "été.jpg"));
}

TEST(SiteHtml, WhatPeopleWroteIsTextAndNothingElse) {
    const std::string hostile = R"(</script><script>alert(1)</script>" onload='x' &amp;)";
    SiteTile tile{"m.webp", "l.webp", 4, 3, hostile, hostile, "2024-05-01"};
    SitePage page;
    page.gallery = page.title = page.description = page.above_name = hostile;
    page.above = "album-1.html";
    page.count = 1;
    page.inside = {{"album-2.html", hostile, "", "", 2}};
    page.tiles = {tile, {"m2.webp", "l2.webp", 4, 3, "", "", ""}};
    for (const auto& html :
         {page_html(page), index_html(hostile, page.inside, {{"2024-05.html", "", "2024-05", "", 1}})}) {
        EXPECT_EQ(html.find("<script>"), std::string::npos);
        EXPECT_EQ(html.find("onload='"), std::string::npos);
        EXPECT_EQ(html.find("</script>\""), std::string::npos);
        EXPECT_NE(html.find("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp;amp;"),
                  std::string::npos);
        EXPECT_EQ(html.find("http:"), std::string::npos) << "another host";
        EXPECT_EQ(html.find("https:"), std::string::npos) << "another host";
    }
}

TEST(SiteHtml, WhatItLoadsNamesNoOtherHost) {
    for (const auto text : {site_style(), site_script()}) {
        EXPECT_FALSE(text.empty());
        EXPECT_EQ(text.find("//www"), std::string_view::npos);
        EXPECT_EQ(text.find("://"), std::string_view::npos);
        EXPECT_EQ(text.find("import "), std::string_view::npos) << "no module is loaded from a file";
        EXPECT_EQ(text.find("innerHTML"), std::string_view::npos) << "what people wrote is set as text";
    }
}

std::string text_of_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ExportTarget, WhatIsNotFinishedHasNoNameAndGoes) {
    const test::TemporaryFolder folder;
    const fs::path root = folder.path() / "to";
    {
        auto target = Target::open(root);
        ASSERT_TRUE(target);
        auto draft = target->draft();
        ASSERT_TRUE(draft);
        ASSERT_TRUE(draft->write("half"));
    }
    EXPECT_TRUE(fs::is_empty(root));
    fs::create_directories(root / ".cadre-export");
    std::ofstream(root / ".cadre-export" / "7") << "of an export that was killed";
    auto target = Target::open(root);
    ASSERT_TRUE(target);
    EXPECT_TRUE(fs::is_empty(root / ".cadre-export"));
    EXPECT_FALSE(Target::open(root)) << "two at once";
}

TEST(ExportTarget, AFileHasItsTimeAndIsToldFromOthers) {
    const test::TemporaryFolder folder;
    auto target = Target::open(folder.path());
    ASSERT_TRUE(target);
    auto draft = target->draft();
    ASSERT_TRUE(draft);
    ASSERT_TRUE(draft->write("bytes"));
    ASSERT_TRUE(draft->finish(-86'400));
    ASSERT_TRUE(target->keep(std::move(*draft), "a/b/c.jpg"));
    ASSERT_TRUE(target->sync());
    EXPECT_EQ(text_of_file(folder.path() / "a/b/c.jpg"), "bytes");
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / "a/b/c.jpg").c_str(), &status), 0);
    EXPECT_EQ(status.st_mtim.tv_sec, -86'400);
    using There = Target::There;
    EXPECT_EQ(target->compare("a/b/c.jpg", 5, sha256_hex("bytes")), There::same);
    EXPECT_EQ(target->compare("a/b/c.jpg", 5, sha256_hex("other")), There::other);
    EXPECT_EQ(target->compare("a/b/c.jpg", 6, sha256_hex("bytes")), There::other);
    EXPECT_EQ(target->compare("a/b/d.jpg", 5, sha256_hex("bytes")), There::nothing);
    fs::create_symlink("c.jpg", folder.path() / "a/b/d.jpg");
    EXPECT_EQ(target->compare("a/b/d.jpg", 5, sha256_hex("bytes")), There::other) << "a link is no copy";
}

TEST(ExportTarget, ATextIsWrittenWhereItIsNotThere) {
    const test::TemporaryFolder folder;
    auto target = Target::open(folder.path());
    ASSERT_TRUE(target);
    EXPECT_EQ(target->put("a.xmp", "one").value(), true);
    EXPECT_EQ(target->put("a.xmp", "one").value(), false);
    EXPECT_EQ(target->put("a.xmp", "two").value(), true);
    EXPECT_EQ(text_of_file(folder.path() / "a.xmp"), "two");
}

}  // namespace
}  // namespace cadre::cli
