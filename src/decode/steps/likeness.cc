#include "decode/likeness.h"

#include <cstdint>
#include <utility>

#include "decode/steps/steps.h"

namespace cadre::decode::steps {
namespace {

using vips::VImage;

/// As it lies in its file: what a person has turned is the same picture still.
VImage unturned(const VImage& image, int rotation) {
    if (rotation == 0) return image;
    return image.rot(static_cast<VipsAngle>((360 - rotation) / 90)).copy_memory();
}

Bytes bytes_of(const VImage& image) {
    const auto pixels = static_cast<std::size_t>(image.width()) * static_cast<std::size_t>(image.height());
    return {static_cast<const std::uint8_t*>(image.data()), pixels * static_cast<std::size_t>(image.bands())};
}

}  // namespace

void likeness(Work& work) {
    const auto largest = unturned(work.sizes.back(), work.rotation);
    int width = work.width, height = work.height;
    if (work.rotation % 180 != 0) std::swap(width, height);
    work.pixels = pixels_digest(bytes_of(largest), largest.bands(), width, height);

    auto smallest = unturned(work.sizes.front(), work.rotation);
    if (smallest.has_alpha()) smallest = smallest.flatten(VImage::option()->set("background", std::vector{255.0}));
    const auto grey = resize(smallest.colourspace(VIPS_INTERPRETATION_B_W), kLikenessEdge, kLikenessEdge)
                          .cast(VIPS_FORMAT_UCHAR)
                          .copy_memory();
    work.phash = perceptual_hash(bytes_of(grey));
}

}  // namespace cadre::decode::steps
