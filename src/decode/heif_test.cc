// HEIF's structure: what phones write, what is cut, what is made up.
#include "decode/heif.h"

#include "decode/testing.h"

namespace cadre::decode {
namespace {

using namespace testing;

Bytes bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

class Heif : public ::testing::Test {
protected:
    static void SetUpTestSuite() { start("heif_test"); }
    static Picture opened(const std::string& file, OwnBytes& memory) {
        memory = OwnBytes(file);
        auto picture = open_picture(memory.get(), generous());
        if (!picture) throw vips::VError(picture.error().detail);
        return std::move(*picture);
    }
    static std::string blob(const Picture& picture, const char* name) {
        if (picture.header.get_typeof(name) == 0) return {};
        std::size_t size = 0;
        const void* const data = picture.header.get_blob(name, &size);
        return {static_cast<const char*>(data), size};
    }
};

TEST_F(Heif, MetadataThatDescribesTwoThingsIsReadAsIphonesWriteItSinceIos18) {
    const std::string xmp = "<?xpacket begin=''?><x:xmpmeta/>";
    for (const bool two : {false, true}) {
        const auto file = heif({hevc(), {}, exif_with_orientation(1), xmp, two, {}});
        expect_quarters(show(file), kQuarters, "with metadata");
        OwnBytes memory("");
        const auto picture = opened(file, memory);
        EXPECT_TRUE(picture.container.complete);
        EXPECT_TRUE(blob(picture, VIPS_META_EXIF_NAME).starts_with("MM\0*"s)) << two;
        EXPECT_EQ(blob(picture, VIPS_META_XMP_NAME), xmp) << two;
    }
}

TEST_F(Heif, WhatStandsBehindTheLastBoxIsNoFault) {
    const auto plain = heif({});
    std::string noise;
    for (unsigned i = 0; i < 5000; ++i) noise += static_cast<char>(i * 2654435761U >> 13);
    for (const std::string& trailer :
         {"x"s, "\0\0\0\0"s, noise, "\xff\xff\xff\xffmoovSEFT"s, std::string(3000, '\0')}) {
        auto parts = HeifParts{};
        parts.trailer = trailer;
        const auto shown = show(heif(parts));
        expect_quarters(shown, kQuarters, "with a trailer");
        EXPECT_TRUE(shown.complete);
    }
}

TEST_F(Heif, ExifTurnsThePictureUnlessThePictureSaysItself) {
    const std::vector<Colour> turned = {kQuarters[2], kQuarters[0], kQuarters[3], kQuarters[1]};
    const auto six = exif_with_orientation(6);
    for (const auto& coded : {hevc(), av1()})
        expect_quarters(show(heif({coded, {}, six, {}, false, {}})), turned, "orientation 6");
    const auto app1 = exif_with_orientation(6, "\0\0\0\0\xff\xe1\0\x40"s + "Exif\0\0"s);
    expect_quarters(show(heif({hevc(), {}, app1, {}, false, {}})), turned, "with a header of JPEG's before it");
    expect_quarters(show(heif({hevc(), {}, six, {}, true, {}})), turned, "that describes two things");
    const auto irot = box("irot", "\x03"s);  // counter-clockwise quarters
    expect_quarters(show(heif({hevc(), {irot}, six, {}, false, {}})), turned, "irot alone");
    expect_quarters(show(heif({hevc(), {irot}, exif_with_orientation(1), {}, false, {}})), turned, "irot and 1");
    const auto none = box("irot", "\0"s);
    expect_quarters(show(heif({hevc(), {none}, six, {}, false, {}})), kQuarters, "irot of nothing counts too");
    const auto odd = exif_with_orientation(9);
    expect_quarters(show(heif({hevc(), {}, odd, {}, false, {}})), kQuarters, "an orientation that there is not");
}

TEST_F(Heif, APictureThatIsCutIsTruncatedAndMetadataThatIsCutIsIncomplete) {
    HeifParts parts;
    parts.coded.data += std::string(3000, '\0');  // so that its end can be missing
    parts.exif = exif_with_orientation(1) + std::string(400, ' ');
    const auto whole = heif(parts);
    for (const std::size_t left : {1U, 300U, 1000U}) {
        const auto last = show(whole.substr(0, whole.size() - left));
        expect_quarters(last, kQuarters, "without its last bytes");
        EXPECT_FALSE(last.complete) << left;
    }
    const std::size_t picture_ends = whole.size() - parts.exif.size();
    for (std::size_t length = 40; length < picture_ends - 1024; length += 7) {
        const auto found = check_container(Format::heic, bytes_of(whole.substr(0, length)));
        ASSERT_FALSE(found) << length;
        EXPECT_EQ(found.error().reason, media::Refusal::truncated) << length;
    }
}

TEST_F(Heif, WhatTheLibraryCannotReadIsNotCalledDamaged) {
    for (const char* type : {"j2k1", "unci", "xxxx"}) {
        auto coded = hevc();
        coded.type = type;
        OwnBytes memory("");
        const auto file = heif({coded, {box("irot", "\x01"s)}, exif_with_orientation(1), {}, false, {}});
        const auto picture = opened(file, memory);
        EXPECT_NE(picture.unreadable, "") << type;
        EXPECT_EQ(picture.width(), 64);
        EXPECT_TRUE(blob(picture, VIPS_META_EXIF_NAME).starts_with("MM\0*"s)) << "its date is read all the same";
    }
    EXPECT_EQ(refused_by_libvips("heif: Unsupported feature: Unsupported codec (4.3000)").reason,
              media::Refusal::library);
    EXPECT_EQ(refused_by_libvips("tiff2vips: subsampled images not supported").reason, media::Refusal::library);
    EXPECT_EQ(refused_by_libvips("heif: Invalid input: No 'meta' box (2.105)").reason, media::Refusal::damaged);
}

TEST_F(Heif, OfAStructureThatIsMadeUpNothingIsBelieved) {
    HeifParts parts;
    parts.exif = exif_with_orientation(6);
    parts.describe_two = true;
    parts.properties = {nclx(12, 13)};
    const auto whole = heif(parts);
    // Each byte of the structure replaced: whatever it says then, reading it ends, and ends soon.
    for (std::size_t at = 0; at < whole.size(); ++at) {
        for (const char wrong : {'\0', '\x01', '\x7f', '\xff'}) {
            std::string file = whole;
            file[at] = wrong;
            const auto read = read_heif_file(bytes_of(file));
            if (!read) continue;
            (void)read->picture_needs();
            (void)read->size();
            (void)read->colour_space();
            (void)read->exif_orientation();
        }
    }
    // Extents that take no bytes: 65,535 for each of 65,535 items would fill the memory.
    std::string infos, places = number(0, 2) + number(60'000, 2);
    for (unsigned id = 1; id <= 60'000; ++id) {
        infos += full_box("infe", number(id, 2) + number(0, 2) + "hvc1"s, 2);
        places += number(id, 2) + number(0, 2) + number(65'535, 2);
    }
    const auto bomb = box("ftyp", "heic\0\0\0\0mif1heic"s) +
                      full_box("meta", full_box("pitm", number(1, 2)) + full_box("iloc", places) +
                                           full_box("iinf", number(60'000, 2) + infos));
    EXPECT_FALSE(read_heif_file(bytes_of(bomb)));
}

}  // namespace
}  // namespace cadre::decode
