#include <algorithm>
#include <cmath>

#include "decode/steps/steps.h"

namespace cadre::decode::steps {

void sizes(Work& work) {
    const double width = work.width;
    const double height = work.height;
    for (auto size = std::rbegin(media::kVariantSizes); size != std::rend(media::kVariantSizes); ++size) {
        const double scale = std::min(1.0, size->longest_edge / std::max(width, height));
        const auto scaled = [scale](double edge) { return std::max(1, static_cast<int>(std::lround(edge * scale))); };
        work.image = resize(work.image, scaled(width), scaled(height)).copy_memory();
        work.sizes.insert(work.sizes.begin(), work.image);
    }
}

}  // namespace cadre::decode::steps
