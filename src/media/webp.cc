#include "media/webp.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string_view>

namespace cadre::media {
namespace {

using Bytes = std::array<std::uint8_t, 18>;  // a chunk's header and the first ten bytes of it

tl::unexpected<Error> wrong(std::string detail) {
    return fail(Code::picture_unreadable, "The picture could not be read.", "derivative: " + std::move(detail));
}

std::uint32_t little_endian(const Bytes& bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = (value << 8) | bytes[at + i];
    return value;
}

struct Size {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    bool operator==(const Size&) const = default;
};

/// The dimensions that a chunk's first bytes state (RFC 9649 section 2.5 to 2.7; RFC 6386 section 9.1).
Size size_of(std::string_view name, const Bytes& chunk) {
    if (name == "VP8 ") return {little_endian(chunk, 14, 2) & 0x3fff, little_endian(chunk, 16, 2) & 0x3fff};
    if (name == "VP8X") return {little_endian(chunk, 12, 3) + 1, little_endian(chunk, 15, 3) + 1};
    const std::uint32_t bits = little_endian(chunk, 9, 4);  // VP8L
    return {(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1};
}

}  // namespace

Result<std::uint64_t> check_derivative(int fd, int width, int height) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return wrong("no size");
    const auto length = static_cast<std::uint64_t>(status.st_size);
    const Size expected{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
    const auto read_at = [fd](std::uint64_t at) -> Bytes {
        Bytes bytes{};
        if (::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(at)) < 0) bytes.fill(0);
        return bytes;
    };
    const auto text = [](const Bytes& bytes, std::size_t at) {
        return std::string(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                           bytes.begin() + static_cast<std::ptrdiff_t>(at + 4));
    };

    const Bytes head = read_at(0);
    if (length < 20 || text(head, 0) != "RIFF" || text(head, 8) != "WEBP") return wrong("not WebP");
    if (std::uint64_t{little_endian(head, 4, 4)} + 8 != length) return wrong("its length is not what it says");

    int pictures = 0;
    int chunks = 0;
    for (std::uint64_t at = 12; at < length; ++chunks) {
        const Bytes chunk = read_at(at);
        const std::string name = text(chunk, 0);
        const std::uint64_t size = little_endian(chunk, 4, 4);
        if (chunks == 3 || length - at < 18 || size > length - at - 8) return wrong("broken chunks");
        if (name == "VP8X") {
            // Of the flags only alpha (bit 4) may be set: not ICC, EXIF, XMP, animation.
            if (chunks != 0 || (chunk[8] & ~0x10U) != 0) return wrong("VP8X announces more than a picture");
        } else if (name == "VP8 " || name == "VP8L") {
            ++pictures;
        } else if (name != "ALPH") {
            return wrong(fmt::format("a chunk {:?} that has no place there", name));
        }
        if (name != "ALPH" && size_of(name, chunk) != expected) return wrong("its size is not what was announced");
        at += 8 + size + (size & 1);
    }
    if (pictures != 1) return wrong("no picture, or more than one");
    return length;
}

}  // namespace cadre::media
