// Colour profiles (ICC.1:2022), by Little CMS.
#pragma once

#include <lcms2.h>

#include <memory>
#include <optional>

#include "decode/colour_space.h"
#include "decode/outcome.h"

namespace cadre::decode {

/// What the channels of a picture, or of a profile, mean.
enum class Channels { gray, rgb, cmyk };
[[nodiscard]] constexpr int count_of(Channels channels) {
    return channels == Channels::gray ? 1 : channels == Channels::rgb ? 3 : 4;
}

/// Holds a profile. It has its own copy of all that it needs.
class Profile {
public:
    /// Nothing if Little CMS can't make sense of the bytes, or if it is for other channels than these three.
    [[nodiscard]] static std::optional<Profile> from(Bytes bytes);
    /// Of a space that is not HDR.
    [[nodiscard]] static std::optional<Profile> from(const ColourSpace& space);

    [[nodiscard]] static Profile srgb() { return Profile(cmsCreate_sRGBProfile(), Channels::rgb); }

    [[nodiscard]] Channels channels() const { return channels_; }

    /// Whether it describes sRGB, by its primaries and curves. What it calls itself tells nothing: linear profiles and
    /// gamma 2.2 are named after sRGB too. Applying it would change nothing but take a fifth of all the work.
    [[nodiscard]] bool is_srgb() const;

    /// The code points of its `cicp` tag, if it has one.
    [[nodiscard]] std::optional<ColourSpace> code_points(Bytes bytes) const;

    [[nodiscard]] cmsHPROFILE get() const { return handle_.get(); }

private:
    struct Close {
        void operator()(void* handle) const { cmsCloseProfile(handle); }
    };
    Profile(cmsHPROFILE handle, Channels channels) : handle_(handle), channels_(channels) {}

    std::unique_ptr<void, Close> handle_;
    Channels channels_;
};

/// From pixels with a profile to 8 bits of sRGB, relative to white and with black on black. A profile without tables
/// for that intent is read by those that it has.
class ToSrgb {
public:
    /// `bytes_each`: 1 or 2 a sample. With `alpha`, a last channel is carried over. Nothing if Little CMS can't do it.
    [[nodiscard]] static std::optional<ToSrgb> by(const Profile& profile, int bytes_each, bool alpha);

    void operator()(const void* from, void* to, std::size_t pixels) const;

private:
    struct Delete {
        void operator()(void* transform) const { cmsDeleteTransform(transform); }
    };
    explicit ToSrgb(cmsHTRANSFORM transform) : transform_(transform) {}

    std::unique_ptr<void, Delete> transform_;
};

}  // namespace cadre::decode
