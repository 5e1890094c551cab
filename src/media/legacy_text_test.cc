#include "media/legacy_text.h"

#include <gtest/gtest.h>

#include "media/text.h"

namespace cadre::media {
namespace {

using namespace std::string_literals;

TEST(LegacyText, WhatIsUtf8StaysAsItIs) {
    for (const auto& text : {""s, "plain"s, "Ünïcödé – “x” €"s, "日本語"s, "e\xcc\x81"s})
        EXPECT_EQ(to_utf8_text(text), text);
}

TEST(LegacyText, OfWindowsIsReadWithItsPunctuation) {
    EXPECT_EQ(to_utf8_text("Don\x92t \x96 \x93\x8cuvre\x94 5 \x80"), "Don’t – “Œuvre” 5 €");
    EXPECT_EQ(to_utf8_text("Caf\xe9"), "Café") << "the first byte of a longer character in UTF-8";
    EXPECT_EQ(to_utf8_text("K\xf6ln, Stra\xdf"
                           "e"),
              "Köln, Straße");
    EXPECT_EQ(to_utf8_text("l\x92\xe9t\xe9 \xe0 No\xebl\x85"), "l’été à Noël…");
    EXPECT_EQ(to_utf8_text("\xc5rhus, \xd8rsted"), "Århus, Ørsted");
    EXPECT_EQ(to_utf8_text("c\x9cur"), "cœur");
    EXPECT_EQ(to_utf8_text("20 \xb0"
                           "C, 3 \xd7 4 m\xb2"),
              "20 °C, 3 × 4 m²");
    EXPECT_EQ(to_utf8_text("\xa9 2004 M\xfcller"), "© 2004 Müller");
    EXPECT_EQ(to_utf8_text("\xbfQu\xe9? \xa1Se\xf1or!"), "¿Qué? ¡Señor!");
}

TEST(LegacyText, OfMacintoshIsKnownByWhereItsLettersStand) {
    EXPECT_EQ(to_utf8_text("Caf\x8e"), "Café");
    EXPECT_EQ(to_utf8_text("K\x9aln"), "Köln");
    EXPECT_EQ(to_utf8_text("Z\x9frich"), "Zürich");
    EXPECT_EQ(to_utf8_text("Don\xd5t \xd0 \xd2quoted\xd3"), "Don’t – “quoted”");
    EXPECT_EQ(to_utf8_text("d\x8ej\x88 vu"), "déjà vu");
    EXPECT_EQ(to_utf8_text("\x81ngstr\x9am"), "Ångström");
    EXPECT_EQ(to_utf8_text("Stra\xa7"
                           "e"),
              "Straße");
    EXPECT_EQ(to_utf8_text("l\xd5\x8et\x8e \x88 No\x91l\xc9"), "l’été à Noël…");
}

TEST(LegacyText, Utf8ThatALimitCutLosesOnlyItsBrokenEnd) {
    EXPECT_EQ(to_utf8_text("Größe im Gr\xc3"), "Größe im Gr");
    EXPECT_EQ(to_utf8_text("東京\xe6\x97"), "東京");
    EXPECT_EQ(to_utf8_text("naïve \xf0\x9f\x98"), "naïve ");
    EXPECT_EQ(to_utf8_text("Größe, Zürich, \x80 5"), "Größe, Zürich, € 5") << "one byte of another code page";
}

TEST(LegacyText, AnyBytesBecomeTextThatStaysAsItIs) {
    std::string all;
    for (int round = 0; round < 3; ++round)
        for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte * (round * 2 + 1));
    for (std::size_t at = 0; at < all.size(); ++at)
        for (const std::size_t length : {1U, 2U, 3U, 7U, 40U}) {
            const auto clean = clean_text(all.substr(at, length), 100, LineBreaks::keep);
            EXPECT_EQ(clean_text(clean, 100, LineBreaks::keep), clean);
            EXPECT_EQ(to_utf8_text(clean), clean);
        }
}

}  // namespace
}  // namespace cadre::media
