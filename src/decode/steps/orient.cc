#include <utility>

#include "decode/steps/steps.h"

namespace cadre::decode {

Work::Work(const Picture& of, int clockwise)
    : picture(of), rotation(clockwise), width(of.width()), height(of.height()) {
    if (rotation % 180 != 0) std::swap(width, height);
}

namespace steps {

void orient(Work& work) {
    // EXIF 2.32 section 4.6.4: each orientation is a turn, clockwise, and then perhaps a mirror.
    struct Turn {
        int degrees;
        bool mirrored;
    };
    constexpr Turn kTurns[] = {{0, false}, {0, true},   {180, false}, {180, true},
                               {90, true}, {90, false}, {270, true},  {270, false}};
    const auto& [degrees, mirrored] = kTurns[work.picture.orientation - 1];
    const auto turned = [](const vips::VImage& image, int by) {
        return by == 0 ? image : image.rot(static_cast<VipsAngle>(by / 90));
    };
    if (degrees == 0 && !mirrored && work.rotation == 0) return;
    vips::VImage image = turned(work.image, degrees);
    if (mirrored) image = image.flip(VIPS_DIRECTION_HORIZONTAL);
    work.image = turned(image, work.rotation).copy_memory();
}

}  // namespace steps
}  // namespace cadre::decode
