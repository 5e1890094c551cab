#include "base/unicode.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace cadre {
namespace {

TEST(Unicode, NamesThatDifferInCaseOrFormFoldToTheSame) {
    const std::pair<const char*, const char*> same[] = {
        {"Ada", "aDA"},
        {"ÉMILE", "émile"},
        {"É", "E\u0301"},          // composed and not
        {"Straße", "STRASSE"},     // ß
        {"STRAẞE", "strasse"},     // capital ẞ
        {"ΟΔΥΣΣΕΥΣ", "οδυσσευς"},  // final sigma
        {"ΟΔΥΣΣΕΥΣ", "οδυσσευσ"},
        {"İ", "i\u0307"},  // I with a dot
        {"ЖЕНЯ", "женя"},
        {"ՀԱՅԿ", "հայկ"},
        {"Ꭰ", "ꭰ"},                // Cherokee, whose small letters fold to capitals
        {"𐐀", "𐐨"},                  // Deseret, beyond 16 bits
        {"ﬁ", "FI"},                 // a ligature
        {"ＡＤＡ", "ada"},           // full width
        {"ada", "a\u200bd\u00ada"},  // what is not seen
        {"K", "\u212a"},             // Kelvin
        {"Å", "\u212b"},             // Ångström
    };
    for (const auto& [a, b] : same) EXPECT_EQ(fold_case(a), fold_case(b)) << a << " and " << b;
    for (const auto& [a, b] : {std::pair("ada", "adb"), {"i", "ı"}, {"o", "ö"}, {"", "a"}})
        EXPECT_NE(fold_case(a), fold_case(b)) << a << " and " << b;
}

TEST(Unicode, WhatWasFoldedStaysAsItIs) {
    for (char32_t c = 0x20; c < 0x20000; ++c) {
        if (c >= 0xd800 && c < 0xe000) continue;
        const auto once = fold_case(to_utf8(c));
        ASSERT_EQ(fold_case(once), once) << std::hex << static_cast<std::uint32_t>(c);
    }
}

TEST(Unicode, LettersAreComposedAndNothingElseChanges) {
    EXPECT_EQ(composed("E\u0301te\u0301"), "Été");
    EXPECT_EQ(composed("\u1100\u1161"), "가");
    for (const char* text : {"", "Été", "ﬁ", "ＡＤＡ", "👨‍👩‍👧", "a\u200bd", "x\xff"})
        EXPECT_EQ(composed(text), text);
}

TEST(Unicode, WhatIsNoUtf8FoldsToItself) {
    EXPECT_EQ(fold_case("A\xff"), "A\xff");
    EXPECT_EQ(fold_case(""), "");
}

TEST(Unicode, WhatIsNotSeenOrTurnsTextIsFound) {
    for (const char* text :
         {"a\u200b", "\u200c",     "a\u200d", "\u2060", "\ufeff", "a\u00ad", "\u202e",  "\u2066", "\u200f",
          "\u061c",  "\u180e",     "\u034f",  "\u115f", "\u3164", "\uffa0",  "a\u00a0", "\u3000", "\u2028",
          "\u2800",  "\U000e0041", "\ufe0f",  "\t",     "\x7f",   "\u0085",  "\ue000",  "\xff"})
        EXPECT_TRUE(has_unseen(text)) << text;
    for (const char* text : {"Ada Lovelace", "Émile", "Straße", "李", "नेहा", "עדה", "آدا", "❤", "O’Neill", ""})
        EXPECT_FALSE(has_unseen(text)) << text;
}

TEST(Unicode, WhatTurnsTextIsTakenOut) {
    EXPECT_EQ(without_turns("photo\u202egpj.exe"), "photogpj.exe");
    EXPECT_EQ(without_turns("\u2067עדה\u2069.jpg"), "עדה.jpg");
    EXPECT_EQ(without_turns("👨‍👩‍👧.jpg"), "👨‍👩‍👧.jpg");
}

}  // namespace
}  // namespace cadre
