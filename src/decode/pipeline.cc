#include "decode/pipeline.h"

#include <string_view>

#include "decode/steps/steps.h"

namespace cadre::decode {
namespace {

struct Step {
    std::string_view name;
    void (*run)(Work&);
};

// Colour and orientation come after reducing, where there are fewer pixels to touch; the sizes then need neither.
constexpr Step kSteps[] = {
    {"load", steps::load},   {"reduce", steps::reduce}, {"colour", steps::colour},       {"orient", steps::orient},
    {"sizes", steps::sizes}, {"encode", steps::encode}, {"thumbhash", steps::thumbhash}, {"likeness", steps::likeness},
};

}  // namespace

Derivatives derive(const Picture& picture, int rotation) {
    Work work(picture, rotation);
    for (const auto& step : kSteps) {
        try {
            step.run(work);
        } catch (const vips::VError& error) {
            throw vips::VError(std::string(step.name) + ": " + error.what());
        }
    }
    Derivatives result;
    result.width = work.width;
    result.height = work.height;
    for (std::size_t i = 0; i < work.sizes.size(); ++i) {
        result.variants.push_back({work.sizes[i].width(), work.sizes[i].height(), std::move(work.files[i])});
    }
    result.thumbhash = std::move(work.thumbhash);
    result.pixels = std::move(work.pixels);
    result.phash = work.phash;
    return result;
}

}  // namespace cadre::decode
