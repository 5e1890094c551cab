#include "find/words.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cadre::find {
namespace {

using Words = std::vector<std::string>;

TEST(Words, AreFoldedAndPartedWhereNoLetterStands) {
    EXPECT_EQ(words_of("Été à BREST, 2024!"), (Words{"ete", "a", "brest", "2024"}));
    EXPECT_EQ(words_of("IMG_0012.JPG"), (Words{"img", "0012", "jpg"}));
    EXPECT_EQ(words_of("Œuvre Straße ŁÓDŹ"), (Words{"oeuvre", "strasse", "lodz"}));
    EXPECT_EQ(words_of("e\xcc\x81te\xcc\x81"), Words{"ete"}) << "composed or not";
    EXPECT_TRUE(words_of("  —*\"()\n").empty());
}

TEST(Words, LeaveOutWhatStandsBeforeOrAfterAnApostrophe) {
    EXPECT_EQ(words_of("l'été d’Anna, qu'elle"), (Words{"ete", "anna", "elle"}));
    EXPECT_EQ(words_of("Anna's dog"), (Words{"anna", "dog"}));
    EXPECT_EQ(words_of("O'Neil"), (Words{"o", "neil"}));
    EXPECT_EQ(words_of("l d"), (Words{"l", "d"})) << "without one they are words";
}

TEST(Words, OfScriptsWithoutSpacesAreCharacters) {
    EXPECT_EQ(words_of("東京タワー2024"), (Words{"東", "京", "タ", "ワ", "ー", "2024"}));
}

TEST(Words, AreBounded) {
    EXPECT_EQ(words_of(std::string(1'000, 'a')).front().size(), kLongestWord);
    std::string many;
    for (int i = 0; i < 5'000; ++i) many += "a ";
    EXPECT_EQ(words_of(many).size(), kMostWords);
    EXPECT_EQ(words_of("a\xff\xfe z").size(), 2U) << "what is no UTF-8 is passed over";
}

TEST(Words, BeginWithWhatIsLeftWithoutTheirEnding) {
    EXPECT_EQ(beginnings_of("plages"), Words{"plage"});
    EXPECT_EQ(beginnings_of("boats"), Words{"boat"});
    EXPECT_EQ(beginnings_of("walking"), Words{"walk"});
    EXPECT_EQ(beginnings_of("running"), Words{"run"});
    EXPECT_EQ(beginnings_of("chevaux"), (Words{"chevau", "cheval"}));
    EXPECT_EQ(beginnings_of("ile"), Words{"ile"});
    EXPECT_EQ(beginnings_of("mer"), Words{"mer"});
    const auto cities = beginnings_of("cities"), city = beginnings_of("city");
    EXPECT_TRUE(std::ranges::find(cities, "city") != cities.end());
    EXPECT_TRUE(std::ranges::find(city, "cities") != city.end());
}

TEST(Words, AreOneErrorFromAllThatDifferInOne) {
    const auto near = one_error_from("plage");
    for (const auto* word : {"page", "plagge", "palge", "blage", "xplage", "plagex", "plaeg"})
        EXPECT_TRUE(std::ranges::find(near, word) != near.end()) << word;
    for (const auto* word : {"plage", "paleg", "pla", "plagexx"})
        EXPECT_TRUE(std::ranges::find(near, word) == near.end() || std::string(word) == "plage") << word;
    EXPECT_TRUE(may_be_mistyped("plage"));
    EXPECT_FALSE(may_be_mistyped("ete"));
    EXPECT_FALSE(may_be_mistyped("d7500"));
}

TEST(Words, OfMonthsAreKnownInBothLanguages) {
    EXPECT_EQ(month_named("aout"), 8);
    EXPECT_EQ(month_named("december"), 12);
    EXPECT_EQ(month_named("plage"), 0);
}

}  // namespace
}  // namespace cadre::find
