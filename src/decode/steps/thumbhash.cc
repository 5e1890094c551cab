#include "decode/thumbhash.h"

#include <algorithm>
#include <cmath>

#include "decode/steps/steps.h"

namespace cadre::decode::steps {

void thumbhash(Work& work) {
    const auto& smallest = work.sizes.front();
    const double scale =
        std::min(1.0, static_cast<double>(kThumbhashEdge) / std::max(smallest.width(), smallest.height()));
    const auto scaled = [scale](int edge) { return std::max(1, static_cast<int>(std::lround(edge * scale))); };
    auto image = resize(smallest, scaled(smallest.width()), scaled(smallest.height()));
    if (!image.has_alpha()) image = image.bandjoin_const({255});
    image = image.cast(VIPS_FORMAT_UCHAR).copy_memory();
    const std::size_t size = static_cast<std::size_t>(image.width()) * static_cast<std::size_t>(image.height()) * 4;
    work.thumbhash =
        decode::thumbhash(image.width(), image.height(), {static_cast<const std::uint8_t*>(image.data()), size});
}

}  // namespace cadre::decode::steps
