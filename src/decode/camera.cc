#include "decode/camera.h"

#include <cmath>
#include <initializer_list>

#include "media/protocol.h"
#include "media/text.h"

namespace cadre::decode {
namespace {

using media::clean_text;
using media::LineBreaks;

std::string name_in(std::initializer_list<std::string> texts) {
    std::string found;
    for (const auto& text : texts)
        if (found.empty()) found = clean_text(text, media::kMaxName, LineBreaks::drop);
    return found;
}

/// Within the bounds, or nothing: 0 stands for "unknown", and what is larger for a fault.
std::optional<double> within(std::optional<double> value, double most) {
    return value && *value > 0 && *value <= most ? value : std::nullopt;
}

using Helper = Exiv2::ExifData::const_iterator (*)(const Exiv2::ExifData&);

/// The number in what Exiv2 prints of a value that makers keep in ways of their own: "F5.6", "1/250 s", "50.0 mm",
/// "400".
std::optional<double> printed(const Tags& tags, Helper helper, double most) {
    const auto found = helper(tags.exif);
    if (found == tags.exif.end()) return std::nullopt;
    const std::string words = found->print(&tags.exif);
    std::string_view text = words;
    if (text.starts_with("F") || text.starts_with("f")) text.remove_prefix(1);
    if (text.starts_with("/")) text.remove_prefix(1);
    return within(take_number(text), most);
}

struct Source {
    enum class Kind { exif, xmp, aperture_apex, time_apex } kind;
    const char* key;
};

/// The first of these that says something sensible. An APEX value is 2·log2 of the f-number, or −log2 of the time
/// (EXIF 2.32, annex C).
std::optional<double> first_of(const Tags& tags, std::initializer_list<Source> sources, double most) {
    for (const auto& [kind, key] : sources) {
        auto value = kind == Source::Kind::xmp ? tags.xmp_number(key) : tags.exif_number(key);
        if (value && kind == Source::Kind::aperture_apex) value = std::exp2(*value / 2);
        if (value && kind == Source::Kind::time_apex) value = std::exp2(-*value);
        if (const auto good = within(value, most)) return good;
    }
    return std::nullopt;
}

std::optional<int> sensitivity_of(const Tags& tags) {
    using enum Source::Kind;
    constexpr double kMost = 1e8;
    auto iso = first_of(tags,
                        {{exif, "Exif.Photo.ISOSpeedRatings"},
                         {exif, "Exif.Photo.RecommendedExposureIndex"},
                         {exif, "Exif.Photo.StandardOutputSensitivity"},
                         {exif, "Exif.Photo.ISOSpeed"},
                         {exif, "Exif.Image.ISOSpeedRatings"},
                         {xmp, "Xmp.exif.ISOSpeedRatings"},
                         {xmp, "Xmp.exifEX.PhotographicSensitivity"}},
                        kMost);
    // The largest that two bytes hold stands for one that is larger (EXIF 2.3, 4.6.5).
    if (iso == 65535)
        iso = first_of(tags, {{exif, "Exif.Photo.RecommendedExposureIndex"}, {exif, "Exif.Photo.ISOSpeedRatings"}},
                       kMost);
    if (!iso) iso = printed(tags, Exiv2::isoSpeed, kMost);
    return iso && *iso >= 1 ? std::optional(static_cast<int>(std::lround(*iso))) : std::nullopt;
}

/// What Exiv2 prints for numbers that it has no name for, and what cameras write for no lens at all.
bool is_nameless(const std::string& lens) {
    const auto begins = [&](std::initializer_list<const char*> words) {
        for (const auto* word : words)
            if (lens.starts_with(word)) return true;
        return false;
    };
    return lens.find_first_not_of("0123456789()-. ,/") == std::string::npos || lens == "n/a" || lens == "N/A" ||
           begins({"Unknown", "unknown", "None", "none", "0.0 mm", "0 mm", "0mm", "----", "Manual lens", "No lens"});
}

std::string number_text(double number) {
    std::string text = std::to_string(std::round(number * 10) / 10);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

/// Shortest and longest focal length, f-number at each: "18-55mm f/3.5-5.6".
std::string specified_lens(const Tags& tags) {
    const auto part = [&](std::size_t n) {
        return within(tags.exif_number("Exif.Photo.LensSpecification", n), 100'000);
    };
    const auto shortest = part(0), longest = part(1), wide = part(2), narrow = part(3);
    if (!shortest || !longest) return {};
    std::string text = number_text(*shortest);
    if (*longest > *shortest) text += "-" + number_text(*longest);
    text += "mm";
    if (wide) text += " f/" + number_text(*wide);
    if (wide && narrow && *narrow > *wide) text += "-" + number_text(*narrow);
    return text;
}

std::string lens_of(const Tags& tags) {
    for (const auto& text : {tags.exif_text("Exif.Photo.LensModel"), tags.xmp_text("Xmp.exifEX.LensModel"),
                             tags.xmp_text("Xmp.aux.Lens"), tags.xmp_text("Xmp.aux.LensID")}) {
        const auto lens = name_in({text});
        if (!lens.empty() && !is_nameless(lens)) return lens;
    }
    auto found = Exiv2::lensName(tags.exif);
    // From 0.28 on it has the numbers of the specification too, printed in its own way.
    if (found != tags.exif.end() && found->key() == "Exif.Photo.LensSpecification") found = tags.exif.end();
    if (found != tags.exif.end()) {
        const auto lens = name_in({found->print(&tags.exif)});
        if (!lens.empty() && !is_nameless(lens)) return lens;
    }
    return specified_lens(tags);
}

}  // namespace

void read_maker(const Tags& tags, media::Metadata& metadata) {
    metadata.make = name_in({tags.exif_text("Exif.Image.Make"), tags.xmp_text("Xmp.tiff.Make")});
    metadata.model = name_in({tags.exif_text("Exif.Image.Model"), tags.xmp_text("Xmp.tiff.Model"),
                              tags.exif_text("Exif.Image.UniqueCameraModel")});
}

void read_settings(const Tags& tags, media::Metadata& metadata) {
    using enum Source::Kind;
    constexpr double kMostMm = 100'000, kMostAperture = 1000, kMostSeconds = 1e7;
    metadata.focal_length_mm = first_of(
        tags, {{exif, "Exif.Photo.FocalLength"}, {exif, "Exif.Image.FocalLength"}, {xmp, "Xmp.exif.FocalLength"}},
        kMostMm);
    metadata.aperture = first_of(tags,
                                 {{exif, "Exif.Photo.FNumber"},
                                  {exif, "Exif.Image.FNumber"},
                                  {xmp, "Xmp.exif.FNumber"},
                                  {aperture_apex, "Exif.Photo.ApertureValue"}},
                                 kMostAperture);
    metadata.exposure_s = first_of(tags,
                                   {{exif, "Exif.Photo.ExposureTime"},
                                    {exif, "Exif.Image.ExposureTime"},
                                    {xmp, "Xmp.exif.ExposureTime"},
                                    {time_apex, "Exif.Photo.ShutterSpeedValue"}},
                                   kMostSeconds);
    // From here on maker's notes are asked, where Exiv2 may break off.
    metadata.iso = sensitivity_of(tags);
    if (!metadata.aperture) metadata.aperture = printed(tags, Exiv2::fNumber, kMostAperture);
    if (!metadata.exposure_s) metadata.exposure_s = printed(tags, Exiv2::exposureTime, kMostSeconds);
    if (!metadata.focal_length_mm) metadata.focal_length_mm = printed(tags, Exiv2::focalLength, kMostMm);
    metadata.lens = lens_of(tags);
}

}  // namespace cadre::decode
