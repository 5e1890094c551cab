#include "decode/container.h"

#include <cmath>
#include <cstring>
#include <string_view>

#include "decode/reader.h"
#include "decode/tiff.h"

namespace cadre::decode {
namespace {

using media::Refusal;
using namespace std::string_view_literals;

/// What is found of a file that lacks no more than this is shown (bytes).
constexpr std::size_t kEndOfAFile = 1024;

/// Looks for EOI and counts scans; in a scan, 0xff is only followed by other values if it is data or a restart.
void look_through_scans(Bytes scans, Container& container) {
    container.complete = false;
    const auto* at = scans.data();
    const auto* const end = at + scans.size();
    while (at < end &&
           (at = static_cast<const std::uint8_t*>(std::memchr(at, 0xff, static_cast<std::size_t>(end - at))))) {
        if (++at == end) return;
        if (*at == 0xd9) container.complete = true;
        if (*at == 0xd9) return;
        if (*at == 0xda) ++container.scans;
    }
}

bool is_start_of_frame(unsigned marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

Outcome<Container> check_jpeg(Bytes bytes) {
    Container container;
    for (std::size_t at = 2;;) {
        // libjpeg skips garbage between segments, and so do cameras' makers.
        while (at < bytes.size() && bytes[at] != 0xff) ++at;
        while (at < bytes.size() && bytes[at] == 0xff) ++at;
        if (at >= bytes.size()) return refuse(Refusal::truncated, "JPEG: no scan");
        const unsigned marker = bytes[at++];
        const bool stands_alone = marker == 0x00 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
        if (stands_alone) continue;
        if (marker == 0xd9) return refuse(Refusal::damaged, "JPEG: it ends before any scan");
        const std::size_t length = big_endian(bytes, at, 2);
        if (bytes.size() - at < 2 || length > bytes.size() - at) {
            return refuse(Refusal::truncated, "JPEG: a segment goes beyond the end");
        }
        if (length < 2) return refuse(Refusal::damaged, "JPEG: a segment without length");
        // SOF2, SOF6, SOF10, SOF14
        if (is_start_of_frame(marker) && marker % 4 == 2) container.progressive = true;
        if (is_start_of_frame(marker) && length >= 8) {
            container.height = big_endian(bytes, at + 3, 2);
            container.width = big_endian(bytes, at + 5, 2);
        }
        at += length;
        if (marker == 0xda) {
            if (at >= bytes.size()) return refuse(Refusal::truncated, "JPEG: the scan is empty");
            container.scans = 1;
            look_through_scans(bytes.subspan(at), container);
            return container;
        }
    }
}

/// What PNG says of colour without a profile (PNG sections 11.3.2.1, 11.3.2.2, 11.3.2.6): cICP counts more than all
/// else, sRGB more than gAMA and cHRM.
class PngColour {
public:
    void see(Bytes bytes, std::size_t chunk, std::size_t length) {
        const std::size_t at = chunk + 8;
        const auto is = [&](std::string_view type, std::size_t size) {
            return length == size && has_at(bytes, chunk + 4, type);
        };
        const auto number = [&](std::size_t i) { return big_endian(bytes, at + 4 * i, 4) / 100'000.0; };
        if (is("cICP"sv, 4)) code_points_ = colour_space_of(big_endian(bytes, at, 1), big_endian(bytes, at + 1, 1));
        if (is("sRGB"sv, 1)) srgb_ = true;
        if (is("gAMA"sv, 4)) gamma_ = number(0);
        if (is("cHRM"sv, 32))
            primaries_ =
                Chromaticities{number(2), number(3), number(4), number(5), number(6), number(7), number(0), number(1)};
    }
    void tell(Container& container) const {
        container.colour_first = code_points_.has_value();
        container.colour = code_points_;
        if (code_points_ || srgb_ || gamma_ <= 0) return;
        ColourSpace space{primaries_ ? without_rounding(*primaries_) : Chromaticities{}};
        // 1/2.2 is how sRGB was said before there was a chunk for it.
        if (std::abs(gamma_ - 1 / 2.2) > .01) space.curve = Curve::gamma;
        space.gamma = 1 / gamma_;
        const bool sensible = gamma_ > .1 && gamma_ < 10 && is_triangle(space.primaries);
        if (sensible && !space.is_srgb()) container.colour = space;
    }

private:
    /// sRGB's own where they are meant.
    static Chromaticities without_rounding(const Chromaticities& given) {
        const Chromaticities srgb;
        const auto near = [](double a, double b) { return std::abs(a - b) < .002; };
        const bool same = near(given.red_x, srgb.red_x) && near(given.red_y, srgb.red_y) &&
                          near(given.green_x, srgb.green_x) && near(given.green_y, srgb.green_y) &&
                          near(given.blue_x, srgb.blue_x) && near(given.blue_y, srgb.blue_y);
        return same ? srgb : given;
    }
    static bool is_triangle(const Chromaticities& c) {
        const double area = (c.green_x - c.red_x) * (c.blue_y - c.red_y) - (c.blue_x - c.red_x) * (c.green_y - c.red_y);
        return std::abs(area) > .01 && c.white_y > .1;
    }

    std::optional<ColourSpace> code_points_;
    std::optional<Chromaticities> primaries_;
    double gamma_ = 0;
    bool srgb_ = false;
};

Outcome<Container> check_png(Bytes bytes) {
    if (!has_at(bytes, 12, "IHDR"sv)) return refuse(Refusal::damaged, "PNG: no IHDR");
    Container container;
    container.width = big_endian(bytes, 16, 4);
    container.height = big_endian(bytes, 20, 4);
    PngColour colour;
    bool data = false;
    std::size_t at = 8;
    while (bytes.size() - at >= 12) {
        const std::size_t length = big_endian(bytes, at, 4);
        const std::size_t there = bytes.size() - at - 12;
        const bool is_data = has_at(bytes, at + 4, "IDAT"sv);
        if (length > there) {
            data = data || is_data;
            if (is_data && length - there > kEndOfAFile) data = false;
            break;
        }
        if (has_at(bytes, at + 4, "IEND"sv)) {
            colour.tell(container);
            return container;
        }
        data = data || is_data;
        if (!data) colour.see(bytes, at, length);
        at += 12 + length;
    }
    if (!data) return refuse(Refusal::truncated, "PNG: a chunk goes beyond the end");
    colour.tell(container);
    container.complete = false;
    return container;
}

Outcome<Container> check_webp(Bytes bytes) {
    Container container;
    const std::size_t stated = std::size_t{little_endian(bytes, 4, 4)} + 8;
    if (stated > bytes.size()) {
        // The last chunk's padding, which says nothing.
        if (stated - bytes.size() > 1) return refuse(Refusal::truncated, "WebP: RIFF's length goes beyond the end");
        container.complete = false;
        container.missing = 1;
    }
    return container;
}

/// Where the sub-blocks end that begin at `at`: behind their terminator, or at the end of the bytes.
std::size_t after_sub_blocks(Bytes bytes, std::size_t at) {
    while (at < bytes.size() && bytes[at] != 0) at += std::size_t{bytes[at]} + 1;
    return at + 1;
}

Outcome<Container> check_gif(Bytes bytes) {
    if (bytes.size() < 14) return refuse(Refusal::truncated, "GIF: no screen descriptor");
    const auto table_of = [&](std::size_t flags) -> std::size_t {
        return (bytes[flags] & 0x80) != 0 ? std::size_t{3} << ((bytes[flags] & 7) + 1) : 0;
    };
    Container container;
    container.complete = false;
    for (std::size_t at = 13 + table_of(10); at < bytes.size();) {
        const unsigned block = bytes[at];
        if (block == 0x3b) container.complete = true;
        if (block == 0x3b) break;
        if (block == 0x2c && at + 10 < bytes.size()) {
            at = after_sub_blocks(bytes, at + 11 + table_of(at + 9));
        } else if (block == 0x21) {
            at = after_sub_blocks(bytes, at + 2);
        } else {
            container.complete = true;  // or broken: what libraries make of garbage between blocks is up to them
            break;
        }
    }
    return container;
}

Outcome<Container> check_tiff(Bytes bytes) {
    if (is_raw(bytes)) return refuse(Refusal::raw, "a camera's RAW file");
    const auto tiff = Tiff::open(bytes);
    if (!tiff) return refuse(Refusal::damaged, "TIFF: no header");
    const auto directory = tiff->first_directory();
    if (directory < 8) return refuse(Refusal::damaged, "TIFF: no directory");
    if (directory >= bytes.size()) return refuse(Refusal::truncated, "TIFF: its directory lies beyond the end");
    constexpr unsigned kWidth = 256;
    constexpr unsigned kHeight = 257;
    Container container;
    for (const auto& entry : tiff->entries(directory)) {
        const auto values = tiff->numbers(entry, 1);
        if (entry.tag == kWidth && !values.empty()) container.width = values[0];
        if (entry.tag == kHeight && !values.empty()) container.height = values[0];
    }
    return container;
}

/// Files whose structure can't be followed further are at least whole.
Outcome<Container> check_boxes(Bytes bytes) {
    for (std::size_t at = 0; bytes.size() - at >= 8;) {
        std::uint64_t size = big_endian(bytes, at, 4);
        std::size_t header = 8;
        if (size == 0) return Container{};  // up to the end
        if (size == 1) {
            size = (std::uint64_t{big_endian(bytes, at + 8, 4)} << 32) | big_endian(bytes, at + 12, 4);
            header = 16;
        }
        if (size < header) return refuse(Refusal::damaged, "HEIF: a box without length");
        if (size > bytes.size() - at) return refuse(Refusal::truncated, "HEIF: a box goes beyond the end");
        at += static_cast<std::size_t>(size);
    }
    return Container{};
}

Outcome<Container> check_heif(Bytes bytes) {
    Container container;
    container.heif = read_heif_file(bytes);
    if (!container.heif) return check_boxes(bytes);
    const auto& heif = *container.heif;
    if (heif.picture_needs() > bytes.size() + kEndOfAFile || heif.needed > bytes.size() + kMostMissing) {
        return refuse(Refusal::truncated, "HEIF: the picture's bytes lie beyond the end");
    }
    // libheif takes no file whose items go beyond its end, were it only a preview: zeros stand for what is missing.
    container.complete = heif.needed <= bytes.size();
    if (!container.complete) container.missing = static_cast<std::size_t>(heif.needed) - bytes.size();
    container.colour = heif.colour_space();
    container.colour_first = container.colour && container.colour->is_hdr();
    const auto size = heif.size();
    container.width = size.width;
    container.height = size.height;
    return container;
}

}  // namespace

Outcome<Container> check_container(Format format, Bytes bytes) {
    switch (format) {
        case Format::jpeg:
            return check_jpeg(bytes);
        case Format::png:
            return check_png(bytes);
        case Format::webp:
            return check_webp(bytes);
        case Format::gif:
            return check_gif(bytes);
        case Format::tiff:
            return check_tiff(bytes);
        case Format::heic:
        case Format::avif:
            return check_heif(bytes);
    }
    return refuse(Refusal::unsupported, "");
}

}  // namespace cadre::decode
