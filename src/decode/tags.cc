#include "decode/tags.h"

#include <cmath>

#include "base/utf8.h"

namespace cadre::decode {
namespace {

template <class Data, class Key>
auto find(const Data& data, const char* key) {
    return data.findKey(Key(key));
}

}  // namespace

std::string Tags::exif_text(const char* key) const {
    const auto found = find<Exiv2::ExifData, Exiv2::ExifKey>(exif, key);
    if (found == exif.end()) return {};
    std::string text = found->toString();
    return text.substr(0, text.find('\0'));
}

std::string Tags::iptc_text(const char* key) const {
    const auto found = find<Exiv2::IptcData, Exiv2::IptcKey>(iptc, key);
    return found == iptc.end() ? std::string() : found->toString();
}

std::string Tags::xmp_text(const char* key) const {
    const auto found = find<Exiv2::XmpData, Exiv2::XmpKey>(xmp, key);
    if (found == xmp.end()) return {};
    if (const auto* const languages = dynamic_cast<const Exiv2::LangAltValue*>(&found->value())) {
        if (languages->value_.empty()) return {};
        const auto chosen = languages->value_.find("x-default");
        return chosen != languages->value_.end() ? chosen->second : languages->value_.begin()->second;
    }
    return found->count() > 0 ? found->toString(0) : std::string();
}

std::string Tags::exif_utf16(const char* key) const {
    const auto found = find<Exiv2::ExifData, Exiv2::ExifKey>(exif, key);
    if (found == exif.end()) return {};
    std::string text;
    const auto unit = [&](long i) {
        const auto low = static_cast<std::uint32_t>(found->toLong(i));
        return (low & 255) | ((static_cast<std::uint32_t>(found->toLong(i + 1)) & 255) << 8);
    };
    for (long i = 0; i + 1 < found->count() && i < 20'000; i += 2) {
        char32_t c = unit(i);
        if (c == 0) break;
        if (c >= 0xd800 && c < 0xdc00 && i + 3 < found->count()) {
            i += 2;
            c = 0x10000 + ((c & 0x3ff) << 10) + (unit(i) & 0x3ff);
        }
        text += to_utf8(c);
    }
    return text;
}

std::optional<double> Tags::exif_number(const char* key, long n) const {
    const auto found = find<Exiv2::ExifData, Exiv2::ExifKey>(exif, key);
    if (found == exif.end() || found->count() <= n) return std::nullopt;
    double value = 0;
    switch (found->typeId()) {
        case Exiv2::unsignedRational:
        case Exiv2::signedRational: {
            const auto [above, below] = found->toRational(n);
            if (below == 0) return std::nullopt;
            // Exiv2 0.27 hands unsigned rationals out as signed ones; nothing that is read here is that large.
            value = static_cast<double>(above) / below;
            break;
        }
        default:
            value = static_cast<double>(found->toFloat(n));
    }
    if (!std::isfinite(value)) return std::nullopt;
    return value;
}

std::vector<std::string> Tags::iptc_list(const char* key) const {
    const Exiv2::IptcKey wanted(key);
    std::vector<std::string> list;
    for (const auto& datum : iptc) {
        if (datum.tag() == wanted.tag() && datum.record() == wanted.record()) list.push_back(datum.toString());
    }
    return list;
}

std::vector<std::string> Tags::xmp_list(const char* key) const {
    std::vector<std::string> list;
    const auto found = find<Exiv2::XmpData, Exiv2::XmpKey>(xmp, key);
    if (found == xmp.end()) return list;
    for (long i = 0; i < found->count(); ++i) list.push_back(found->toString(i));
    return list;
}

}  // namespace cadre::decode
