#include "decode/picture.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
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

/// libvips 8.14 gives a HEIF's profile and metadata to the loader's image as memory that ends with that image, while
/// all that is made of it goes on pointing there. With copies of their own, none can outlive what it points to.
VImage with_own_metadata(const VImage& loaded) {
    VImage image = loaded.copy();
    const std::unique_ptr<gchar*, decltype(&g_strfreev)> names(vips_image_get_fields(loaded.get_image()), &g_strfreev);
    for (gchar** name = names.get(); name != nullptr && *name != nullptr; ++name) {
        if (loaded.get_typeof(*name) != VIPS_TYPE_BLOB) continue;
        std::size_t size = 0;
        const void* const data = loaded.get_blob(*name, &size);
        vips_image_set_blob_copy(image.get_image(), *name, data, size);
    }
    return image;
}

/// Exif and XMP that describe the picture and something else too (iPhones name their gain map since iOS 18). libheif
/// before 1.18 refuses the whole file for that: so it gets to see neither, and keep_metadata() reads them.
void hide_shared_metadata(const HeifFile& heif, std::span<std::uint8_t> bytes) {
    constexpr std::string_view kNothing = "free";
    for (const auto& reference : heif.references) {
        if (reference.type != "cdsc" || reference.to.size() < 2) continue;
        std::copy(kNothing.begin(), kNothing.end(), bytes.begin() + static_cast<std::ptrdiff_t>(reference.type_at));
    }
}

/// What libheif did not give out.
void keep_metadata(Picture& picture) {
    constexpr std::size_t kMost = std::size_t{16} << 20;
    const auto& heif = *picture.container.heif;
    const auto keep = [&](const HeifItem& item, const char* name, std::size_t from) {
        if (picture.header.get_typeof(name) != 0) return;
        const auto content = heif.content(item, kMost);
        if (!content || content->size() <= from) return;
        vips_image_set_blob_copy(picture.header.get_image(), name, content->data() + from, content->size() - from);
    };
    constexpr std::size_t kOffset = 4;  // of the TIFF header, which nobody needs
    for (const auto* item : heif.describing("Exif")) keep(*item, VIPS_META_EXIF_NAME, kOffset);
    for (const auto* item : heif.describing("mime"))
        if (item->content_type == "application/rdf+xml") keep(*item, VIPS_META_XMP_NAME, 0);
}

/// The picture's header, by libvips. Where a library says that it can't read this kind, what the container states has
/// to do.
void read_header(Picture& picture) {
    try {
        picture.header = load(picture.format, picture.bytes, VIPS_FAIL_ON_NONE, VImage::option());
        picture.stored_width = picture.header.width();
        picture.stored_height = picture.header.height();
        return;
    } catch (const vips::VError& error) {
        vips_error_clear();
        Refused refused = refused_by_libvips(error.what());
        const auto& [width, height] = std::pair(picture.container.width, picture.container.height);
        const bool stated = width > 0 && height > 0 && width <= media::kMaxEdge && height <= media::kMaxEdge;
        const bool unknown = picture.container.heif && !picture.container.heif->is_of_known_kind();
        if ((refused.reason != Refusal::library && !unknown) || !stated) throw;
        picture.unreadable = std::move(refused.detail);
        picture.header = VImage::black(1, 1);
        picture.stored_width = static_cast<int>(width);
        picture.stored_height = static_cast<int>(height);
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
        VImage image = with_own_metadata(open());
        vips_area_unref(VIPS_AREA(blob));
        return image;
    } catch (...) {
        vips_area_unref(VIPS_AREA(blob));
        throw;
    }
}

Outcome<Picture> open_picture(std::span<std::uint8_t> bytes, const media::Request& limits) {
    const auto untouched = [](Refused refused) {
        refused.untouched = true;
        return tl::unexpected<Refused>(std::move(refused));
    };
    const auto format = format_of(bytes);
    if (!format) {
        return untouched({Refusal::unsupported, bytes.empty() ? "an empty file" : "unknown magic bytes"});
    }
    auto container = check_container(*format, bytes);
    if (!container) return untouched(std::move(container).error());
    if (auto dear = too_dear(*format, bytes, container->progressive)) return tl::unexpected<Refused>(std::move(*dear));

    Picture picture;
    picture.bytes = Bytes(bytes.data(), bytes.size() + container->missing);
    picture.format = *format;
    picture.container = std::move(*container);
    const auto& heif = picture.container.heif;
    if (heif) {
        // Without what stands behind the last box and is none.
        picture.bytes = picture.bytes.first(std::max(heif->end, static_cast<std::size_t>(heif->needed)));
        hide_shared_metadata(*heif, bytes);
    }
    read_header(picture);
    if (heif) keep_metadata(picture);
    picture.orientation = heif ? heif->exif_orientation() : vips_image_get_orientation(picture.header.get_image());
    picture.orientation = std::clamp(picture.orientation, 1, 8);
    const std::int64_t pixels = std::int64_t{picture.stored_width} * picture.stored_height;
    if (pixels > limits.max_pixels) {
        return refuse(Refusal::too_many_pixels, {}, picture.width(), picture.height());
    }
    if (picture.container.progressive && pixels > limits.max_progressive_pixels) {
        return refuse(Refusal::too_many_progressive_pixels, {}, picture.width(), picture.height());
    }
    return picture;
}

Refused refused_by_libvips(const std::string& words) {
    const auto says_one_of = [&](auto... parts) { return ((words.find(parts) != std::string::npos) || ...); };
    // libheif's words end with its codes: 3 unsupported file type, 4 unsupported feature, 11 a plugin is missing.
    const bool heif = says_one_of("heif: ") && says_one_of(" (3.", " (4.", " (11.");
    // "subsampled images not supported", "unsupported tiff image type", …
    const bool tiff = says_one_of("tiff2vips: ") && says_one_of("not supported", "unsupported");
    Refusal reason = Refusal::damaged;
    if (heif || tiff ||
        says_one_of("is not configured", "scheme is not supported", "not supported by this", "Unsupported JPEG process",
                    "Unsupported JPEG data precision", "jpeg: unsupported")) {
        reason = Refusal::library;
    } else if (says_one_of("exceeds the maximum image size")) {
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
