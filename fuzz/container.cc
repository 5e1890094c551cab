// The outer structure of a picture, and what stands beside it there.
#include "decode/container.h"

#include "decode/expense.h"
#include "decode/png_text.h"
#include "decode/tiff.h"
#include "fuzz.h"

namespace cadre::fuzz {
namespace {

decode::Bytes bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void take_only_first(decode::Format format, decode::Bytes bytes) {
    const auto first = decode::only_first(format, bytes);
    if (!first) return;
    must(first->size() <= bytes.size() + 1, "a file does not grow when frames are left out");
    must(decode::format_of(bytes_of(*first)) == format, "a file without all but its first frame is of its format");
    must(decode::only_first(format, bytes_of(*first)).value_or(*first) == *first, "there is one first frame");
}

void look_at_tiff(decode::Bytes bytes) {
    (void)decode::is_raw(bytes);
    if (const auto next = decode::next_directory(bytes))
        must(next->at + next->size <= bytes.size(), "where the next directory is said to be is in the file");
    if (const auto tiff = decode::Tiff::open(bytes)) {
        const auto turned = decode::orientation_of(*tiff);
        must(turned >= 1 && turned <= 8, "an orientation is 1 to 8");
    }
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    using decode::Format;
    const decode::Bytes bytes(data, size);
    const auto format = decode::format_of(bytes);
    if (!format) return 0;
    if (*format == Format::tiff) fuzz::look_at_tiff(bytes);
    if (*format == Format::png) (void)decode::read_png_texts(bytes);
    (void)decode::too_dear(*format, bytes, true);
    fuzz::take_only_first(*format, bytes);
    (void)decode::check_container(*format, bytes);
    return 0;
}
