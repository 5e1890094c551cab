#include <algorithm>

#include "decode/steps/steps.h"

namespace cadre::decode::steps {
namespace {

/// The scales at which libjpeg decodes (1/2, 1/4, 1/8).
int jpeg_shrink(double factor) {
    for (const int shrink : {8, 4, 2}) {
        if (factor >= 2 * shrink) return shrink;
    }
    return 1;
}

}  // namespace

void load(Work& work) {
    const auto& picture = work.picture;
    const int longest = std::max(picture.stored_width, picture.stored_height);
    const double factor = static_cast<double>(longest) / std::rbegin(media::kVariantSizes)->longest_edge;
    auto* const options = vips::VImage::option();
    if (picture.format == Format::jpeg) options->set("shrink", jpeg_shrink(factor));
    if (picture.format == Format::webp && factor > 2) options->set("scale", 2 / factor);
    // A whole JPEG with some bytes gone bad shows a stripe: better than nothing, and libvips would call it truncated.
    const bool patient = picture.format == Format::jpeg && picture.container.complete;
    const auto fail_on = patient ? VIPS_FAIL_ON_NONE : VIPS_FAIL_ON_TRUNCATED;
    work.image = decode::load(picture.format, picture.bytes, fail_on, options);
}

}  // namespace cadre::decode::steps
