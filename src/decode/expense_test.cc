// What is refused or left out because of what it would cost, before any library looks at it.
#include "decode/expense.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/encoding.h"

namespace cadre::decode {
namespace {

using namespace std::string_literals;
using media::Refusal;

std::string number(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = bytes; i-- > 0;) text += static_cast<char>(value >> (8 * i));
    return text;
}
std::string little(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
    return text;
}
std::string box(const std::string& type, const std::string& body) { return number(body.size() + 8, 4) + type + body; }
std::string full(const std::string& type, const std::string& body) { return box(type, number(0, 4) + body); }

/// A picture of a HEIF file: its size, and what it is made of. Numbered from 1; the first is the one that is shown.
struct Item {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::vector<std::uint32_t> parts;
    std::string reference = "dimg";
};

std::string heif(const std::vector<Item>& items) {
    std::string sizes, associations, references;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& item = items[i];
        sizes += full("ispe", number(item.width, 4) + number(item.height, 4));
        associations += number(i + 1, 2) + number(1, 1) + number((i + 1) | 0x8000, 2);
        if (item.parts.empty()) continue;
        std::string to;
        for (const auto part : item.parts) to += number(part, 2);
        references += box(item.reference, number(i + 1, 2) + number(item.parts.size(), 2) + to);
    }
    const auto properties = box("ipco", sizes) + box("ipma", number(1, 4) + number(items.size(), 4) + associations);
    return box("ftyp", "avif\0\0\0\0avif"s) +
           full("meta", full("pitm", number(1, 2)) + box("iprp", properties) + full("iref", references));
}

bool is_too_dear(const std::string& bytes) {
    const auto refused = too_dear(Format::avif, as_bytes(bytes), false);
    if (refused) {
        EXPECT_EQ(refused->reason, Refusal::too_dear);
        EXPECT_TRUE(refused->untouched);
    }
    return refused.has_value();
}

std::vector<Item> tree(int depth) {
    std::vector<Item> items;
    for (std::uint32_t i = 1; i <= static_cast<std::uint32_t>(depth); ++i) items.push_back({64, 64, {i + 1, i + 1}});
    items.push_back({64, 64, {}});
    return items;
}

TEST(HeifCost, IsThatOfAllDecodingsHoweverOftenTheyCome) {
    const auto cost = heif_cost(as_bytes(heif(tree(3))));
    ASSERT_TRUE(cost);
    EXPECT_EQ(cost->decodings, 1U + 2 + 4 + 8);
    EXPECT_EQ(cost->pixels, cost->decodings * 64 * 64);
    EXPECT_EQ(cost->own, 64U * 64);
}

TEST(HeifCost, TreesOfPicturesAreTooDear) {
    EXPECT_TRUE(is_too_dear(heif(tree(24))));
    EXPECT_TRUE(is_too_dear(heif(tree(63))));
    EXPECT_TRUE(is_too_dear(heif(tree(100))));
    EXPECT_FALSE(is_too_dear(heif(tree(3))));
}

