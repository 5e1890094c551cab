// What a HEIF file says of its pictures before libheif sees it.
#include "decode/heif.h"

#include "decode/expense.h"
#include "fuzz.h"

namespace cadre::fuzz {
namespace {

constexpr std::size_t kMostContent = 4096;

bool lies_in(decode::Bytes part, decode::Bytes whole) {
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void look_at(const decode::HeifFile& file) {
    must(file.end <= file.bytes.size(), "boxes end within the file");
    must(lies_in(file.idat, file.bytes), "what is within the file is within its bytes");
    must(file.picture_needs() <= file.needed, "the picture needs no more than all of the file's items");
    must(file.find(file.primary) != nullptr, "there is a primary picture");
    for (const auto& item : file.items) {
        for (const auto place : item.properties) must(place < file.properties.size(), "a property exists");
        const auto content = file.content(item, kMostContent);
        must(!content || content->size() <= kMostContent, "an item's bytes keep to the limit");
    }
    for (const auto& property : file.properties) must(lies_in(property.body, file.bytes), "a property is in the file");
    for (const auto& reference : file.references)
        must(reference.type_at + 4 <= file.bytes.size(), "a reference's type is in the file");
    (void)file.is_of_known_kind();
    (void)file.describing("Exif");
    (void)file.size();
    (void)file.colour_space();
    const auto turned = file.exif_orientation();
    must(turned >= 1 && turned <= 8, "an orientation is 1 to 8");
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const decode::Bytes bytes(data, size);
    if (const auto file = decode::read_heif_file(bytes)) fuzz::look_at(*file);
    if (const auto cost = decode::heif_cost(bytes))
        fuzz::must(cost->pixels >= cost->own, "all pixels are not fewer than the picture's own");
    (void)decode::too_dear(decode::Format::heic, bytes, false);
    return 0;
}
