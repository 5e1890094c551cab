// Which names of files an import leaves out, and which sidecars it finds.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/import/left_out.h"
#include "cli/import/pairs.h"
#include "cli/import/takeout_names.h"

namespace cadre::cli {
namespace {

std::string code_of(std::string_view name, bool is_folder) {
    const auto why = left_out(name, is_folder);
    return why ? std::string(why->code) : std::string();
}

TEST(LeftOut, FoldersOfSystemsAndApplications) {
    for (const auto* name : {"@eaDir", "@EADIR", "@__thumb", ".@__thumb", ".thumbnails", "Photos Previews.lrdata",
                             "Lib Smart Previews.lrdata", "CaptureOne", "appdata_oc1a2b3c4d5e"})
        EXPECT_EQ(code_of(name, true), "thumbnails") << name;
    for (const auto* name : {"#recycle", "@Recycle", "$RECYCLE.BIN", "$Recycle.Bin", "RECYCLER", ".Trash", ".Trashes",
                             ".Trash-1000", ".Recycle.Bin", "Network Trash Folder", ".dtrash", "files_trashbin"})
        EXPECT_EQ(code_of(name, true), "trash") << name;
    for (const auto* name : {"System Volume Information", "lost+found", "__MACOSX", ".Spotlight-V100", "@tmp",
                             "FOUND.000", "Temporary Items", ".AppleDouble"})
        EXPECT_EQ(code_of(name, true), "system") << name;
    for (const auto* name : {"#snapshot", "@Recently-Snapshot", "@GMT-2024.01.31-12.00.00", ".snapshots"})
        EXPECT_EQ(code_of(name, true), "snapshots") << name;
    for (const auto* name : {".picasaoriginals", "Catalog.lrcat-data", "Film.imovielibrary"})
        EXPECT_EQ(code_of(name, true), "library") << name;
    for (const auto* name : {"node_modules", "Preview.app", "__pycache__"})
        EXPECT_EQ(code_of(name, true), "program") << name;
    EXPECT_EQ(code_of(".cache", true), "hidden");
}

TEST(LeftOut, FilesOfSystemsAndApplications) {
    for (const auto* name : {"._IMG_1.jpg", ".DS_Store", "desktop.ini", "Desktop.INI", "Icon\r"})
        EXPECT_EQ(code_of(name, false), "system") << name;
    for (const auto* name : {"Thumbs.db", "thumbs.db:encryptable", "ehthumbs_vista.db", "MVI_1.THM",
                             "SYNOPHOTO_THUMB_XL.jpg", "AlbumArt_{0B7A}_Large.jpg"})
        EXPECT_EQ(code_of(name, false), "thumbnails") << name;
    for (const auto* name : {"IMG_1.AAE", "IMG_1.jpg.pp3", ".picasa.ini"}) EXPECT_EQ(code_of(name, false), "settings");
    for (const auto* name : {"a.jpg.part", "a.jpg.crdownload", "~syncthing~a.jpg.tmp"})
        EXPECT_EQ(code_of(name, false), "unfinished") << name;
    EXPECT_EQ(code_of(".IMG_1.HEIC.icloud", false), "cloud");
    EXPECT_EQ(code_of(".a.jpg", false), "hidden");
}

TEST(LeftOut, NothingThatAPersonMayHaveNamed) {
    for (const auto* name : {"2019", "Rome", "#summer", "@home", "$100 trip", "lost and found", "Trash", "recycle",
                             "originals", "Masters", "thumbnails", "Apps", "a.b", "Früh…", "Found.12", "@appetite"})
        EXPECT_EQ(code_of(name, true), "") << name;
    for (const auto* name : {"IMG_1.jpg", "a.tmp", "Thumbs.jpg", "notes.txt", "#1.png", "x.xmp", "x.json", "part.jpg"})
        EXPECT_EQ(code_of(name, false), "") << name;
    EXPECT_EQ(code_of("@eaDir", false), "") << "a file of a folder's name";
}

TEST(LeftOut, LibrariesAreKnown) {
    EXPECT_EQ(library_of("Photos Library.photoslibrary"), LibraryForm::flat);
    EXPECT_EQ(library_of("iPhoto Library.PhotoLibrary"), LibraryForm::flat);
    EXPECT_EQ(library_of("Aperture.aplibrary"), LibraryForm::flat);
    EXPECT_EQ(library_of("Lightroom Library.lrlibrary"), LibraryForm::nested);
    EXPECT_EQ(library_of("photoslibrary"), LibraryForm::none);
    EXPECT_TRUE(holds_originals("originals") && holds_originals("Originals") && holds_originals("Masters"));
    EXPECT_FALSE(holds_originals("resources"));
}

/// The JSON that is found for `picture` among `jsons` and `others`; "" for none, with "~" before one of an original.
std::string match(const std::string& picture, const std::vector<std::string>& jsons,
                  const std::vector<std::string>& others = {}) {
    auto pictures = others;
    pictures.push_back(picture);
    const auto matches = match_takeout(pictures, jsons);
    const auto found = matches.find(picture);
    if (found == matches.end()) return {};
    return (found->second.own ? "" : "~") + found->second.json;
}

struct Pair {
    const char* picture;
    const char* json;
};

/// Names that people have reported to the makers of other importers (immich-go 405, 613, 652, 673, 698; ente 4956,
/// 8734; GooglePhotosTakeoutHelper 8, 175, 353, 449).
TEST(TakeoutNames, AllKnownFormsOfAPicturesOwn) {
    for (const auto& [picture, json] : std::vector<Pair>{
             {"PXL_20211013_220651983.jpg", "PXL_20211013_220651983.jpg.json"},
             {"PXL_20210102_221126856.MP~2.jpg", "PXL_20210102_221126856.MP~2.jpg.json"},
             {"20161105_170829.jpg", "20161105_170829.jpg.supplemental-metadata.json"},
             {"MVIMG_20191230_232926.jpg", "MVIMG_20191230_232926.jpg.supplemental-metadat.json"},
             {"Screenshot_20200301-161151.png", "Screenshot_20200301-161151.png.supplemental-me.json"},
             {"Screenshot_20231027_123303_Facebook.jpg", "Screenshot_20231027_123303_Facebook.jpg.supple.json"},
             {"D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg", "D7157814-D2D5-4A62-AFCE-9CF465CB7D66.jpeg.supp.json"},
             {"123456789_123456789_123456789_123456789_x.jpg", "123456789_123456789_123456789_123456789_x.jpg..json"},
             {"123456789_123456789_123456789_123456789_.jpg", "123456789_123456789_123456789_123456789_.jpg.s.json"},
             {"05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jpg", "05yqt21kruxwwlhhgrwrdyb6chhwszi9bqmzu16w0 2.jp.json"},
             {"PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGINA.jpg",
              "PXL_20230809_203449253.LONG_EXPOSURE-02.ORIGIN.json"},
             {"Screenshot_2024-08-31-00-53-48-647_com.snapchat.jpg",
              "Screenshot_2024-08-31-00-53-48-647_com.snapcha.json"},
             {"😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋😛.jpg",
              "😀😃😄😁😆😅😂🤣🥲☺️😊😇🙂🙃😉😌😍🥰😘😗😙😚😋.json"},
             {"DSC_0101(1).JPG", "DSC_0101.JPG(1).json"},
             {"Scan35(1).jpg", "Scan35.jpg.supplemental-metadata(1).json"},
             {"Screenshot_20231027_123303_Facebook(12).jpg", "Screenshot_20231027_123303_Facebook.jpg.supple(12).json"},
             {"13039_327707840323_537645323_9470255_27214_n(1).jpg",
              "13039_327707840323_537645323_9470255_27214_n.j(1).json"},
             {"Backyard_ceremony_wedding_photography_xxxxxxx_m(494).jpg",
              "Backyard_ceremony_wedding_photography_xxxxxxx_(494).json"},
             {"skytree (2).jpg", "skytree (2).jpg.supplemental-metadata.json"},
             {"Negative0-36-35(1)(1).jpg", "Negative0-36-35(1).jpg.supplemental-metadata(1).json"},
             {"20030616.jpg", "20030616.json"},
             {"2234089303984509579.jpg", "2234089303984509579.supplemental-metadata.json"},
             {"IMG_1.JPG", "img_1.jpg.json"},
         })
        EXPECT_EQ(match(picture, {json, "other.jpg.json", "metadata.json"}), json);
}

TEST(TakeoutNames, EditedCopiesTakeTheirOriginals) {
    for (const auto& [picture, json] : std::vector<Pair>{
             {"IMAG0061-edited.JPG", "IMAG0061.JPG.supplemental-metadata.json"},
             {"IMG-20230325-WA0122~2-edited.jpg", "IMG-20230325-WA0122~2.jpg.supplemental-metadat.json"},
             {"2234089303984509579-edited.jpg", "2234089303984509579.supplemental-metadata.json"},
             {"PXL_20220405_090123740.PORTRAIT-modifié.jpg", "PXL_20220405_090123740.PORTRAIT.jpg.json"},
             {"a-modifie\xCC\x81.jpg", "a.jpg.json"},  // as macOS writes it
             {"a-bearbeitet.jpg", "a.jpg.json"},
             {"a-ha editado.jpg", "a.jpg.json"},
             {"a-編集済み.jpg", "a.jpg.json"},
             {"a-edited(2).jpg", "a.jpg(2).json"},
             {"a(2)-edited.jpg", "a.jpg.supplemental-metadata(2).json"},
             {"Negative0-36-35(1)-editat(1).jpg", "Negative0-36-35(1).jpg.supplemental-metadata(1).json"},
             {"IMG_7-edited.jpg", "IMG_7.HEIC.supplemental-metadata.json"},
             {"123456789_123456789_123456789_123456789_1234-ed.jpg",
              "123456789_123456789_123456789_123456789_1234.j.json"},
         })
        EXPECT_EQ(match(picture, {json, "other.jpg.json"}), std::string("~") + json);
}

TEST(TakeoutNames, NoneIsTakenThatIsAboutAnother) {
    EXPECT_EQ(match("DSC_0104(1).JPG", {"DSC_0104.JPG.json"}), "");
    EXPECT_EQ(match("DSC_0103.JPG", {"DSC_0103.JPG(1).json"}), "");
    EXPECT_EQ(match("DSC_0102(1).JPG", {"DSC_0102.JPG(2).json"}), "");
    EXPECT_EQ(match("Backyard_ceremony_wedding_photography_xxxxxxx_m(185).jpg",
                    {"Backyard_ceremony_wedding_photography_xxxxxxx_(494).json"}),
              "");
    EXPECT_EQ(match("beach-sunset.jpg", {"beach.jpg.json"}), "");
    EXPECT_EQ(match("unedited.jpg", {"un.jpg.json"}), "");
    EXPECT_EQ(match("metadata.jpg", {}), "");
    EXPECT_EQ(match("IMG_10.jpg", {"IMG_1.jpg.json"}), "");
}

TEST(TakeoutNames, WhatSaysMoreIsTakenFirst) {
    const std::vector<std::string> jsons{"x(1).jpg.json", "x.jpg(1).json", "x.jpg.json", "X.jpg.json"};
    EXPECT_EQ(match("x(1).jpg", jsons, {"x.jpg", "X.jpg"}), "x(1).jpg.json");
    EXPECT_EQ(match("x.jpg", jsons, {"x(1).jpg", "X.jpg"}), "x.jpg.json");
    EXPECT_EQ(match("X.jpg", jsons, {"x(1).jpg", "x.jpg"}), "X.jpg.json");
    // Both names were cut to the same; the copy has no JSON of its own.
    const std::string cut = "original_1d4caa6f-16c6-4c3d-901b-9387de10e528_";
    EXPECT_EQ(match(cut + "P.jpg", {cut + ".json"}, {cut + "P(1).jpg"}), cut + ".json");
    EXPECT_EQ(match(cut + "P(1).jpg", {cut + ".json"}, {cut + "P.jpg"}), "~" + cut + ".json");
}

std::vector<std::string> beside(const std::string& file, const std::vector<std::string>& names) {
    const auto pairs = pair_sidecars(names);
    std::vector<std::string> found;
    if (const auto of = pairs.of.find(file); of != pairs.of.end())
        for (const auto& sidecar : of->second) found.push_back(sidecar.name);
    return found;
}

TEST(Pairs, XmpBesideAFileWhateverItsCase) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(beside("a.jpg", {"a.jpg", "a.jpg.xmp"}), Names{"a.jpg.xmp"});
    EXPECT_EQ(beside("a.JPG", {"a.JPG", "A.jpg.XMP"}), Names{"A.jpg.XMP"});
    EXPECT_EQ(beside("a.jpg", {"a.jpg", "a.xmp"}), Names{"a.xmp"});
    EXPECT_EQ(beside("a.jpg", {"a.cr2", "a.jpg", "a.jpg.json", "a.jpg.xmp", "a.xmp"}),
              (Names{"a.jpg.xmp", "a.xmp", "a.jpg.json"}));
    EXPECT_EQ(beside("a.cr2", {"a.cr2", "a.jpg", "a.jpg.xmp", "a.xmp"}), Names{"a.xmp"});
    EXPECT_EQ(beside("a.jpg", {"a.jpg", "A.JPG", "A.JPG.xmp", "a.jpg.xmp"}), Names{"a.jpg.xmp"});
    EXPECT_EQ(beside("a.jpg", {"a.jpg", "ab.xmp", "a.jpg_original.xmp", "b.jpg.xmp"}), Names{});
    EXPECT_FALSE(pair_sidecars({"a.jpg", "b.xmp"}).used.contains("b.xmp"));
}

}  // namespace
}  // namespace cadre::cli
