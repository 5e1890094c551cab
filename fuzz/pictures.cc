// A whole picture as cadre-decode reads it: header, metadata and, of small ones, the derivatives. libvips, Exiv2 and
// the codecs are Debian's, without a sanitizer: what is looked for are the mistakes of the code around them.
#include <algorithm>
#include <vector>
#include <vips/vips8>

#include "decode/metadata.h"
#include "decode/picture.h"
#include "decode/pipeline.h"
#include "fuzz.h"

namespace {

constexpr std::int64_t kMostPixels = 1'000'000;
constexpr int kSmall = 65'536;  // pixels

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** arguments) {
    cadre::decode::start_libvips((*arguments)[0]);
    cadre::decode::start_exiv2();
    return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const media::Request limits{media::Operation::probe, 10, kMostPixels, kMostPixels};
    std::vector<std::uint8_t> memory(size + decode::kMostMissing);  // as main() has it: with zeros for what is missing
    std::copy(data, data + size, memory.begin());
    try {
        const auto picture = decode::open_picture({memory.data(), size}, limits);
        if (!picture) return 0;
        (void)decode::read_metadata(*picture, WallTime(Millis(1'800'000'000'000)));
        if (picture->width() * picture->height() <= kSmall) (void)decode::derive(*picture, 0);
    } catch (const vips::VError&) {
        vips_error_clear();
    }
    return 0;
}
