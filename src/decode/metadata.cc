#include "decode/metadata.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "decode/dates.h"
#include "decode/tags.h"
#include "media/protocol.h"
#include "media/text.h"

namespace cadre::decode {
namespace {

using media::clean_text;
using media::LineBreaks;

/// Metadata blobs that libvips found in a HEIF container, where Exiv2 0.27 does not look.
Bytes blob_of(const vips::VImage& image, const char* name) {
    if (image.get_typeof(name) == 0) return {};
    std::size_t size = 0;
    const auto* const data = static_cast<const std::uint8_t*>(image.get_blob(name, &size));
    return {data, size};
}

Tags read_heif(const Picture& picture) {
    Tags tags;
    Bytes exif = blob_of(picture.header, VIPS_META_EXIF_NAME);
    constexpr std::size_t kExifMark = 6;  // "Exif\0\0" before the TIFF header
    if (exif.size() > kExifMark && exif[0] == 'E') exif = exif.subspan(kExifMark);
    if (!exif.empty()) {
        Exiv2::ExifParser::decode(tags.exif, exif.data(), static_cast<std::uint32_t>(exif.size()));
    }
    const Bytes xmp = blob_of(picture.header, VIPS_META_XMP_NAME);
    if (!xmp.empty()) Exiv2::XmpParser::decode(tags.xmp, std::string(xmp.begin(), xmp.end()));
    return tags;
}

Tags read_tags(const Picture& picture) {
    if (picture.format == Format::heic || picture.format == Format::avif) return read_heif(picture);
    const auto image = Exiv2::ImageFactory::open(picture.bytes.data(), static_cast<long>(picture.bytes.size()));
    try {
        image->readMetadata();
    } catch (const Exiv2::Error&) {
        // What was read before it broke off is in the image.
    }
    return {image->exifData(), image->iptcData(), image->xmpData()};
}

std::string name(const std::string& text) { return clean_text(text, media::kMaxName, LineBreaks::drop); }

/// The first that is left over when cleaned.
template <class... Texts>
std::string first_of(std::size_t max, LineBreaks breaks, const Texts&... texts) {
    std::string found;
    for (const std::string_view text : std::initializer_list<std::string_view>{texts...}) {
        if (found.empty()) found = clean_text(text, max, breaks);
    }
    return found;
}

/// Sentences that cameras write into every picture.
std::string without_boilerplate(std::string text) {
    constexpr std::array<std::string_view, 10> kBoilerplate = {
        "OLYMPUS DIGITAL CAMERA",
        "SONY DSC",
        "DCIM",
        "MINOLTA DIGITAL CAMERA",
        "KONICA MINOLTA DIGITAL CAMERA",
        "DIGITAL CAMERA",
        "SAMSUNG CAMERA PICTURES",
        "Exif_JPEG_PICTURE",
        "My beautiful picture",
        "default",
    };
    const bool known = std::find(kBoilerplate.begin(), kBoilerplate.end(), text) != kBoilerplate.end();
    return known ? std::string() : text;
}

std::optional<double> positive(std::optional<double> value, double most) {
    return value && *value > 0 && *value <= most ? value : std::nullopt;
}

std::string lens_of(const Tags& tags) {
    std::string lens = first_of(media::kMaxName, LineBreaks::drop, tags.exif_text("Exif.Photo.LensModel"),
                                tags.xmp_text("Xmp.aux.Lens"));
    if (lens.empty()) {
        const auto found = Exiv2::lensName(tags.exif);
        if (found != tags.exif.end()) lens = name(found->print(&tags.exif));
    }
    // What Exiv2 prints for numbers that it has no name for, and what cameras write for no lens at all.
    const bool nameless = lens.find_first_not_of("0123456789()-. ") == std::string::npos || lens == "n/a" ||
                          lens.starts_with("Unknown") || lens.starts_with("None");
    return nameless ? std::string() : lens;
}

/// Degrees, minutes and seconds as three rationals, with the letter of their direction.
std::optional<double> angle(const Tags& tags, const char* key, const char* reference, char negative) {
    const auto degrees = tags.exif_number(key, 0);
    if (!degrees) return std::nullopt;
    const double value =
        *degrees + tags.exif_number(key, 1).value_or(0) / 60 + tags.exif_number(key, 2).value_or(0) / 3600;
    const std::string letter = tags.exif_text(reference);
    return !letter.empty() && letter[0] == negative ? -value : value;
}

/// XMP's "48,51.5N" or "48,51,30N".
std::optional<double> xmp_angle(const std::string& text) {
    if (text.empty()) return std::nullopt;
    double value = 0;
    double unit = 1;
    for (const char* at = text.c_str(); unit > 1e-4; unit /= 60) {
        char* end = nullptr;
        const double part = std::strtod(at, &end);
        if (end == at) return std::nullopt;
        value += part * unit;
        at = end + 1;
        if (*end != ',') break;
    }
    const char letter = text.back();
    return letter == 'S' || letter == 'W' ? -value : value;
}

std::optional<media::Location> location_of(const Tags& tags) {
    auto lat = angle(tags, "Exif.GPSInfo.GPSLatitude", "Exif.GPSInfo.GPSLatitudeRef", 'S');
    auto lon = angle(tags, "Exif.GPSInfo.GPSLongitude", "Exif.GPSInfo.GPSLongitudeRef", 'W');
    if (!lat || !lon) {
        lat = xmp_angle(tags.xmp_text("Xmp.exif.GPSLatitude"));
        lon = xmp_angle(tags.xmp_text("Xmp.exif.GPSLongitude"));
    }
    if (!lat || !lon || !std::isfinite(*lat) || !std::isfinite(*lon)) return std::nullopt;
    if (std::abs(*lat) > 90 || std::abs(*lon) > 180) return std::nullopt;
    // What a receiver without a fix writes; no photo is taken there.
    if (*lat == 0 && *lon == 0) return std::nullopt;
    return media::Location{*lat, *lon};
}

std::vector<std::string> keywords_of(const Tags& tags) {
    std::vector<std::string> all = tags.xmp_list("Xmp.dc.subject");
    for (auto& word : tags.iptc_list("Iptc.Application2.Keywords")) all.push_back(std::move(word));
    const std::string list = tags.exif_utf16("Exif.Image.XPKeywords");
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(';', at), list.size());
        all.push_back(list.substr(at, end - at));
        at = end + 1;
    }
    std::vector<std::string> words;
    for (const auto& word : all) {
        auto clean = clean_text(word, media::kMaxKeyword, LineBreaks::drop);
        const bool wanted = !clean.empty() && std::find(words.begin(), words.end(), clean) == words.end();
        if (wanted && words.size() < media::kMaxKeywords) words.push_back(std::move(clean));
    }
    return words;
}

