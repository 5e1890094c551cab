#include "decode/icc.h"

#include <algorithm>
#include <cmath>

#include "decode/reader.h"

namespace cadre::decode {
namespace {

double srgb_encoded(double light) {
    return light <= .0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - .055;
}

/// Within two steps of 8 bits.
bool is_srgb_curve(const cmsToneCurve* curve) {
    constexpr int kSteps = 32;
    for (int i = 0; i <= kSteps; ++i) {
        const double code = static_cast<double>(i) / kSteps;
        const double light = static_cast<double>(cmsEvalToneCurveFloat(curve, static_cast<float>(code)));
        if (std::abs(srgb_encoded(light) - code) > 2.0 / 255) return false;
    }
    return true;
}

struct Curves {
    std::array<cmsToneCurve*, 3> of{};
    ~Curves() { cmsFreeToneCurve(of[0]); }
};

}  // namespace

std::optional<Profile> Profile::from(Bytes bytes) {
    const cmsHPROFILE handle = cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size()));
    if (handle == nullptr) return std::nullopt;
    Profile profile(handle, Channels::rgb);
    switch (static_cast<std::uint32_t>(cmsGetColorSpace(handle))) {
        case cmsSigGrayData:
            profile.channels_ = Channels::gray;
            return profile;
        case cmsSigRgbData:
            return profile;
        case cmsSigCmykData:
            profile.channels_ = Channels::cmyk;
            return profile;
        default:
            return std::nullopt;
    }
}

std::optional<Profile> Profile::from(const ColourSpace& space) {
    const auto& p = space.primaries;
    const cmsCIExyY white{p.white_x, p.white_y, 1};
    const cmsCIExyYTRIPLE primaries{{p.red_x, p.red_y, 1}, {p.green_x, p.green_y, 1}, {p.blue_x, p.blue_y, 1}};
    constexpr std::array kSrgb{2.4, 1 / 1.055, .055 / 1.055, 1 / 12.92, .04045};
    Curves curves;
    curves.of.fill(space.curve == Curve::srgb ? cmsBuildParametricToneCurve(nullptr, 4, kSrgb.data())
                                              : cmsBuildGamma(nullptr, space.gamma));
    if (space.is_hdr() || curves.of[0] == nullptr) return std::nullopt;
    const cmsHPROFILE handle = cmsCreateRGBProfile(&white, &primaries, curves.of.data());
    if (handle == nullptr) return std::nullopt;
    return Profile(handle, Channels::rgb);
}

bool Profile::is_srgb() const {
    // Tables come before curves.
    const bool has_tables = cmsIsTag(get(), cmsSigAToB0Tag) != 0 || cmsIsTag(get(), cmsSigAToB1Tag) != 0;
    if (channels_ != Channels::rgb || has_tables) return false;
    struct Primary {
        cmsTagSignature colorant, curve;
        std::array<double, 3> xyz;  // of sRGB, under the D50 of the connection space
    };
    constexpr std::array kPrimaries{
        Primary{cmsSigRedColorantTag, cmsSigRedTRCTag, {.4361, .2225, .0139}},
        Primary{cmsSigGreenColorantTag, cmsSigGreenTRCTag, {.3851, .7169, .0971}},
        Primary{cmsSigBlueColorantTag, cmsSigBlueTRCTag, {.1431, .0606, .7141}},
    };
    return std::all_of(kPrimaries.begin(), kPrimaries.end(), [this](const Primary& primary) {
        const auto* const xyz = static_cast<const cmsCIEXYZ*>(cmsReadTag(get(), primary.colorant));
        const auto* const curve = static_cast<const cmsToneCurve*>(cmsReadTag(get(), primary.curve));
        if (xyz == nullptr || curve == nullptr) return false;
        const auto near = [](double got, double want) { return std::abs(got - want) < .003; };
        return near(xyz->X, primary.xyz[0]) && near(xyz->Y, primary.xyz[1]) && near(xyz->Z, primary.xyz[2]) &&
               is_srgb_curve(curve);
    });
}

std::optional<ColourSpace> Profile::code_points(Bytes bytes) const {
    constexpr std::size_t kTags = 128;  // the tag table follows the header: a count, then name, place and length
    const std::size_t count = std::min<std::size_t>(big_endian(bytes, kTags, 4), 100);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t tag = kTags + 4 + 12 * i;
        if (!has_at(bytes, tag, "cicp")) continue;
        const std::size_t at = big_endian(bytes, tag + 4, 4);
        return colour_space_of(big_endian(bytes, at + 8, 1), big_endian(bytes, at + 9, 1));
    }
    return std::nullopt;
}

std::optional<ToSrgb> ToSrgb::by(const Profile& profile, int bytes_each, bool alpha) {
    constexpr auto kSpaces = std::array<cmsUInt32Number, 3>{PT_GRAY, PT_RGB, PT_CMYK};
    const auto extra = static_cast<cmsUInt32Number>(alpha ? 1 : 0);
    const cmsUInt32Number from = COLORSPACE_SH(kSpaces[static_cast<std::size_t>(profile.channels())]) |
                                 CHANNELS_SH(static_cast<cmsUInt32Number>(count_of(profile.channels()))) |
                                 BYTES_SH(static_cast<cmsUInt32Number>(bytes_each)) | EXTRA_SH(extra);
    const cmsUInt32Number to = COLORSPACE_SH(PT_RGB) | CHANNELS_SH(3) | BYTES_SH(1) | EXTRA_SH(extra);
    const Profile srgb = Profile::srgb();
    const cmsHTRANSFORM transform =
        cmsCreateTransform(profile.get(), from, srgb.get(), to, INTENT_RELATIVE_COLORIMETRIC,
                           cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_COPY_ALPHA);
    if (transform == nullptr) return std::nullopt;
    return ToSrgb(transform);
}

void ToSrgb::operator()(const void* from, void* to, std::size_t pixels) const {
    cmsDoTransform(transform_.get(), from, to, static_cast<cmsUInt32Number>(pixels));
}

}  // namespace cadre::decode
