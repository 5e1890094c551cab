// Opening a picture with libvips.
#pragma once

#include <vips/vips8>

#include "decode/container.h"
#include "decode/format.h"
#include "decode/outcome.h"
#include "media/protocol.h"

namespace cadre::decode {

/// A picture whose magic bytes, container and size in pixels have been looked at, in this order. Nothing is decoded.
struct Picture {
    Bytes bytes;  // outlive it
    Format format = Format::jpeg;
    Container container;
    int stored_width = 0;  // before orientation
    int stored_height = 0;
    int orientation = 1;     // 1 … 8, as EXIF has it
    vips::VImage header;     // its fields, and pixels that were never asked for
    std::string unreadable;  // what the library said that cannot read this one, though nothing says that it is damaged

    [[nodiscard]] int width() const { return orientation < 5 ? stored_width : stored_height; }
    [[nodiscard]] int height() const { return orientation < 5 ? stored_height : stored_width; }
};

/// `bytes` are the caller's own and are changed where a library would stumble over what is no fault;
/// kMostMissing zeros follow them. Throws vips::VError where libvips can't read the header.
[[nodiscard]] Outcome<Picture> open_picture(std::span<std::uint8_t> bytes, const media::Request& limits);

/// Starts libvips for one thread, without caches, with our six loaders allowed and all others blocked.
void start_libvips(const char* program);

/// The loader for the format, by name, as it takes bytes: what libvips would have sniffed is not asked. Ours to give
/// are the first page only, and what must not be wrong (`fail_on`). Takes over `options`. What the image carries of
/// profile and metadata is its own and lives as long as any image that was made of it.
[[nodiscard]] vips::VImage load(Format format, Bytes bytes, VipsFailOn fail_on, vips::VOption* options);

/// What libvips's words mean to the person who sent the file.
[[nodiscard]] Refused refused_by_libvips(const std::string& words);

}  // namespace cadre::decode
