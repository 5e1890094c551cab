#include <webp/encode.h>

#include <new>

#include "decode/steps/steps.h"

namespace cadre::decode::steps {
namespace {

/// libwebp's picture and the file that it writes, freed.
class WebpPicture {
public:
    WebpPicture() {
        if (WebPPictureInit(&picture) == 0) throw vips::VError("libwebp: another version");
        WebPMemoryWriterInit(&writer);
        picture.writer = WebPMemoryWrite;
        picture.custom_ptr = &writer;
    }
    ~WebpPicture() {
        WebPPictureFree(&picture);
        WebPMemoryWriterClear(&writer);
    }
    WebpPicture(const WebpPicture&) = delete;
    WebpPicture& operator=(const WebpPicture&) = delete;

    WebPPicture picture{};
    WebPMemoryWriter writer{};
};

std::string encode_webp(const vips::VImage& image) {
    WebPConfig config{};
    if (WebPConfigInit(&config) == 0) throw vips::VError("libwebp: another version");
    config.quality = 80;
    config.method = 2;

    WebpPicture webp;
    webp.picture.width = image.width();
    webp.picture.height = image.height();
    const auto* const pixels = static_cast<const std::uint8_t*>(image.data());
    const int stride = image.width() * image.bands();
    const int imported = image.bands() == 4 ? WebPPictureImportRGBA(&webp.picture, pixels, stride)
                                            : WebPPictureImportRGB(&webp.picture, pixels, stride);
    if (imported == 0) throw std::bad_alloc();
    if (WebPEncode(&config, &webp.picture) == 0) {
        throw vips::VError("libwebp: error " + std::to_string(webp.picture.error_code));
    }
    return {reinterpret_cast<const char*>(webp.writer.mem), webp.writer.size};
}

}  // namespace

void encode(Work& work) {
    for (std::size_t i = 0; i < work.sizes.size(); ++i) {
        // A small photo's sizes are all its own: one encoding does for them.
        const bool same = i > 0 && work.sizes[i].width() == work.sizes[i - 1].width() &&
                          work.sizes[i].height() == work.sizes[i - 1].height();
        work.files.push_back(same ? work.files.back() : encode_webp(work.sizes[i]));
    }
}

}  // namespace cadre::decode::steps
