// The namespaces of XMP sidecars that are read (import/xmp.cc) and written (export/xmp.cc).
#pragma once

#include <string_view>

namespace cadre::cli::xmp {

inline constexpr std::string_view kRdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
inline constexpr std::string_view kDc = "http://purl.org/dc/elements/1.1/";
inline constexpr std::string_view kXmp = "http://ns.adobe.com/xap/1.0/";
inline constexpr std::string_view kExif = "http://ns.adobe.com/exif/1.0/";
inline constexpr std::string_view kTiff = "http://ns.adobe.com/tiff/1.0/";
inline constexpr std::string_view kPhotoshop = "http://ns.adobe.com/photoshop/1.0/";
inline constexpr std::string_view kLightroom = "http://ns.adobe.com/lightroom/1.0/";
inline constexpr std::string_view kDigikam = "http://www.digikam.org/ns/1.0/";
inline constexpr std::string_view kMicrosoft = "http://ns.microsoft.com/photo/1.0/";
/// What the others have no name for: docs/reference/sidecars.md. Never changes.
inline constexpr std::string_view kCadre = "urn:cadre:xmp#";
/// In kCadre, "Schema": that the file says all there is to say of a photo, in a form of this number or an older one.
inline constexpr int kSchema = 1;

}  // namespace cadre::cli::xmp
