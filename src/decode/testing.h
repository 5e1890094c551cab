// What the tests of decode share: pictures to read, made here, and cadre-decode's work in this process, without its
// walls.
#pragma once

#include <gtest/gtest.h>
#include <lcms2.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include <vips/vips8>

#include "base/encoding.h"
#include "decode/picture.h"
#include "decode/pipeline.h"

namespace cadre::decode::testing {

using vips::VImage;
using namespace std::string_literals;

/// Once, before all else.
inline void start(const char* program) {
    g_setenv("VIPS_WARNING", "0", TRUE);
    ASSERT_EQ(VIPS_INIT(program), 0);
    vips_concurrency_set(1);
    vips_cache_set_max(0);
}

inline std::string written(const VImage& image, const char* suffix, vips::VOption* options = nullptr) {
    void* data = nullptr;
    std::size_t size = 0;
    image.write_to_buffer(suffix, &data, &size, options);
    std::string bytes(static_cast<const char*>(data), size);
    g_free(data);
    return bytes;
}

using Colour = std::vector<double>;

/// The four quarters of the pictures: above left, above right, below left, below right. None is at the edge of a gamut.
inline const std::vector<Colour> kQuarters = {{180, 90, 60}, {60, 150, 90}, {60, 90, 180}, {200, 200, 200}};

inline VImage quarters(int width, int height, const std::vector<Colour>& colours = kQuarters) {
    std::vector<VImage> parts;
    for (const auto& colour : colours)
        parts.push_back(VImage::black(width / 2, height / 2).new_from_image(colour).cast(VIPS_FORMAT_UCHAR));
    return VImage::arrayjoin(parts, VImage::option()->set("across", 2))
        .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

inline VImage with_profile(const VImage& image, std::string_view profile) {
    VImage tagged = image.copy();
    vips_image_set_blob_copy(tagged.get_image(), VIPS_META_ICC_NAME, profile.data(), profile.size());
    return tagged;
}

// Profiles.

inline std::string bytes_of_profile(cmsHPROFILE handle) {
    cmsUInt32Number size = 0;
    cmsSaveProfileToMem(handle, nullptr, &size);
    std::string bytes(size, '\0');
    cmsSaveProfileToMem(handle, bytes.data(), &size);
    cmsCloseProfile(handle);
    return bytes;
}

/// Called `name`, whatever it is.
inline std::string rgb_profile(const Chromaticities& p, double gamma, const char* name = "made for a test") {
    const cmsCIExyY white{p.white_x, p.white_y, 1};
    const cmsCIExyYTRIPLE primaries{{p.red_x, p.red_y, 1}, {p.green_x, p.green_y, 1}, {p.blue_x, p.blue_y, 1}};
    cmsToneCurve* const curve = cmsBuildGamma(nullptr, gamma);
    cmsToneCurve* const curves[] = {curve, curve, curve};
    const cmsHPROFILE handle = cmsCreateRGBProfile(&white, &primaries, curves);
    cmsFreeToneCurve(curve);
    cmsMLU* const text = cmsMLUalloc(nullptr, 1);
    cmsMLUsetASCII(text, "en", "US", name);
    cmsWriteTag(handle, cmsSigProfileDescriptionTag, text);
    cmsMLUfree(text);
    return bytes_of_profile(handle);
}

inline std::string gray_profile(double gamma) {
    cmsToneCurve* const curve = cmsBuildGamma(nullptr, gamma);
    const cmsHPROFILE handle = cmsCreateGrayProfile(cmsD50_xyY(), curve);
    cmsFreeToneCurve(curve);
    return bytes_of_profile(handle);
}

/// A JPEG with a profile, whether it is for its channels or not: libvips would not write every one (ICC.1 annex B.4).
inline std::string jpeg_with_profile(const VImage& image, std::string_view profile) {
    const std::string plain = written(image, ".jpg", VImage::option()->set("Q", 95)->set("strip", true));
    const auto length = profile.size() + 16;
    std::string segment = "\xff\xe2"s;
    segment += static_cast<char>(length >> 8);
    segment += static_cast<char>(length & 255);
    segment.append("ICC_PROFILE\0\x01\x01"s).append(profile);
    return plain.substr(0, 2) + segment + plain.substr(2);
}

// The work.

struct Shown {
    Derivatives derivatives;
    bool complete = true;
    VImage smallest;

    [[nodiscard]] Colour at(double x, double y) const {
        return smallest.getpoint(static_cast<int>(x * smallest.width()), static_cast<int>(y * smallest.height()));
    }
    [[nodiscard]] std::vector<Colour> quarters() const {
        return {at(.25, .25), at(.75, .25), at(.25, .75), at(.75, .75)};
    }
};

/// A picture's bytes as Mapping gives them: one's own, with zeros behind.
class OwnBytes {
public:
    explicit OwnBytes(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()), size_(bytes.size()) {
        bytes_.resize(size_ + kMostMissing);
    }
    [[nodiscard]] std::span<std::uint8_t> get() { return {bytes_.data(), size_}; }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t size_;
};

inline media::Request generous() {
    media::Request request;
    request.max_pixels = 100'000'000;
    request.max_progressive_pixels = 100'000'000;
    return request;
}

/// What a person sees of the file. Throws vips::VError where it can't be shown.
inline Shown show(std::string_view file, int rotation = 0) {
    OwnBytes bytes(file);
    const auto picture = open_picture(bytes.get(), generous());
    if (!picture) throw vips::VError("refused: " + picture.error().detail);
    if (!picture->unreadable.empty()) throw vips::VError("unreadable: " + picture->unreadable);
    Shown shown{derive(*picture, rotation), picture->container.complete, {}};
    const auto& smallest = shown.derivatives.variants.front().file;
    shown.smallest = VImage::new_from_buffer(smallest.data(), smallest.size(), "").copy_memory();
    return shown;
}

inline bool is_near(const Colour& got, const Colour& wanted, double tolerance = 6) {
    for (std::size_t i = 0; i < wanted.size(); ++i)
        if (i >= got.size() || std::abs(got[i] - wanted[i]) > tolerance) return false;
    return true;
}

inline void expect_quarters(const Shown& shown, const std::vector<Colour>& wanted, std::string_view what,
                            double tolerance = 6) {
    const auto got = shown.quarters();
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_TRUE(is_near(got[i], wanted[i], tolerance))
            << what << ", quarter " << i << ": " << ::testing::PrintToString(got[i]) << ", not "
            << ::testing::PrintToString(wanted[i]);
}

// HEIF files, box by box.

inline std::string number(std::uint64_t value, std::size_t bytes) {
    std::string text;
    for (std::size_t i = bytes; i-- > 0;) text += static_cast<char>((value >> (8 * i)) & 255);
    return text;
}
inline std::string box(std::string_view type, std::string_view body) {
    return number(8 + body.size(), 4).append(type).append(body);
}
inline std::string full_box(std::string_view type, std::string_view body, unsigned version = 0, unsigned flags = 0) {
    return box(type, number(version, 1) + number(flags, 3) + std::string(body));
}
inline std::string nclx(unsigned primaries, unsigned transfer, unsigned matrix = 6) {
    return box("colr", "nclx" + number(primaries, 2) + number(transfer, 2) + number(matrix, 2) + "\x80"s);
}

inline std::string text_of_base64(std::string_view text) {
    const auto bytes = from_base64(text);
    return {bytes->begin(), bytes->end()};
}

/// kQuarters in 64 × 64 pixels, by x265 and by libaom: bytes of the decoder's configuration and of the picture.
struct Coded {
    std::string type, configuration, brand, config, data;
};
inline Coded hevc() {
    return {"hvc1", "hvcC", "heic",
            text_of_base64(
                "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAA"
                "AwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQA=="),
            text_of_base64("AAAAOigBrwa4Y7Dc/2k3///nHv6H9UDo1htgHy++de///QIbwtdfrpdSH8hIf/9rlTFcv+kTmf/Pf1j6vY4=")};
}
inline Coded av1() {
    return {"av01", "av1C", "avif", text_of_base64("gQAMAA=="),
            text_of_base64("EgAKCRgVf/2CBAQNCDItEMAAAEC0TDxf0Oqup5z5bsuxgtKvhJ4I7q4bHKO54nrOH9EHGbjxACxfqP7A")};
}

struct HeifParts {
    Coded coded = hevc();
    std::vector<std::string> properties;  // whole boxes, besides the configuration and the size
    std::string exif;                     // content of an Exif item
    std::string xmp;                      // content of a mime item
    bool describe_two = false;            // both say that they belong to another item too, as iPhones have it
    std::string trailer;                  // behind the last box
};

inline std::string heif(const HeifParts& parts) {
    struct Item {
        unsigned id;
        std::string info, data;
    };
    std::vector<Item> items{{1, parts.coded.type + "\0"s, parts.coded.data}};
    if (!parts.exif.empty()) items.push_back({2, "Exif\0"s, parts.exif});
    if (!parts.xmp.empty()) items.push_back({3, "mime\0application/rdf+xml\0"s, parts.xmp});
    if (parts.describe_two) items.push_back({9, "tmap\0"s, "a map of tones"});
    std::string infos, references;
    for (const auto& item : items) infos += full_box("infe", number(item.id, 2) + number(0, 2) + item.info, 2);
    for (std::size_t i = 1; i < items.size(); ++i) {
        if (items[i].id == 9) continue;
        const auto to = parts.describe_two ? number(2, 2) + number(1, 2) + number(9, 2) : number(1, 2) + number(1, 2);
        references += box("cdsc", number(items[i].id, 2) + to);
    }
    std::vector<std::string> properties{box(parts.coded.configuration, parts.coded.config),
                                        full_box("ispe", number(64, 4) + number(64, 4))};
    properties.insert(properties.end(), parts.properties.begin(), parts.properties.end());
    std::string all, places;
    for (std::size_t i = 0; i < properties.size(); ++i) {
        all += properties[i];
        places += number(i + 1, 1);
    }
    const std::string associations =
        full_box("ipma", number(1, 4) + number(1, 2) + number(properties.size(), 1) + places);
    const std::string start = box("ftyp", parts.coded.brand + number(0, 4) + "mif1" + parts.coded.brand);
    const auto meta_at = [&](std::size_t data_at) {
        std::string locations = number(0x4400, 2) + number(items.size(), 2);
        for (const auto& item : items) {
            locations += number(item.id, 2) + number(0, 2) + number(1, 2) + number(data_at, 4);
            locations += number(item.data.size(), 4);
            data_at += item.data.size();
        }
        const std::string handler = full_box("hdlr", number(0, 4) + "pict" + std::string(13, '\0'));
        const std::string listed = full_box("iinf", number(items.size(), 2) + infos);
        return full_box("meta", handler + full_box("pitm", number(1, 2)) + full_box("iloc", locations) + listed +
                                    box("iprp", box("ipco", all) + associations) +
                                    (references.empty() ? "" : full_box("iref", references)));
    };
    const std::size_t data_at = start.size() + meta_at(0).size() + 8;
    std::string data;
    for (const auto& item : items) data += item.data;
    return start + meta_at(data_at) + box("mdat", data) + parts.trailer;
}

/// An Exif item with an orientation, after what its maker has put before it.
inline std::string exif_with_orientation(unsigned orientation, const std::string& before = "\0\0\0\0"s) {
    return before + "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01"s + number(orientation, 2) + number(0, 6);
}

}  // namespace cadre::decode::testing
