#include <string_view>

#include "decode/icc.h"
#include "decode/steps/steps.h"

namespace cadre::decode::steps {
namespace {

using vips::VImage;

bool has_profile(const VImage& image) { return image.get_typeof(VIPS_META_ICC_NAME) != 0; }

bool is_srgb_already(const VImage& image) {
    if (!has_profile(image) || image.bands() < 3 || image.interpretation() == VIPS_INTERPRETATION_CMYK) return false;
    std::size_t size = 0;
    const auto* const data = static_cast<const std::uint8_t*>(image.get_blob(VIPS_META_ICC_NAME, &size));
    return is_srgb_profile({data, size});
}

/// By the picture's own profile; as it is, if that is broken or not one for these channels.
VImage apply_profile(const VImage& image) {
    if (!has_profile(image) || is_srgb_already(image)) return image;
    try {
        return image
            .icc_transform("srgb", VImage::option()
                                       ->set("embedded", true)
                                       ->set("intent", VIPS_INTENT_RELATIVE)
                                       ->set("black_point_compensation", true)
                                       ->set("depth", 8))
            .copy_memory();
    } catch (const vips::VError&) {
        vips_error_clear();
        return image;
    }
}

/// For pictures whose channels have no meaning that libvips knows: the first three, or the first, are taken as they
/// are.
VImage guess_channels(const VImage& image) {
    const bool coloured = image.bands() >= 3;
    return image.extract_band(0, VImage::option()->set("n", coloured ? 3 : 1))
        .copy(VImage::option()->set("interpretation", coloured ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W));
}

VImage to_srgb(const VImage& image) {
    if (!vips_colourspace_issupported(image.get_image())) return to_srgb(guess_channels(image));
    const VImage converted = image.colourspace(VIPS_INTERPRETATION_sRGB);
    const int bands = converted.bands() >= 4 ? 4 : 3;
    return converted.extract_band(0, VImage::option()->set("n", bands)).cast(VIPS_FORMAT_UCHAR);
}

}  // namespace

void colour(Work& work) {
    const VImage image = to_srgb(apply_profile(work.image)).copy_memory();
    const bool opaque = !image.has_alpha() || image[3].min() >= 255;
    work.image = opaque && image.bands() == 4 ? image.extract_band(0, VImage::option()->set("n", 3)) : image;
}

}  // namespace cadre::decode::steps
