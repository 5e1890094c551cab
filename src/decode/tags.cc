#include "decode/tags.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace cadre::decode {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxBytes = 64 * 1024;  // of one text

template <class Data, class Key>
auto find(const Data& data, const char* key) {
    return data.findKey(Key(key));
}

/// As they stand in the file; of numbers of more than one byte the order would be lost.
std::string raw_bytes(const Exiv2::Value& value) {
    if (const auto* const text = dynamic_cast<const Exiv2::StringValueBase*>(&value)) return text->value_;
    const auto size = static_cast<std::size_t>(std::max<std::int64_t>(0, static_cast<std::int64_t>(value.size())));
    if (size > kMaxBytes) return {};
    std::string bytes(size, '\0');
    value.copy(reinterpret_cast<Exiv2::byte*>(bytes.data()), Exiv2::littleEndian);
    return bytes;
}

bool is_bytes(Exiv2::TypeId type) {
    return type == Exiv2::unsignedByte || type == Exiv2::signedByte || type == Exiv2::undefined;
}

std::string up_to_zero(std::string text) { return text.substr(0, text.find('\0')); }

/// Nearly all of text without control characters: bytes that a program keeps for itself are not.
bool is_text(std::string_view bytes) {
    const auto odd = std::ranges::count_if(bytes, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == 0x7f || (byte < 0x20 && c != '\n' && c != '\r' && c != '\t');
    });
    return odd == 0;
}

/// Which half of UTF-16's units has the zeros, where the text says so; else `otherwise`.
bool is_big_endian(std::string_view bytes, bool otherwise) {
    std::size_t zeros[2] = {0, 0};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (bytes[i] == '\0') ++zeros[i % 2];
    return zeros[0] == zeros[1] ? otherwise : zeros[0] > zeros[1];
}

}  // namespace

std::string Tags::exif_text(const char* key) const {
    const auto found = find<Exiv2::ExifData, Exiv2::ExifKey>(exif, key);
    if (found == exif.end()) return {};
    if (is_bytes(found->typeId())) return up_to_zero(raw_bytes(found->value()));
    return up_to_zero(found->toString());
}

bool Tags::is_exif_text(const char* key) const {
    const auto found = find<Exiv2::ExifData, Exiv2::ExifKey>(exif, key);
    return found != exif.end() && (found->typeId() == Exiv2::asciiString || is_bytes(found->typeId()));
}

std::string Tags::iptc_text(const char* key) const {
    const auto found = find<Exiv2::IptcData, Exiv2::IptcKey>(iptc, key);
    return found == iptc.end() ? std::string() : found->toString();
}

std::string Tags::xmp_text(const char* key) const {
    const auto found = find<Exiv2::XmpData, Exiv2::XmpKey>(xmp, key);
    if (found == xmp.end()) return {};
    if (const auto* const languages = dynamic_cast<const Exiv2::LangAltValue*>(&found->value())) {
        const auto chosen = languages->value_.find("x-default");
        if (chosen != languages->value_.end() && !chosen->second.empty()) return chosen->second;
        for (const auto& [language, text] : languages->value_)
            if (!text.empty()) return text;
        return {};
    }
    return found->count() > 0 ? found->toString(0) : std::string();
}

std::string Tags::png_text(std::string_view keyword) const {
    const auto found = std::ranges::find(png, keyword, [](const auto& one) { return std::string_view(one.first); });
    return found == png.end() ? std::string() : found->second;
}

std::string Tags::exif_utf16(const char* key) const {
    const auto found = find<Exiv2::ExifData, Exiv2::ExifKey>(exif, key);
    if (found == exif.end()) return {};
    const std::string bytes = raw_bytes(found->value());
    if (found->typeId() == Exiv2::asciiString) return up_to_zero(bytes);
    return from_utf16(bytes, false);
}

