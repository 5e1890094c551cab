#include "gallery/filename.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace cadre::gallery {
namespace {

std::string repeat(std::string_view what, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += what;
    return all;
}

TEST(CleanFilename, KeepsAnyNameThatFits) {
    for (const std::string name : {"IMG_2041.jpg", "Ünïcödé 日本 🏔.heic", ".hidden", "a.b.c", "no extension",
                                   "quotes \" and % and ;.png", " spaces ."})
        EXPECT_EQ(clean_filename(name), name);
}

TEST(CleanFilename, TakesTheLastPieceAndNothingThatIsNoName) {
    EXPECT_EQ(clean_filename("/etc/passwd"), "passwd");
    EXPECT_EQ(clean_filename("C:\\Pictures\\a.jpg"), "a.jpg");
    EXPECT_EQ(clean_filename(".."), "");
    EXPECT_EQ(clean_filename("a/."), "");
    EXPECT_EQ(clean_filename("\xff.jpg"), "");
}

TEST(CleanFilename, DropsControlsAndMarksThatTurnTheDirection) {
    EXPECT_EQ(clean_filename("a\r\nb\x7f.jpg"), "ab.jpg");
    EXPECT_EQ(clean_filename("a\xC2\x85.jpg"), "a.jpg");                    // C1: was an empty name
    EXPECT_EQ(clean_filename("photo\xE2\x80\xAEgpj.exe"), "photogpj.exe");  // U+202E
    EXPECT_EQ(clean_filename("👩\xE2\x80\x8D🚀.jpg"), "👩\xE2\x80\x8D🚀.jpg");  // a joiner makes one sign of two
}

TEST(CleanFilename, ALongNameKeepsItsExtensionAndWholeCharacters) {
    EXPECT_EQ(clean_filename(repeat("x", 300) + ".jpeg"), repeat("x", 250) + ".jpeg");
    const auto wide = clean_filename(repeat("写", 100) + ".heic");
    EXPECT_LE(wide.size(), kMaxFilename);
    EXPECT_GE(wide.size(), kMaxFilename - 3);
    EXPECT_TRUE(wide.ends_with("写.heic"));
    EXPECT_TRUE(utf8_length(wide));
    EXPECT_EQ(clean_filename(repeat("y", 100) + "." + repeat("z", 300)).size(), kMaxFilename);  // no extension
    EXPECT_EQ(clean_filename("." + repeat("z", 300)).size(), kMaxFilename);
    EXPECT_EQ(clean_filename(repeat("x", 251) + ".jpg").size(), kMaxFilename);
}

TEST(CleanFolder, KeepsRelativeFoldersAndNothingElse) {
    EXPECT_EQ(clean_folder("2019/Rome"), "2019/Rome");
    EXPECT_EQ(clean_folder("/2019//./Rome/../a\n/"), "2019/Rome/a");
    EXPECT_EQ(clean_folder(""), "");
    EXPECT_EQ(clean_folder("../.."), "");
    EXPECT_EQ(clean_folder("a\xff"), "");
    EXPECT_EQ(clean_folder("a\\b"), "a\\b");  // a name, where the folder was
}

TEST(CleanFolder, ALongOneKeepsItsInnermostFolders) {
    const auto deep = repeat(repeat("d", 100) + "/", 20) + "album";
    const auto kept = clean_folder(deep);
    EXPECT_LE(kept.size(), kMaxFolder);
    EXPECT_GE(kept.size(), kMaxFolder - 101);
    EXPECT_TRUE(kept.ends_with("d/album"));
    EXPECT_EQ(kept.front(), 'd');
}

}  // namespace
}  // namespace cadre::gallery
