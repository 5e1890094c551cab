// The records of ZIP, the names in it, and the list that an archive is made of.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "gallery/archive_list.h"
#include "gallery/crc32.h"
#include "gallery/zip_format.h"
#include "gallery/zip_names.h"

namespace cadre::gallery {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

std::string local(const ZipEntry& entry) {
    std::string bytes;
    append_local_header(bytes, entry);
    return bytes;
}

std::string central(const ZipEntry& entry, std::uint64_t offset) {
    std::string bytes;
    append_central_header(bytes, entry, offset);
    return bytes;
}

std::uint64_t number(const std::string& bytes, std::size_t at, std::size_t length) {
    std::uint64_t value = 0;
    for (std::size_t i = length; i > 0; --i) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i - 1));
    return value;
}

TEST(ZipFormat, HeadersHaveTheLengthThatWasForetold) {
    for (const std::uint64_t size :
         {std::uint64_t{0}, std::uint64_t{7}, 4 * kGiB - 2, 4 * kGiB - 1, 4 * kGiB, 900 * kGiB})
        for (const std::uint64_t offset : {std::uint64_t{0}, 4 * kGiB - 2, 4 * kGiB - 1, 70 * kGiB})
            for (const std::int64_t modified : {std::int64_t{0}, std::int64_t{-3'000'000'000}, std::int64_t{1} << 31}) {
                const ZipEntry entry{"фото.jpg", size, 1, modified, 0};
                EXPECT_EQ(local(entry).size(), local_header_length(entry)) << size;
                EXPECT_EQ(central(entry, offset).size(), central_header_length(entry, offset)) << size << " " << offset;
            }
    EXPECT_EQ(zip_end(1, 2, 3).size(), kZipEndLength);
}

TEST(ZipFormat, WhatIsLargerThan32BitsIsInTheFieldsOfZip64) {
    const ZipEntry large{"a", 5 * kGiB, 1, 1'700'000'000, 0};
    const auto header = local(large);
    EXPECT_EQ(number(header, 18, 4), 0xffff'ffffU);
    EXPECT_EQ(number(header, 31, 4), 1U | 16U << 16);
    EXPECT_EQ(number(header, 35, 8), 5 * kGiB);
    const auto small = central({"a", 5, 1, 1'700'000'000, 0}, 9 * kGiB);
    EXPECT_EQ(number(small, 20, 4), 5U);
    EXPECT_EQ(number(small, 42, 4), 0xffff'ffffU);
    EXPECT_EQ(number(small, 47, 4), 1U | 8U << 16);
    EXPECT_EQ(number(small, 51, 8), 9 * kGiB);
    const auto end = zip_end(100'000, 9 * kGiB, 77);
    EXPECT_EQ(number(end, 32, 8), 100'000U);
    EXPECT_EQ(number(end, 48, 8), 9 * kGiB);
    EXPECT_EQ(number(end, 64, 8), 9 * kGiB + 77);
    EXPECT_EQ(number(end, 76 + 10, 2), 0xffffU);
    EXPECT_EQ(number(end, 76 + 16, 4), 0xffff'ffffU);
}

TEST(ZipFormat, TimesBeforeAndAfterThoseOfDosAreTheNearest) {
    EXPECT_EQ(dos_time_of(1'720'000'005), (std::uint32_t{44} << 9 | 7 << 5 | 3) << 16 | 9 << 11 | 46 << 5 | 22);
    EXPECT_EQ(dos_time_of(-1'000'000'000'000), (std::uint32_t{1} << 5 | 1) << 16);
    EXPECT_EQ(dos_time_of(1'000'000'000'000) >> 25, 127U);
}

TEST(Crc32, IsThatOfZip) {
    const std::string_view text = "123456789";
    Crc32 sum;
    for (const char& c : text) sum.update(std::span(reinterpret_cast<const std::uint8_t*>(&c), 1));
    EXPECT_EQ(sum.value(), 0xcbf43926U);
    EXPECT_EQ(Crc32().value(), 0U);
}

TEST(ZipNames, AreFilesOnEverySystem) {
    const std::pair<const char*, const char*> cases[] = {
        {"IMG_1.jpg", "IMG_1.jpg"},
        {"été à la mer.jpg", "été à la mer.jpg"},
        {"写真 01.heic", "写真 01.heic"},
        {"../../etc/passwd", "passwd"},
        {"C:\\photos\\a.jpg", "a.jpg"},
        {"C:a.jpg", "C_a.jpg"},
        {"what? <is> \"this\"|*.jpg", "what_ _is_ _this___.jpg"},
        {"name.jpg. . ", "name.jpg"},
        {"  spaces .jpg", "spaces .jpg"},
        {"con", "_con"},
        {"CON.jpg", "_CON.jpg"},
        {"Com1.tar.gz", "_Com1.tar.gz"},
        {"lpt\u00b9.jpg", "_lpt\u00b9.jpg"},
        {"aux .txt", "_aux .txt"},
        {"console.jpg", "console.jpg"},
        {".htaccess", "_.htaccess"},
        {"..", ""},
        {"...", ""},
        {" ", ""},
        {"a\u202egpj.exe", "agpj.exe"},
        {"a\tb\n.jpg", "ab.jpg"},
        {"a\xff.jpg", ""},
    };
    for (const auto& [name, safe] : cases) EXPECT_EQ(safe_name(name), safe) << name;
    EXPECT_LE(safe_name("con." + std::string(400, 'x')).size(), 255U);
}

TEST(ZipNames, OfAnOrderBeginWithNumbersThatSortAsTexts) {
    EXPECT_EQ(in_order("a.jpg", 1, 4), "001 a.jpg");
    EXPECT_EQ(in_order("b", 999, 999), "999 b");
    EXPECT_EQ(in_order("a.jpg", 999, 1000), "0999 a.jpg");
    EXPECT_EQ(in_order("_con.jpg", 100'000, 100'000), "100000 _con.jpg");
    const auto longest = std::string(kMaxFilename - 5, 'x') + ".jpeg";
    EXPECT_EQ(in_order(longest, 7, 7), "007 " + std::string(kMaxFilename - 9, 'x') + ".jpeg");
}

TEST(ZipNames, AreGivenOnceWhateverTheirCaseAndForm) {
    ZipNames names;
    EXPECT_EQ(names.unique("a.jpg"), "a.jpg");
    EXPECT_EQ(names.unique("A (2).jpg"), "A (2).jpg");
    EXPECT_EQ(names.unique("A.JPG"), "A (3).JPG");
    EXPECT_EQ(names.unique("a.jpg"), "a (4).jpg");
    EXPECT_EQ(names.unique("\u00e9.jpg"), "\u00e9.jpg");
    EXPECT_EQ(names.unique("e\u0301.jpg"), "e\u0301 (2).jpg");
    EXPECT_EQ(names.unique("Stra\u00dfe"), "Stra\u00dfe");
    EXPECT_EQ(names.unique("STRASSE"), "STRASSE (2)");
    const std::string long_name = std::string(84, 'x') + std::string(4, 'y') + std::string(160, 'z') + ".jpeg";
    std::set<std::string> given;
    for (int i = 0; i < 20'000; ++i) {
        const auto name = names.unique(long_name);
        ASSERT_LE(name.size(), 255U);
        ASSERT_TRUE(given.insert(name).second) << name;
    }
}

ArchiveEntry entry_of(std::uint32_t i) {
    ArchiveEntry entry;
    entry.photo.bytes[15] = static_cast<std::uint8_t>(i);
    entry.media_key = i % 3 == 0 ? "" : "0123456789012345678901";
    entry.size = i % 100 == 0 ? 5 * kGiB : i;
    entry.crc32 = 0xffff'ffff - i;
    entry.modified = i % 2 == 0 ? -1 : 1'700'000'000;
    entry.dos_time = i;
    entry.name = "photo " + std::to_string(i) + ".jpg";
    return entry;
}

TEST(ArchiveList, IsReadAsItWasWrittenBlockByBlock) {
    ArchiveListWriter writer;
    std::string list;
    constexpr std::uint32_t kCount = 2 * kArchiveBlock + 1;
    for (std::uint32_t i = 0; i < kCount; ++i) {
        writer.add(entry_of(i), "x");
        if (i % 7 == 0) list += writer.take();
    }
    const auto head = writer.finish();
    list += writer.take();
    EXPECT_EQ(head.count, kCount);
    ASSERT_EQ(head.blocks.size(), 3U);
    std::uint64_t offset = 0;
    std::uint64_t central = 0;
    std::uint32_t i = 0;
    for (std::size_t b = 0; b < head.blocks.size(); ++b) {
        const auto& block = head.blocks[b];
        EXPECT_EQ(block.offset, offset);
        EXPECT_EQ(block.central, central);
        const auto entries = decode_archive_block(list.substr(block.listed, block.length), block.count);
        ASSERT_TRUE(entries);
        for (const auto& entry : *entries) {
            EXPECT_EQ(entry, entry_of(i++));
            EXPECT_EQ(head.block_at(offset, false), b);
            EXPECT_EQ(head.block_at(central, true), b);
            central += central_header_length(entry.zip(), offset);
            offset += entry.length();
            EXPECT_EQ(head.block_at(offset - 1, false), b);
        }
        EXPECT_FALSE(decode_archive_block(list.substr(block.listed, block.length - 1), block.count));
        EXPECT_FALSE(decode_archive_block(list.substr(block.listed, block.length), block.count - 1));
    }
    EXPECT_EQ(i, kCount);
    EXPECT_EQ(head.size(), offset + central + kZipEndLength);
    auto read = decode_archive_head(encode(head));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, head);
}

TEST(ArchiveList, OfOtherBytesHasAnotherTag) {
    const auto tag = [](const ArchiveEntry& entry, std::string_view identity) {
        ArchiveListWriter writer;
        writer.add(entry, identity);
        return writer.finish().etag;
    };
    auto other = entry_of(1);
    other.name = "other.jpg";
    EXPECT_EQ(tag(entry_of(1), "a"), tag(entry_of(1), "a"));
    EXPECT_NE(tag(entry_of(1), "a"), tag(entry_of(1), "b"));
    EXPECT_NE(tag(entry_of(1), "a"), tag(other, "a"));
}

TEST(ArchiveList, OfANewerReleaseOrOfNothingIsRefused) {
    ArchiveListWriter writer;
    writer.add(entry_of(1), "a");
    auto text = encode(writer.finish());
    for (const auto* wrong :
         {"", "{}", "[]", R"({"schema":1,"what":"all","count":1,"central":[1,1],"blocks":[[0,0,0,1,1]]})",
          R"({"schema":1,"what":"large","count":1,"central":[1,-1],"blocks":[[0,0,0,1,1]]})",
          R"({"schema":1,"what":"large","count":1,"central":[1,1],"blocks":[]})",
          R"({"schema":1,"what":"large","count":1,"central":[1,1],"blocks":[[5,0,0,1,1]]})",
          R"({"schema":1,"what":"large","count":1,"central":[1,1],"blocks":[[0,0,0,-1,1]]})"})
        EXPECT_FALSE(decode_archive_head(wrong)) << wrong;
    text.replace(text.find("\"schema\":1"), 10, "\"schema\":2");
    const auto newer = decode_archive_head(text);
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().kind, ErrorKind::unprocessable);
}

}  // namespace
}  // namespace cadre::gallery