TEST(HeifCost, OneTileTensOfThousandsOfTimesIsTooDear) {
    EXPECT_TRUE(is_too_dear(heif({{640, 640, std::vector<std::uint32_t>(62'500, 2)}, {64, 64, {}}})));
    EXPECT_TRUE(is_too_dear(heif({{16'000, 16'000, std::vector<std::uint32_t>(62'500, 2)}, {64, 64, {}}})));
}

TEST(HeifCost, WhatNeedsItselfNeverEnds) {
    EXPECT_TRUE(is_too_dear(heif({{64, 64, {1}}})));
    EXPECT_TRUE(is_too_dear(heif({{64, 64, {2}}, {64, 64, {1}}})));
}

TEST(HeifCost, WhatPhonesMakeIsNot) {
    EXPECT_FALSE(is_too_dear(heif({{4032, 3024, {}}})));
    // A grid of 48 tiles, each of its own; transparency beside it.
    std::vector<Item> items{{4032, 3024, {}}};
    for (std::uint32_t i = 2; i < 50; ++i) {
        items[0].parts.push_back(i);
        items.push_back({512, 512, {}});
    }
    items.push_back({4032, 3024, {1}, "auxl"});
    EXPECT_FALSE(is_too_dear(heif(items)));
    // As large as is accepted: 16,384 × 15,616 in 961 tiles.
    std::vector<Item> large{{15'872, 15'872, {}}};
    for (std::uint32_t i = 2; i < 963; ++i) {
        large[0].parts.push_back(i);
        large.push_back({512, 512, {}});
    }
    EXPECT_FALSE(is_too_dear(heif(large)));
}

TEST(HeifCost, BytesThatAreCutOrTurnedBreakNothing) {
    const auto whole = heif(tree(5));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        (void)heif_cost(as_bytes(whole.substr(0, i)));
        for (const int bits : {0xff, 0x01, 0x80}) {
            auto turned = whole;
            turned[i] = static_cast<char>(turned[i] ^ bits);
            (void)heif_cost(as_bytes(turned));
        }
    }
}

TEST(JpegCost, HundredsOfScansAreTooDear) {
    const auto jpeg = [](int scans) {
        std::string bytes = "\xff\xd8\xff\xc2\0\x03z"s;
        for (int i = 0; i < scans; ++i) bytes += "\xff\xda\0\x02 data \xff\0"s;
        return bytes + "\xff\xd9";
    };
    EXPECT_TRUE(too_dear(Format::jpeg, as_bytes(jpeg(2000)), true));
    EXPECT_FALSE(too_dear(Format::jpeg, as_bytes(jpeg(14)), true));
    EXPECT_FALSE(too_dear(Format::jpeg, as_bytes(jpeg(2000)), false)) << "a baseline one ends with its first";
}

std::string riff(const std::string& body) { return "RIFF" + little(body.size() + 4, 4) + "WEBP" + body; }
std::string chunk(const std::string& type, const std::string& body) { return type + little(body.size(), 4) + body; }

TEST(OnlyFirst, FrameOfAWebpAndWhatItSaysOfItself) {
    const auto head = chunk("VP8X", std::string(10, '\2')) + chunk("ANIM", std::string(6, '\0'));
    const auto frame = chunk("ANMF", "first!");
    const auto rest = chunk("EXIF", "exif");
    std::string many = head + frame;
    for (int i = 0; i < 1000; ++i) many += chunk("ANMF", "other!");
    EXPECT_EQ(only_first(Format::webp, as_bytes(riff(many + rest))), riff(head + frame + rest));
    EXPECT_FALSE(only_first(Format::webp, as_bytes(riff(head + frame + rest))));
    EXPECT_FALSE(only_first(Format::webp, as_bytes(riff(chunk("VP8 ", "still!")))));
}

TEST(OnlyFirst, FrameOfAGif) {
    const auto head = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff"s;
    const auto frame = "\x21\xf9\4\0\1\0\0\0,\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"s;
    std::string many = head;
    for (int i = 0; i < 1000; ++i) many += frame;
    EXPECT_EQ(only_first(Format::gif, as_bytes(many + ";")), head + frame + ";");
    for (std::size_t i = 0; i < head.size() + frame.size(); ++i) {
        (void)only_first(Format::gif, as_bytes(many.substr(0, i)));
    }
}

TEST(OnlyFirst, DirectoryOfATiff) {
    const auto entry = std::string(12, '\0');
    const auto tiff = "II*\0"s + little(8, 4) + little(2, 2) + entry + entry + little(8, 4);
    const auto next = next_directory(as_bytes(tiff));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->at, tiff.size() - 4);
    EXPECT_EQ(next->size, 4U);
    EXPECT_FALSE(next_directory(as_bytes(tiff.substr(0, tiff.size() - 4) + little(0, 4))));
    EXPECT_FALSE(next_directory(as_bytes(tiff.substr(0, tiff.size() - 1))));
    EXPECT_FALSE(next_directory(as_bytes("II*\0\xff\xff\xff\xff"s)));
}

}  // namespace
}  // namespace cadre::decode
