#include <algorithm>
#include <memory>
#include <optional>

#include "decode/steps/steps.h"
#include "decode/tiff.h"

namespace cadre::decode::steps {
namespace {

using vips::VImage;
using vips::VOption;

/// The scales at which libjpeg decodes (1/2, 1/4, 1/8).
int jpeg_shrink(double factor) {
    for (const int shrink : {8, 4, 2}) {
        if (factor >= 2 * shrink) return shrink;
    }
    return 1;
}

VOption* options_for(const Picture& picture) {
    const int longest = std::max(picture.stored_width, picture.stored_height);
    const double factor = static_cast<double>(longest) / std::rbegin(media::kVariantSizes)->longest_edge;
    auto* const options = VImage::option();
    if (picture.format == Format::jpeg) options->set("shrink", jpeg_shrink(factor));
    if (picture.format == Format::webp && factor > 2) options->set("scale", 2 / factor);
    return options;
}

/// How many rows can be read before the library notices that the rest is missing. The strip in which it does counts: of
/// a JPEG that lacks nothing but its marker, that is the last one.
int good_rows(const VImage& image) {
    constexpr int kStrip = 16;
    const std::unique_ptr<VipsRegion, decltype(&g_object_unref)> region(vips_region_new(image.get_image()),
                                                                        &g_object_unref);
    int top = 0;
    while (top < image.height()) {
        const VipsRect strip{0, top, image.width(), std::min(kStrip, image.height() - top)};
        top += strip.height;
        if (vips_region_prepare(region.get(), &strip) != 0) break;
    }
    vips_error_clear();
    return top;
}

/// Of a GIF, whose library leaves clear what it could not read: an interlaced one has gaps everywhere.
int rows_with_pixels(const VImage& image) {
    if (!image.has_alpha()) return image.height();
    const VImage alpha = image.extract_band(image.bands() - 1).copy_memory();
    const auto width = static_cast<std::ptrdiff_t>(alpha.width());
    const auto* row = static_cast<const std::uint8_t*>(alpha.data());
    int rows = 0;
    for (int y = 0; y < alpha.height(); ++y, row += width)
        if (std::any_of(row, row + width, [](std::uint8_t pixel) { return pixel != 0; })) ++rows;
    return rows;
}

/// Whether as much is there of a file without an end that it is worth showing.
bool is_mostly_there(const Picture& picture) {
    const auto open = [&](VipsFailOn fail_on) {
        return decode::load(picture.format, picture.bytes, fail_on, options_for(picture));
    };
    const auto enough = [](int rows, const VImage& image) { return rows >= image.height() * 3 / 4; };
    switch (picture.format) {
        case Format::jpeg: {
            // The first passes of a progressive JPEG show all of it, coarsely; two are whole when a third has begun.
            if (picture.container.progressive) return picture.container.scans > 2;
            const VImage image = open(VIPS_FAIL_ON_TRUNCATED);
            return enough(good_rows(image), image);
        }
        case Format::png: {
            const VImage image = open(VIPS_FAIL_ON_TRUNCATED);
            return enough(good_rows(image), image);
        }
        case Format::gif: {
            const VImage image = open(VIPS_FAIL_ON_NONE);
            return enough(rows_with_pixels(image), image);
        }
        default:
            return true;  // the picture itself is whole
    }
}

/// Which of a TIFF's channels beyond its colours is its transparency (TIFF 6.0, ExtraSamples): a saved selection, which
/// is unspecified, is not. Nothing if none is.
std::optional<int> transparency_of(const Picture& picture, int colours) {
    constexpr unsigned kExtraSamples = 338;
    constexpr std::size_t kMost = 16;
    const auto tiff = Tiff::open(picture.bytes);
    if (!tiff) return std::nullopt;
    for (const auto& entry : tiff->entries(tiff->first_directory())) {
        if (entry.tag != kExtraSamples) continue;
        const auto kinds = tiff->numbers(entry, kMost);
        const auto found = std::find_if(kinds.begin(), kinds.end(), [](auto kind) { return kind == 1 || kind == 2; });
        if (found != kinds.end()) return colours + static_cast<int>(found - kinds.begin());
    }
    return std::nullopt;
}

/// Colours, and the transparency if there is one. One that hides every pixel is none: programs write selections as
/// transparency too, and no photograph is meant to be invisible.
VImage without_selections(const VImage& image, const Picture& picture) {
    const int colours = image.interpretation() == VIPS_INTERPRETATION_CMYK ? 4 : image.bands() >= 3 ? 3 : 1;
    if (image.bands() <= colours) return image;
    const auto band = transparency_of(picture, colours);
    const VImage coloured = image.extract_band(0, VImage::option()->set("n", colours));
    if (!band || *band >= image.bands()) return coloured;
    const VImage once_more = decode::load(picture.format, picture.bytes, VIPS_FAIL_ON_NONE, VImage::option());
    if (once_more.extract_band(*band).max() <= 0) return coloured;
    if (image.bands() == colours + 1) return image;
    return coloured.bandjoin(image.extract_band(*band));
}

/// Whole numbers of 32 bits, of which the upper half is more than anybody sees.
VImage without_too_many_bits(const VImage& image) {
    if (image.format() != VIPS_FORMAT_UINT) return image;
    const bool coloured = image.bands() >= 3;
    return (image >> 16)
        .cast(VIPS_FORMAT_USHORT)
        .copy(
            VImage::option()->set("interpretation", coloured ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_GREY16));
}

}  // namespace

void load(Work& work) {
    const auto& picture = work.picture;
    const bool complete = picture.container.complete;
    if (!complete && !is_mostly_there(picture)) throw vips::VError("truncated: most of the picture is missing");
    // A whole JPEG with some bytes gone bad shows a stripe: better than nothing, and libvips would call it truncated.
    const bool patient = picture.format == Format::jpeg || !complete;
    const auto fail_on = patient ? VIPS_FAIL_ON_NONE : VIPS_FAIL_ON_TRUNCATED;
    work.image = decode::load(picture.format, picture.bytes, fail_on, options_for(picture));
    if (work.image.get_typeof(VIPS_META_ICC_NAME) != 0) {
        std::size_t size = 0;
        const auto* const data = static_cast<const char*>(work.image.get_blob(VIPS_META_ICC_NAME, &size));
        work.profile.assign(data, size);
    }
    if (picture.format == Format::tiff) work.image = without_selections(without_too_many_bits(work.image), picture);
}

}  // namespace cadre::decode::steps
