// What a decoder says, which has read hostile bytes and may be theirs.
#include "fuzz.h"
#include "media/answers.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto answer = fuzz::text_of(data, size);
    const media::Limits limits;
    if (const auto probe = media::read_probe(answer, limits)) {
        fuzz::must(probe->width > 0 && probe->height > 0, "a picture has a size");
        fuzz::must(std::int64_t{probe->width} * probe->height <= limits.max_pixels, "a picture keeps to the limit");
        fuzz::must(probe->metadata.keywords.size() <= media::kMaxKeywords, "there are not too many keywords");
    }
    if (const auto derived = media::read_derived(answer, limits))
        for (const auto& variant : derived->variants)
            fuzz::must(variant.width > 0 && variant.height > 0, "a derivative has a size");
    return 0;
}
