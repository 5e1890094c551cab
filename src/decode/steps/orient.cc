#include "decode/steps/steps.h"

namespace cadre::decode::steps {

void orient(Work& work) {
    using vips::VImage;
    // Counter-clockwise turns and mirrors as in EXIF 2.32 section 4.6.4, orientation.
    const auto turned = [&](VipsAngle angle) { return work.image.rot(angle); };
    const auto mirrored = [](const VImage& image) { return image.flip(VIPS_DIRECTION_HORIZONTAL); };
    switch (work.picture.orientation) {
        case 2:
            work.image = mirrored(work.image);
            break;
        case 3:
            work.image = turned(VIPS_ANGLE_D180);
            break;
        case 4:
            work.image = mirrored(turned(VIPS_ANGLE_D180));
            break;
        case 5:
            work.image = mirrored(turned(VIPS_ANGLE_D90));
            break;
        case 6:
            work.image = turned(VIPS_ANGLE_D90);
            break;
        case 7:
            work.image = mirrored(turned(VIPS_ANGLE_D270));
            break;
        case 8:
            work.image = turned(VIPS_ANGLE_D270);
            break;
        default:
            return;
    }
    work.image = work.image.copy_memory();
}

}  // namespace cadre::decode::steps
