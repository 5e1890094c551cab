#include "decode/boilerplate.h"

#include <algorithm>
#include <array>
#include <string>

namespace cadre::decode {
namespace {

using namespace std::string_view_literals;

// In capitals, single spaces, underscores as spaces.
constexpr std::array kWhole = {
    "ASCII"sv,
    "CAMERA PHONE"sv,
    "CAPTION"sv,
    "COMMENT"sv,
    "DCF 1.0"sv,
    "DCF1.0"sv,
    "DCIM"sv,
    "DEFAULT"sv,
    "DESCRIPTION"sv,
    "DIGITAL CAMERA"sv,
    "DIGITAL STILL CAMERA"sv,
    "EXIF COMMENT"sv,
    "EXIF JPEG"sv,
    "EXIF JPEG PICTURE"sv,
    "EXIF JPEG T422"sv,
    "EXIF PICTURE"sv,
    "IMAGE"sv,
    "IMAGE DESCRIPTION"sv,
    "IMAGEDESCRIPTION"sv,
    "JPEG"sv,
    "JPEG PICTURE"sv,
    "MY BEAUTIFUL PICTURE"sv,
    "NONE"sv,
    "NULL"sv,
    "PICTURE"sv,
    "SAMSUNG CAMERA PICTURES"sv,
    "SONY DSC"sv,
    "TITLE"sv,
    "UNKNOWN"sv,
    "UNTITLED"sv,
    "USER COMMENT"sv,
    "USER COMMENTS"sv,
    "USERCOMMENT"sv,
};

constexpr std::array kBeginnings = {
    "APERTURE:"sv,  // machines' notes of phones, in a comment
    "APPLEMARK"sv,
    "BINARY COMMENT"sv,
    "CHARSET="sv,
    "CREATED BY DPE"sv,
    "CREATED WITH GIMP"sv,
    "CREATED WITH THE GIMP"sv,
    "DCIM\\"sv,  // a drone's or an action camera's own path
    "DCIM/"sv,
    "FILE WRITTEN BY ADOBE PHOTOSHOP"sv,
    "FILTER:"sv,
    "FMODE:"sv,
    "HISILICON"sv,
    "LEAD TECHNOLOGIES"sv,
    "METADATA-START"sv,
    "MASTER:"sv,
    "OPLUS "sv,
    "PROCESSED WITH VSCO"sv,
    "{"sv,  // JSON
    "<?XML"sv,
};

/// Capitals, single spaces.
std::string plain(std::string_view text) {
    std::string plain;
    for (const char c : text) {
        if (c == ' ' || c == '_' || c == '\n') {
            if (!plain.empty() && plain.back() != ' ') plain += ' ';
        } else {
            plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    while (plain.ends_with(' ')) plain.pop_back();
    return plain;
}

bool has_letter_or_digit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
    });
}

/// A hash or a serial number, in hexadecimal digits.
bool is_digest(std::string_view whole) {
    return whole.size() >= 32 && whole.find_first_not_of("0123456789ABCDEF") == whole.npos;
}

/// "SANYO DIGITAL CAMERA", "KONICA MINOLTA DIGITAL CAMERA": a maker's name, in capitals or known, before the words.
bool is_some_digital_camera(std::string_view text, const std::string& whole, const std::string& maker) {
    for (const auto words : {" DIGITAL CAMERA"sv, " DIGITAL STILL CAMERA"sv, " CAMERA"sv}) {
        if (!whole.ends_with(words)) continue;
        const auto name = std::string_view(whole).substr(0, whole.size() - words.size());
        if (!maker.empty() && (maker.starts_with(name) || name.starts_with(maker))) return true;
        const bool capitals = std::ranges::none_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
        if (words != " CAMERA" && capitals && std::ranges::count(name, ' ') <= 2) return true;
    }
    return false;
}

}  // namespace

bool is_boilerplate(std::string_view text, std::string_view make, std::string_view model) {
    if (!has_letter_or_digit(text)) return true;
    const std::string whole = plain(text);
    if (std::ranges::count(kWhole, std::string_view(whole)) != 0) return true;
    if (std::ranges::any_of(kBeginnings, [&](std::string_view begin) { return whole.starts_with(begin); })) return true;
    if (is_digest(whole)) return true;
    const std::string maker = plain(make), type = plain(model);
    if (whole == maker || whole == type || whole == maker + " " + type) return true;
    if (is_some_digital_camera(text, whole, maker)) return true;
    // "cof", "hdrpl", "oznor": Huawei's phones name the camera's mode.
    const bool huawei = maker == "HUAWEI" || maker == "HONOR";
    return huawei && text.size() <= 12 &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace cadre::decode
