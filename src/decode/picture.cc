#include "decode/picture.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "decode/expense.h"

namespace cadre::decode {
namespace {

using media::Refusal;
using vips::VImage;
using vips::VOption;

/// libvips up to 8.14 compiles its inner loops as it goes, with Orc, which takes a region of memory for them with the
/// first. The sandbox lets no memory become code, so that this has to be before; without it reducing takes twice as
/// long.
void make_room_for_code() {
    try {
        (void)VImage::black(8, 8).reducev(2).avg();
    } catch (const vips::VError&) {
        vips_error_clear();
    }
}

}  // namespace

void start_libvips(const char* program) {
    if (VIPS_INIT(program) != 0) std::abort();
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_cache_set_max_mem(0);
    vips_block_untrusted_set(TRUE);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    vips_operation_block_set("VipsForeignSave", TRUE);
    for (const char* loader :
         {"VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer",
          "VipsForeignLoadNsgifBuffer", "VipsForeignLoadTiffBuffer", "VipsForeignLoadHeifBuffer"}) {
        vips_operation_block_set(loader, FALSE);
    }
    make_room_for_code();
}

VImage load(Format format, Bytes bytes, VipsFailOn fail_on, VOption* options) {
    VipsBlob* const blob = vips_blob_new(nullptr, bytes.data(), bytes.size());
    options->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", fail_on);
    const auto open = [&]() -> VImage {
        switch (format) {
            case Format::jpeg:
                return VImage::jpegload_buffer(blob, options);
            case Format::png:
                return VImage::pngload_buffer(blob, options);
            case Format::webp:
                return VImage::webpload_buffer(blob, options);
            case Format::gif:
                return VImage::gifload_buffer(blob, options);
            case Format::tiff:
                return VImage::tiffload_buffer(blob, options);
            case Format::heic:
            case Format::avif:
                return VImage::heifload_buffer(blob, options);
        }
        std::abort();
    };
    try {
        VImage image = open();
        vips_area_unref(VIPS_AREA(blob));
        return image;
    } catch (...) {
        vips_area_unref(VIPS_AREA(blob));
        throw;
    }
}

Outcome<Picture> open_picture(Bytes bytes, const media::Request& limits) {
    const auto untouched = [](Refused refused) {
        refused.untouched = true;
        return tl::unexpected<Refused>(std::move(refused));
    };
    const auto format = format_of(bytes);
    if (!format) {
        return untouched({Refusal::unsupported, bytes.empty() ? "an empty file" : "unknown magic bytes"});
    }
    const auto container = check_container(*format, bytes);
    if (!container) return untouched(container.error());
    if (auto dear = too_dear(*format, bytes, container->progressive)) return tl::unexpected<Refused>(std::move(*dear));

    const VImage header = load(*format, bytes, VIPS_FAIL_ON_NONE, VImage::option());
    Picture picture{bytes, *format, *container, header.width(), header.height(), 1, header};
    picture.orientation = std::clamp(vips_image_get_orientation(header.get_image()), 1, 8);
    const std::int64_t pixels = std::int64_t{picture.stored_width} * picture.stored_height;
    if (pixels > limits.max_pixels) {
        return refuse(Refusal::too_many_pixels, {}, picture.width(), picture.height());
    }
    if (container->progressive && pixels > limits.max_progressive_pixels) {
        return refuse(Refusal::too_many_progressive_pixels, {}, picture.width(), picture.height());
    }
    return picture;
}

Refused refused_by_libvips(const std::string& words) {
    const auto says_one_of = [&](auto... parts) { return ((words.find(parts) != std::string::npos) || ...); };
    Refusal reason = Refusal::damaged;
    if (says_one_of("exceeds the maximum image size")) {
        reason = Refusal::memory;
    } else if (says_one_of("out of memory", "Insufficient memory", "Out of Memory", "Memory allocation error")) {
        reason = Refusal::memory;
    } else if (says_one_of("unable to create thread", "Resource temporarily unavailable")) {
        reason = Refusal::overloaded;
    } else if (says_one_of("truncated", "Premature end", "premature end", "unexpected end", "end of file",
                           "End of file", "End of data", "Read Error", "Read error")) {
        reason = Refusal::truncated;
    }
    // Long words are warnings, repeated; the error comes last.
    const std::size_t from = words.size() > media::kMaxDetail ? words.size() - media::kMaxDetail : 0;
    return {reason, words.substr(from), 0, 0};
}

}  // namespace cadre::decode
