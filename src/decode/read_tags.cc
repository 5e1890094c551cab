#include "decode/read_tags.h"

#include <algorithm>
#include <string_view>

#include "decode/png_text.h"
#include "decode/reader.h"

namespace cadre::decode {
namespace {

using namespace std::string_view_literals;

Bytes blob_of(const vips::VImage& image, const char* name) {
    if (image.get_typeof(name) != VIPS_TYPE_BLOB) return {};
    std::size_t size = 0;
    const auto* const data = static_cast<const std::uint8_t*>(image.get_blob(name, &size));
    return {data, size};
}

std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// libvips names an item of type "mime" XMP only where it begins with the element; most begin with a processing
/// instruction, and are then "heif-mime-<number>".
std::string_view xmp_of(const vips::VImage& image) {
    if (const auto xmp = blob_of(image, VIPS_META_XMP_NAME); !xmp.empty()) return text_of(xmp);
    struct Found {
        std::string_view xmp;
    } found;
    const auto look = [](VipsImage* of, const char* field, GValue*, void* data) -> void* {
        auto& result = *static_cast<Found*>(data);
        if (!std::string_view(field).starts_with("heif-mime-")) return nullptr;
        const auto text = text_of(blob_of(vips::VImage(of, vips::NOSTEAL), field));
        const bool is_xmp = text.find("<x:xmpmeta"sv) != text.npos || text.find("<rdf:RDF"sv) != text.npos;
        if (is_xmp) result.xmp = text;
        return is_xmp ? data : nullptr;
    };
    vips_image_map(image.get_image(), look, &found);
    return found.xmp;
}

/// Exiv2 0.27 does not look into a HEIF container, and 0.28 does so only where it was built to: libvips does.
Tags read_heif(const Picture& picture) {
    Tags tags;
    const Bytes exif = tiff_in(blob_of(picture.header, VIPS_META_EXIF_NAME));
    try {
        if (!exif.empty()) Exiv2::ExifParser::decode(tags.exif, exif.data(), static_cast<std::uint32_t>(exif.size()));
    } catch (const Exiv2::Error&) {
        // XMP may still be whole.
    }
    if (const auto xmp = xmp_of(picture.header); !xmp.empty()) Exiv2::XmpParser::decode(tags.xmp, std::string(xmp));
    return tags;
}

}  // namespace

Bytes tiff_in(Bytes exif) {
    constexpr std::size_t kMostBefore = 32;
    for (std::size_t at = 0; at < kMostBefore; ++at)
        if (has_at(exif, at, "II*\0"sv) || has_at(exif, at, "MM\0*"sv)) return exif.subspan(at);
    return {};
}

Tags read_tags(const Picture& picture) {
    if (picture.format == Format::heic || picture.format == Format::avif) return read_heif(picture);
    const auto image = Exiv2::ImageFactory::open(picture.bytes.data(), static_cast<Exiv2Index>(picture.bytes.size()));
    try {
        image->readMetadata();
    } catch (const Exiv2::Error&) {
        // What was read before it broke off is in the image.
    }
    Tags tags{image->exifData(), image->iptcData(), image->xmpData(), {}};
    if (picture.format == Format::png) tags.png = read_png_texts(picture.bytes);
    return tags;
}

}  // namespace cadre::decode