// The eight bytes are "ASCII\0\0\0", "UNICODE\0", "JIS\0\0\0\0\0" or zeros (EXIF 2.32, 4.6.5). The order of UNICODE's
// bytes is that of the file, says nobody and do some; a mark or the zeros tell. JIS (ISO 2022) nobody writes.
std::string Tags::exif_comment() const {
    const auto found = find<Exiv2::ExifData, Exiv2::ExifKey>(exif, "Exif.Photo.UserComment");
    if (found == exif.end()) return {};
    const std::string bytes = raw_bytes(found->value());
    if (bytes.size() < 8) return is_text(up_to_zero(bytes)) ? up_to_zero(bytes) : std::string();
    const std::string_view name = std::string_view(bytes).substr(0, 8);
    std::string_view text = std::string_view(bytes).substr(8);
    if (name.starts_with("UNICODE") || name.starts_with("Unicode")) {
        const auto* const comment = dynamic_cast<const Exiv2::CommentValue*>(&found->value());
        const bool files = comment != nullptr && comment->byteOrder_ == Exiv2::bigEndian;
        bool big_endian = is_big_endian(text, files);
        if (text.starts_with("\xfe\xff"sv) || text.starts_with("\xff\xfe"sv)) {
            big_endian = text[0] == '\xfe';
            text.remove_prefix(2);
        }
        const auto decoded = from_utf16(text, big_endian);
        return is_text(decoded) ? decoded : std::string();
    }
    if (name.starts_with("JIS")) return {};
    const bool named =
        name.starts_with("ASCII") || name.starts_with("Ascii") || name == std::string_view("\0\0\0\0\0\0\0\0", 8);
    // Some leave the name out.
    const std::string plain = up_to_zero(named ? std::string(text) : bytes);
    return is_text(plain) ? plain : std::string();
}

std::optional<double> Tags::exif_number(const char* key, std::size_t n) const {
    const auto found = find<Exiv2::ExifData, Exiv2::ExifKey>(exif, key);
    if (found == exif.end() || static_cast<std::size_t>(found->count()) <= n) return std::nullopt;
    const auto& value = found->value();
    std::optional<double> number;
    if (const auto* const rationals = dynamic_cast<const Exiv2::URationalValue*>(&value)) {
        const auto [above, below] = rationals->value_.at(n);
        if (below != 0) number = static_cast<double>(above) / static_cast<double>(below);
    } else if (const auto* const signed_ones = dynamic_cast<const Exiv2::RationalValue*>(&value)) {
        const auto [above, below] = signed_ones->value_.at(n);
        if (below != 0) number = static_cast<double>(above) / static_cast<double>(below);
    } else if (found->typeId() == Exiv2::asciiString) {
        const std::string words = found->toString();
        std::string_view text = words;
        number = n == 0 ? take_number(text) : std::nullopt;
    } else {
        number = static_cast<double>(value.toFloat(static_cast<Exiv2Index>(n)));
    }
    return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<double> Tags::xmp_number(const char* key, std::size_t n) const {
    const auto found = find<Exiv2::XmpData, Exiv2::XmpKey>(xmp, key);
    if (found == xmp.end() || static_cast<std::size_t>(found->count()) <= n) return std::nullopt;
    const std::string words = found->toString(static_cast<Exiv2Index>(n));
    std::string_view text = words;
    return take_number(text);
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
    const auto count = static_cast<Exiv2Index>(found->count());
    for (Exiv2Index i = 0; i < count; ++i) list.push_back(found->toString(i));
    return list;
}

std::optional<double> take_number(std::string_view& text) {
    const auto skip_spaces = [&] {
        while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
    };
    const auto number = [&]() -> std::optional<double> {
        if (text.starts_with('+')) text.remove_prefix(1);
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        return value;
    };
    skip_spaces();
    const auto above = number();
    if (!above || !text.starts_with('/')) return above;
    text.remove_prefix(1);
    const auto below = number();
    if (!below || *below == 0) return std::nullopt;
    return *above / *below;
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
    const auto unit = [&](std::size_t i) {
        const auto first = static_cast<std::uint8_t>(bytes[i]), second = static_cast<std::uint8_t>(bytes[i + 1]);
        return static_cast<char32_t>(big_endian ? first << 8 | second : second << 8 | first);
    };
    std::string text;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        char32_t c = unit(i);
        if (c == 0) break;
        if (c >= 0xd800 && c < 0xdc00 && i + 3 < bytes.size()) {
            i += 2;
            c = 0x10000 + ((c & 0x3ff) << 10) + (unit(i) & 0x3ff);
        }
        text += to_utf8(c);
    }
    return text;
}

}  // namespace cadre::decode
