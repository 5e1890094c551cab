#include "base/utf8.h"

#include <gtest/gtest.h>

namespace cadre {
namespace {

TEST(Utf8, CountsCodePoints) {
    EXPECT_EQ(utf8_length(""), 0u);
    EXPECT_EQ(utf8_length("abc"), 3u);
    EXPECT_EQ(utf8_length("été"), 3u);
    EXPECT_EQ(utf8_length("日本語"), 3u);
    EXPECT_EQ(utf8_length("😀"), 1u);
}

TEST(Utf8, RefusesWhatRfc3629Refuses) {
    for (const auto* text :
         {"\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "a\xff", "\xf8\x88\x80\x80\x80"})
        EXPECT_FALSE(utf8_length(text));
}

TEST(Utf8, ReadsWhatItWrites) {
    for (const char32_t c : {U'a', U'é', U'日', U'😀', U'\uffff', U'\U0010ffff'}) {
        const auto first = first_code_point(to_utf8(c) + "tail");
        ASSERT_TRUE(first);
        EXPECT_EQ(first->value, c);
        EXPECT_EQ(first->bytes, to_utf8(c).size());
    }
    EXPECT_FALSE(first_code_point(""));
    EXPECT_EQ(to_utf8(0xd800), "");
    EXPECT_EQ(to_utf8(0x110000), "");
}

TEST(Utf8, FindsControlCharacters) {
    EXPECT_TRUE(has_control(std::string_view("a\0b", 3), true));
    EXPECT_TRUE(has_control("a\x1b[2J", true));
    EXPECT_TRUE(has_control("\xc2\x85", true));
    EXPECT_TRUE(has_control("two\nlines", false));
    EXPECT_FALSE(has_control("two\nlines", true));
    EXPECT_FALSE(has_control("日本語 😀", false));
}

TEST(Utf8, CutsBetweenCharacters) {
    EXPECT_EQ(cut_utf8("été", 3), "ét");
    EXPECT_EQ(cut_utf8("été", 1), "");
    EXPECT_EQ(cut_utf8("abc", 9), "abc");
}

}  // namespace
}  // namespace cadre