std::optional<int> rating_of(const Tags& tags) {
    std::string text = tags.xmp_text("Xmp.xmp.Rating");
    if (text.empty()) text = tags.exif_text("Exif.Image.Rating");
    if (text.empty()) return std::nullopt;
    const double value = std::strtod(text.c_str(), nullptr);
    if (!(value >= 0 && value <= 5)) return std::nullopt;
    return static_cast<int>(value);
}

}  // namespace

void start_exiv2() {
    Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute);
    Exiv2::XmpParser::initialize();
}

media::Metadata read_metadata(const Picture& picture, WallTime now) {
    media::Metadata metadata;
    try {
        const Tags tags = read_tags(picture);
        metadata.taken_at = taken_at(tags, now);
        metadata.make = first_of(media::kMaxName, LineBreaks::drop, tags.exif_text("Exif.Image.Make"),
                                 tags.xmp_text("Xmp.tiff.Make"));
        metadata.model = first_of(media::kMaxName, LineBreaks::drop, tags.exif_text("Exif.Image.Model"),
                                  tags.xmp_text("Xmp.tiff.Model"));
        metadata.focal_length_mm = positive(tags.exif_number("Exif.Photo.FocalLength"), 100'000);
        metadata.aperture = positive(tags.exif_number("Exif.Photo.FNumber"), 1000);
        metadata.exposure_s = positive(tags.exif_number("Exif.Photo.ExposureTime"), 1e7);
        if (const auto iso = positive(tags.exif_number("Exif.Photo.ISOSpeedRatings"), 1e8); iso && *iso >= 1) {
            metadata.iso = static_cast<int>(*iso);
        }
        metadata.location = location_of(tags);
        metadata.title =
            first_of(media::kMaxTitle, LineBreaks::drop, tags.xmp_text("Xmp.dc.title"),
                     tags.iptc_text("Iptc.Application2.ObjectName"), tags.exif_utf16("Exif.Image.XPTitle"));
        metadata.caption = without_boilerplate(
            first_of(media::kMaxCaption, LineBreaks::keep, tags.xmp_text("Xmp.dc.description"),
                     tags.iptc_text("Iptc.Application2.Caption"), tags.exif_text("Exif.Image.ImageDescription")));
        metadata.keywords = keywords_of(tags);
        metadata.rating = rating_of(tags);
        metadata.lens = lens_of(tags);  // last: maker notes are where Exiv2 may break off
    } catch (const std::exception&) {
        // Broken metadata leaves what was read before it broke.
    }
    return metadata;
}

}  // namespace cadre::decode
