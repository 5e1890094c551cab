#include <algorithm>
#include <optional>
#include <vector>

#include "decode/hdr.h"
#include "decode/icc.h"
#include "decode/steps/steps.h"

namespace cadre::decode::steps {
namespace {

using vips::VImage;

/// What the channels mean, where it is one of the three and they have 8 or 16 bits.
std::optional<Channels> channels_of(const VImage& image) {
    if (image.format() != VIPS_FORMAT_UCHAR && image.format() != VIPS_FORMAT_USHORT) return std::nullopt;
    switch (image.interpretation()) {
        case VIPS_INTERPRETATION_B_W:
        case VIPS_INTERPRETATION_GREY16:
            return Channels::gray;
        case VIPS_INTERPRETATION_sRGB:
        case VIPS_INTERPRETATION_RGB:
        case VIPS_INTERPRETATION_RGB16:
            return image.bands() >= 3 ? std::optional(Channels::rgb) : std::nullopt;
        case VIPS_INTERPRETATION_CMYK:
            return image.bands() >= 4 ? std::optional(Channels::cmyk) : std::nullopt;
        default:
            return std::nullopt;
    }
}

/// Three channels in place of one, with the transparency if it has one.
VImage repeated(const VImage& gray) {
    const VImage one = gray.extract_band(0);
    VImage three = VImage::bandjoin({one, one, one});
    if (gray.bands() > 1) three = three.bandjoin(gray.extract_band(1));
    const bool wide = gray.format() == VIPS_FORMAT_USHORT;
    return three.copy(
        VImage::option()->set("interpretation", wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB));
}

/// Colours and, if there is one, the transparency; in memory, without gaps.
VImage packed(const VImage& image, Channels channels) {
    const int wanted = std::min(image.bands(), count_of(channels) + 1);
    const VImage some = wanted == image.bands() ? image : image.extract_band(0, VImage::option()->set("n", wanted));
    return some.copy_memory();
}

/// An image in memory whose pixels `fill` writes.
template <class Fill>
VImage written(const VImage& like, int bands, Fill fill) {
    VImage image = VImage::new_memory();
    VipsImage* const raw = image.get_image();
    vips_image_init_fields(raw, like.width(), like.height(), bands, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
                           VIPS_INTERPRETATION_sRGB, 1, 1);
    if (vips_image_write_prepare(raw) != 0) throw vips::VError();
    fill(reinterpret_cast<std::uint8_t*>(VIPS_IMAGE_ADDR(raw, 0, 0)));
    return image;
}

std::size_t pixels_of(const VImage& image) {
    return static_cast<std::size_t>(image.width()) * static_cast<std::size_t>(image.height());
}

std::optional<VImage> by_profile(const VImage& image, Channels channels, const Profile& profile) {
    if (profile.is_srgb()) return std::nullopt;
    const bool repeat = channels == Channels::gray && profile.channels() == Channels::rgb;
    if (!repeat && profile.channels() != channels) return std::nullopt;  // a profile for other pictures than this
    const VImage from = packed(repeat ? repeated(image) : image, profile.channels());
    if (from.bands() < count_of(profile.channels())) return std::nullopt;
    const bool alpha = from.bands() > count_of(profile.channels());
    const auto transform = ToSrgb::by(profile, from.format() == VIPS_FORMAT_USHORT ? 2 : 1, alpha);
    if (!transform) return std::nullopt;
    return written(from, alpha ? 4 : 3, [&](std::uint8_t* to) { (*transform)(from.data(), to, pixels_of(from)); });
}

VImage tone_mapped(const VImage& image, const ColourSpace& space) {
    const bool wide = image.format() == VIPS_FORMAT_USHORT;
    const VImage from = packed(wide ? image : (image * 257).cast(VIPS_FORMAT_USHORT), Channels::rgb);
    const auto step = static_cast<std::size_t>(from.bands());
    const auto* const samples = static_cast<const std::uint16_t*>(from.data());
    const std::size_t pixels = pixels_of(from);
    ToneMap tones(space);
    tones.look(samples, step, pixels);
    return written(from, from.bands(), [&](std::uint8_t* to) {
        tones.map(samples, step, to, step, pixels);
        for (std::size_t i = 0; step == 4 && i < pixels; ++i)
            to[i * step + 3] = static_cast<std::uint8_t>(samples[i * step + 3] >> 8);
    });
}

/// By what the file says of its colours; nothing where that is nothing, or of no use.
std::optional<VImage> as_the_file_says(const Work& work) {
    const auto channels = channels_of(work.image);
    if (!channels) return std::nullopt;
    const Bytes bytes{reinterpret_cast<const std::uint8_t*>(work.profile.data()), work.profile.size()};
    const auto profile = bytes.empty() ? std::nullopt : Profile::from(bytes);
    auto described = work.picture.container.colour;
    const bool by_code = described && (work.picture.container.colour_first || !profile);
    if (!by_code) described = profile ? profile->code_points(bytes) : std::nullopt;
    if (described && described->is_hdr()) {
        if (*channels != Channels::rgb) return std::nullopt;
        return tone_mapped(work.image, *described);
    }
    if (!by_code) return profile ? by_profile(work.image, *channels, *profile) : std::nullopt;
    const auto made = described->is_srgb() ? std::nullopt : Profile::from(*described);
    return made ? by_profile(work.image, *channels, *made) : std::nullopt;
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
    auto converted = as_the_file_says(work);
    if (!converted) {
        // Else libvips would take a profile that is not for these channels.
        VImage plain = work.image.copy();
        plain.remove(VIPS_META_ICC_NAME);
        converted = to_srgb(plain).copy_memory();
    }
    const VImage& image = *converted;
    const bool opaque = !image.has_alpha() || image[3].min() >= 255;
    work.image = opaque && image.bands() == 4 ? image.extract_band(0, VImage::option()->set("n", 3)) : image;
}

}  // namespace cadre::decode::steps
