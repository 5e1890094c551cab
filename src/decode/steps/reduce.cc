#include <algorithm>
#include <cmath>

#include "decode/steps/steps.h"

namespace cadre::decode::steps {

vips::VImage resize(const vips::VImage& image, int width, int height) {
    if (width == image.width() && height == image.height()) return image;
    const auto scaled = [&](const vips::VImage& from) {
        return from.resize(static_cast<double>(width) / from.width(),
                           vips::VImage::option()->set("vscale", static_cast<double>(height) / from.height()));
    };
    if (!image.has_alpha()) return scaled(image);
    return scaled(image.premultiply()).unpremultiply().cast(image.format());
}

void reduce(Work& work) {
    // The scale comes from the whole picture: what `load` has shrunk by itself may be rounded.
    const int width = work.picture.stored_width;
    const int height = work.picture.stored_height;
    const double longest = std::rbegin(media::kVariantSizes)->longest_edge;
    const double scale = std::min(1.0, longest / std::max(width, height));
    const auto scaled = [scale](int edge) { return std::max(1, static_cast<int>(std::lround(edge * scale))); };
    work.image = resize(work.image, scaled(width), scaled(height)).copy_memory();
}

}  // namespace cadre::decode::steps
