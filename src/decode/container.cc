#include "decode/container.h"

#include <cstring>
#include <string_view>

#include "decode/reader.h"

namespace cadre::decode {
namespace {

using media::Refusal;
using namespace std::string_view_literals;

/// Whether EOI follows; in a scan, 0xff is only followed by other values if it is data or a restart.
bool has_end_marker(Bytes scans) {
    const auto* at = scans.data();
    const auto* const end = at + scans.size();
    while (at < end &&
           (at = static_cast<const std::uint8_t*>(std::memchr(at, 0xff, static_cast<std::size_t>(end - at))))) {
        if (++at < end && *at == 0xd9) return true;
    }
    return false;
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
        if (marker == 0xc2 || marker == 0xc6 || marker == 0xca || marker == 0xce) container.progressive = true;
        at += length;
        if (marker == 0xda) {
            if (at >= bytes.size()) return refuse(Refusal::truncated, "JPEG: the scan is empty");
            container.complete = has_end_marker(bytes.subspan(at));
            return container;
        }
    }
}

Outcome<Container> check_png(Bytes bytes) {
    if (!has_at(bytes, 12, "IHDR"sv)) return refuse(Refusal::damaged, "PNG: no IHDR");
    for (std::size_t at = 8; bytes.size() - at >= 12;) {
        const std::size_t length = big_endian(bytes, at, 4);
        if (length > bytes.size() - at - 12) return refuse(Refusal::truncated, "PNG: a chunk goes beyond the end");
        if (has_at(bytes, at + 4, "IEND"sv)) return Container{};
        at += 12 + length;
    }
    return refuse(Refusal::truncated, "PNG: no IEND");
}

Outcome<Container> check_webp(Bytes bytes) {
    if (std::size_t{little_endian(bytes, 4, 4)} + 8 > bytes.size()) {
        return refuse(Refusal::truncated, "WebP: RIFF's length goes beyond the end");
    }
    return Container{};
}

Outcome<Container> check_gif(Bytes bytes) {
    if (bytes.size() < 14) return refuse(Refusal::truncated, "GIF: no screen descriptor");
    return Container{};
}

Outcome<Container> check_tiff(Bytes bytes) {
    if (is_raw(bytes)) return refuse(Refusal::raw, "a camera's RAW file");
    const bool little = has_at(bytes, 0, "II"sv);
    const auto number = [&](std::size_t at, std::size_t count) -> std::uint64_t {
        return little ? little_endian(bytes, at, count) : big_endian(bytes, at, count);
    };
    const bool big = number(2, 2) == 43;
    std::uint64_t directory = number(4, 4);
    if (big) directory = little ? number(8, 4) | (number(12, 4) << 32) : (number(8, 4) << 32) | number(12, 4);
    if (directory < 8) return refuse(Refusal::damaged, "TIFF: no directory");
    if (directory >= bytes.size()) return refuse(Refusal::truncated, "TIFF: its directory lies beyond the end");
    return Container{};
}

Outcome<Container> check_heif(Bytes bytes) {
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
