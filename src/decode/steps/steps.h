// The steps from a picture to its derivatives, a file each; pipeline.cc has their order. A step takes what it needs
// from Work, leaves its result there, and throws vips::VError where libvips gives up.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "decode/picture.h"
#include "media/decoders.h"

namespace cadre::decode {

struct Work {
    Work(const Picture& of, int clockwise);

    const Picture& picture;
    int rotation;                     // degrees clockwise, after upright
    int width, height;                // of the whole picture, upright and turned
    std::string profile;              // ICC, as the file has it
    vips::VImage image;               // what the steps work on
    std::vector<vips::VImage> sizes;  // in the order of media::kVariantSizes
    std::vector<std::string> files;   // WebP, in that order
    std::string thumbhash;
    std::string pixels;                  // decode/likeness.h
    std::optional<std::uint64_t> phash;  // the same
};

namespace steps {

/// Opens the picture, already at a half, quarter or eighth where the format can decode so and it stays at least twice
/// as large as the largest variant (less loses sharpness). Of a file that ends too early at least three quarters have
/// to be there; what is missing then is gray, black or clear, as the format's library leaves it. Channels that mean
/// neither colour nor transparency are dropped.
void load(Work& work);

/// Reduces to the largest variant's size and decodes, once, into memory. The pixels of a picture with transparency are
/// weighted with it meanwhile, so that what is invisible leaves no fringe.
void reduce(Work& work);

/// To 8 bits of sRGB, with an alpha channel only if something is transparent: by the profile, if there is one for these
/// channels and it is another than sRGB, else by what the container says of colour. HDR is mapped to what a screen
/// shows.
void colour(Work& work);

/// Upright, as the EXIF orientation says, and turned as a person wants it.
void orient(Work& work);

/// Every size from the next larger one; none is enlarged.
void sizes(Work& work);

/// WebP of quality 80, effort 2, by libwebp itself: libvips 8.14.1 would copy EXIF, XMP and the profile into it.
void encode(Work& work);

/// The placeholder's hash, from the smallest size.
void thumbhash(Work& work);

/// What tells look-alikes, of the picture as it lies in its file, however a person has turned it: a digest of the
/// pixels of the largest size, the same for files that differ in nothing but metadata, and a perceptual hash of the
/// smallest.
void likeness(Work& work);

/// `image` at this width and height, weighted by its transparency.
[[nodiscard]] vips::VImage resize(const vips::VImage& image, int width, int height);

}  // namespace steps
}  // namespace cadre::decode
